import { sql, type Queryable, type Sql, type Transaction } from '@holdfast/db';
import type { Targets } from '@holdfast/domain';

// An order need not have a row, and a call that names one must not have to insert it. So a cancel and the
// calls that give its order stock exclude each other by an advisory lock on the order's name: shared for the
// calls, exclusive for the cancel (docs/decisions/0021).

/** The orders to which commands give stock, without those that the same batch cancels. */
export function ordersToClaim({ ordersGivenStock, cancelledOrders }: Targets): readonly string[] {
  const cancelled = new Set(cancelledOrders);
  return [...new Set(ordersGivenStock)].filter((orderId) => !cancelled.has(orderId));
}

/** Locks names of orders in a statement of its own: shared for `claims`, exclusive for cancels. */
export async function lockOrderNames(
  tx: Transaction,
  { cancelledOrders }: Targets,
  claims: readonly string[],
): Promise<void> {
  if (cancelledOrders.length === 0 && claims.length === 0) return;
  await tx.$executeRaw`
    SELECT
      CASE
        WHEN is_cancelled THEN pg_advisory_xact_lock(key)::text
        ELSE pg_advisory_xact_lock_shared(key)::text
      END
    FROM (
      SELECT key, bool_or(is_cancelled) AS is_cancelled
      FROM (
        SELECT ${keyOfOrderName(sql`name`)} AS key, false AS is_cancelled
        FROM unnest(${claims}::text[]) AS given (name)
        UNION ALL
        SELECT ${keyOfOrderName(sql`name`)}, true
        FROM unnest(${cancelledOrders}::text[]) AS cancelled (name)
      ) named
      GROUP BY key
      ORDER BY key
    ) sorted`;
}

/**
 * A condition that is always true, once the names of these orders are locked (shared). It has no columns, so
 * PostgreSQL evaluates it before the first row of its query: a create needs no further statement. Rows that
 * the same statement reads may be older than the wait for the lock; `isCancelledByNow` checks that.
 */
export function andClaimed(claims: readonly string[]): Sql {
  if (claims.length === 0) return sql``;
  return sql`
        AND (
          SELECT count(locked)
          FROM (
            SELECT pg_advisory_xact_lock_shared(key)::text AS locked
            FROM (
              SELECT DISTINCT ${keyOfOrderName(sql`name`)} AS key
              FROM unnest(${claims}::text[]) AS given (name)
              ORDER BY key
            ) sorted
          ) claimed
        ) >= 0`;
}

/** The cancelled ones of these orders and of the orders of reservations to confirm. As JSON. */
export function cancelledAmong(orders: readonly string[], reservationIds: readonly string[]): Sql {
  if (orders.length + reservationIds.length === 0) return sql`'[]'::json`;
  return sql`(
        SELECT coalesce(json_agg(order_id), '[]')
        FROM (
          SELECT order_id
          FROM unnest(${orders}::text[]) AS given (order_id)
          UNION
          SELECT order_id
          FROM reservations
          WHERE id = ANY(${reservationIds}::uuid[])
        ) named
        JOIN orders USING (order_id)
        WHERE cancelled_at IS NOT NULL
      )`;
}

/** Whether one of the orders is cancelled by now: for a statement that begins after all waits for locks. */
export function isCancelledByNow(orders: readonly string[]): Sql {
  if (orders.length === 0) return sql`false`;
  return sql`EXISTS (
        SELECT
        FROM orders
        WHERE order_id = ANY(${orders}::text[])
          AND cancelled_at IS NOT NULL
      )`;
}

/** The key of an order's name among the advisory locks. */
function keyOfOrderName(name: Sql): Sql {
  return sql`hashtextextended('order:' || ${name}, 0)`;
}

/** The name of an order, treated as a row: its key is the name and the mode of the lock. */
export interface OrderName {
  readonly table: 'order_names';
  readonly key: readonly string[];
}

type Wish = 'shared' | 'exclusive';

const nameRow = (orderId: string, wish: Wish): OrderName => ({ table: 'order_names', key: [orderId, wish] });

/** The names of orders that commands lock, with the mode. */
export const orderNamesOf = (targets: Targets): readonly OrderName[] => [
  ...ordersToClaim(targets).map((orderId) => nameRow(orderId, 'shared')),
  ...targets.cancelledOrders.map((orderId) => nameRow(orderId, 'exclusive')),
];

/**
 * Those of the names that cannot be locked in the wanted mode, as another transaction has locked them. The
 * holder is that transaction's virtual id: a transaction that has written nothing has no other id.
 */
export async function lookForOrderNames(
  db: Queryable,
  names: readonly Pick<OrderName, 'key'>[],
): Promise<readonly (OrderName & { readonly holder: string })[]> {
  if (names.length === 0) return [];
  const locked = await db.$queryRaw<{ key: string[]; holder: string }[]>`
    SELECT ARRAY[name, wish] AS key, min(held.virtualtransaction) AS holder
    FROM unnest(
      ${names.map(({ key }) => key[0] ?? '')}::text[],
      ${names.map(({ key }) => key[1] ?? '')}::text[]
    ) AS wanted (name, wish)
    JOIN pg_locks held
      ON held.classid::bigint << 32 | held.objid::bigint = ${keyOfOrderName(sql`name`)}
    WHERE held.locktype = 'advisory'
      AND held.objsubid = 1
      AND held.granted
      AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (held.mode = 'ExclusiveLock' OR wish = 'exclusive')
    GROUP BY name, wish`;
  return locked.map(({ key, holder }) => ({ table: 'order_names', key, holder }));
}
