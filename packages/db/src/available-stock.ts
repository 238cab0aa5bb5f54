import { sql, type Sql } from './client.ts';

/**
 * What a level has for sale: the same `available` as `packages/domain/src/stock-level.ts`, in SQL; a test holds the two
 * together.
 */
export const AVAILABLE: Sql = sql`GREATEST(0, on_hand - reserved - allocated - safety_stock)`;

/** What a SKU has for sale, added up over `levelsOf` it: an inactive location gives nothing. Null if it has no level. */
export const AVAILABLE_IN_ALL: Sql = sql`sum(${AVAILABLE}) FILTER (WHERE active)`;

/** The levels of one SKU, with their locations. Version 0 was never set: such a row is there to be locked, and is no level. */
export function levelsOf(sku: Sql): Sql {
  return sql`
      FROM stock_levels level
      JOIN locations USING (location)
      WHERE level.sku = ${sku}
        AND level.version > 0`;
}

/** What there is of a SKU in all, as `stock`, to be joined LATERAL: how many levels, and units available. */
export function stockOf(sku: Sql): Sql {
  return sql`(
        SELECT count(*) AS levels, coalesce(${AVAILABLE_IN_ALL}, 0) AS available
        ${levelsOf(sku)}
      ) stock`;
}

/** Whether a row of `skus`, joined with its `stock`, is low. One that never had stock is not: it fell from nothing. */
export const IS_LOW: Sql = sql`coalesce(stock.levels > 0 AND stock.available <= low_stock_threshold, false)`;
