import type { Sku } from '@holdfast/domain';
import { only, sql, type Queryable } from '@holdfast/db';
import { isDue, skuAsJson } from '@holdfast/reservations';
import { availabilityAsJson, type Availability } from '@holdfast/stock';
import { CLOSINGS, IS_CLOSED } from './closing-store.ts';
import { HOT_PATH_LIMITS } from './limits.ts';

/** The values of some SKUs that Redis answers from, all at one instant. Times are epoch milliseconds. */
export interface SkuStates {
  /** Not later than that instant. */
  readonly readAt: number;
  readonly closings: number;
  readonly isClosed: boolean;
  readonly settings: readonly Sku[];
  readonly availability: readonly Availability[];
  /** When the next hold of a SKU falls due, if that is within the lifetime of an entry or has passed. */
  readonly due: readonly { readonly sku: string; readonly dueAt: number }[];
  /** Holds that fall due later were not looked at. Null: all within a life were. */
  readonly lookedUntil: number | null;
}

export async function readSkuStates(db: Queryable, skus: readonly string[]): Promise<SkuStates> {
  const { lifeMs, dueHoldsMax } = HOT_PATH_LIMITS;
  const soon = sql`statement_timestamp() + ${lifeMs}::integer * interval '1 millisecond'`;
  return only(
    await db.$queryRaw<SkuStates[]>`
      WITH soon AS MATERIALIZED (
        SELECT id, (extract(epoch FROM expires_at) * 1000)::float8 AS due_at
        FROM reservations
        WHERE ${isDue(soon)}
        ORDER BY expires_at
        LIMIT ${dueHoldsMax}::integer
      )
      SELECT
        (extract(epoch FROM statement_timestamp()) * 1000)::float8 AS "readAt",
        ${CLOSINGS} AS closings,
        ${IS_CLOSED} AS "isClosed",
        (SELECT coalesce(json_agg(${skuAsJson}), '[]') FROM skus WHERE sku = ANY(${skus}::text[])) AS settings,
        ${availabilityAsJson(sql`sku = ANY(${skus}::text[])`, skus.length, null)} AS availability,
        (
          SELECT coalesce(json_agg(json_build_object('sku', sku, 'dueAt', due_at)), '[]')
          FROM (
            SELECT line.sku, min(soon.due_at) AS due_at
            FROM soon
            JOIN reservation_lines line ON line.reservation_id = soon.id
            WHERE line.sku = ANY(${skus}::text[])
            GROUP BY line.sku
          ) of_sku
        ) AS due,
        (SELECT CASE WHEN count(*) >= ${dueHoldsMax}::integer THEN max(due_at) END FROM soon) AS "lookedUntil"`,
  );
}

/** Cancelled orders by name, behind `after`. */
export async function readCancelledOrders(db: Queryable, after: string): Promise<readonly string[]> {
  const rows = await db.$queryRaw<{ orderId: string }[]>`
    SELECT order_id AS "orderId"
    FROM orders
    WHERE cancelled_at IS NOT NULL
      AND order_id > ${after}
    ORDER BY order_id
    LIMIT ${HOT_PATH_LIMITS.ordersPage}::integer`;
  return rows.map(({ orderId }) => orderId);
}
