import { isoTime, sql, type Page, type Queryable, type Sql } from '@holdfast/db';
import type { LevelName, StockLevelView } from '@holdfast/domain';
import { availableAt, availableOf, availableOfSku, BACKORDERED, levelsOf } from './available-stock-store.ts';

/** The stock of a SKU, by location and in total, as the contract shows it. */
export interface Availability {
  readonly sku: string;
  /** False: it is paused, and nothing is available. */
  readonly active: boolean;
  /** Sum over all locations, like the next two. */
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
  /** Units that may be promised now (available-stock-store.ts). */
  readonly available: number;
  /** Units that reservations wait for. They count in none of the others. */
  readonly waiting: number;
  /** Levels that were ever set, by priority, then name. */
  readonly locations: readonly (StockLevelView & { readonly active: boolean })[];
}

/** Availability of existing SKUs among `skus`, by name, at one instant. Not older than the last commit. */
export const readAvailabilityOf = (
  db: Queryable,
  skus: readonly string[],
  location: string | null = null,
): Promise<Availability[]> => select(db, sql`sku = ANY(${skus}::text[])`, skus.length, location);

/** A page of all SKUs, by name. */
export const readAvailabilityPage = (
  db: Queryable,
  { after, limit }: Page,
  location: string | null = null,
): Promise<Availability[]> => select(db, after === null ? sql`true` : sql`sku > ${after}`, limit, location);

/** The fields of a level, as the contract shows it. @param isOnSale whether its SKU is active */
const levelFields = (isOnSale: Sql): Sql => sql`
          'sku', sku,
          'location', location,
          'on_hand', on_hand,
          'reserved', reserved,
          'allocated', allocated,
          'safety_stock', safety_stock,
          'backorder_limit', backorder_limit,
          'backordered', ${BACKORDERED},
          'shortfall', shortfall,
          'available', ${availableOf(isOnSale)},
          'version', version,
          'updated_at', ${isoTime(sql`level.updated_at`)}`;

/** One level, or null when there is none. */
export async function readStockLevel(
  db: Queryable,
  { sku, location }: LevelName,
): Promise<StockLevelView | null> {
  const [row] = await db.$queryRaw<{ found: StockLevelView }[]>`
    SELECT json_build_object(${levelFields(sql`skus.active`)}) AS found
    FROM stock_levels level
    JOIN skus USING (sku)
    WHERE sku = ${sku}
      AND location = ${location}
      AND version > 0`;
  return row?.found ?? null;
}

const IS_ON_SALE = sql`wanted.is_on_sale`;

async function select(
  db: Queryable,
  which: Sql,
  limit: number,
  location: string | null,
): Promise<Availability[]> {
  const [row] = await db.$queryRaw<{ data: Availability[] }[]>`
    SELECT ${availabilityAsJson(which, limit, location)} AS data`;
  return row?.data ?? [];
}

/**
 * The availability of SKUs, by name, as one JSON array.
 *
 * @param which a condition on `skus`
 * @param location the only one that counts. Null: all
 */
export function availabilityAsJson(which: Sql, limit: number, location: string | null): Sql {
  const here = location === null ? sql`` : sql`FILTER (WHERE location = ${location})`;
  return sql`(
    SELECT coalesce(json_agg(json_build_object(
      'sku', wanted.sku,
      'active', wanted.is_on_sale,
      'on_hand', coalesce(levels.on_hand, 0),
      'reserved', coalesce(levels.reserved, 0),
      'allocated', coalesce(levels.allocated, 0),
      'available', levels.available,
      'waiting', (
        SELECT coalesce(sum(units), 0)
        FROM waiting_lines
        WHERE waiting_lines.sku = wanted.sku
          AND units > 0
          AND waiting_until > statement_timestamp()
      ),
      'locations', coalesce(levels.list, '[]')
    ) ORDER BY wanted.sku), '[]')
    FROM (
      SELECT sku, active AS is_on_sale
      FROM skus
      WHERE ${which}
      ORDER BY sku
      LIMIT ${limit}::integer
    ) wanted
    CROSS JOIN LATERAL (
      SELECT
        sum(on_hand) ${here} AS on_hand,
        sum(reserved) ${here} AS reserved,
        sum(allocated) ${here} AS allocated,
        ${location === null ? availableOfSku(IS_ON_SALE) : availableAt(location, IS_ON_SALE)} AS available,
        json_agg(json_build_object(${levelFields(IS_ON_SALE)}, 'active', active) ORDER BY priority, location) ${here} AS list
      ${levelsOf(sql`wanted.sku`)}
    ) levels
  )`;
}
