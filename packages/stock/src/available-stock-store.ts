import { sql, type Sql } from '@holdfast/db';

// The same rules as in `packages/domain/src/stock-level.ts`, in SQL; a test compares the two.

/** Promised units that are not on hand. */
export const BACKORDERED: Sql = sql`GREATEST(0, reserved + allocated - on_hand)`;

/** The units that a level can give, by its counters. */
export const AVAILABLE: Sql = sql`
          GREATEST(0, on_hand + backorder_limit - safety_stock - reserved - allocated)`;

/** The same while its SKU is paused: none. @param isOnSale whether the SKU is active */
export const availableOf = (isOnSale: Sql): Sql => sql`CASE WHEN ${isOnSale} THEN ${AVAILABLE} ELSE 0 END`;

/**
 * Units of a SKU that may be promised, over all `levelsOf` it: those of active locations, less all
 * shortfalls.
 *
 * @param isOnSale whether the SKU is active
 */
export const availableOfSku = (isOnSale: Sql): Sql => sql`
          GREATEST(0, coalesce(sum(${availableOf(isOnSale)}) FILTER (WHERE active), 0) - coalesce(sum(shortfall), 0))`;

/**
 * The units of a SKU that one location may promise, over all `levelsOf` it: the units that it can give, but
 * at most the units that may be promised in all.
 */
export const availableAt = (location: string, isOnSale: Sql): Sql => sql`
          LEAST(
            ${availableOfSku(isOnSale)},
            coalesce(sum(${availableOf(isOnSale)}) FILTER (WHERE active AND location = ${location}), 0)
          )`;

/**
 * The levels of one SKU, with their locations. A row of version 0 without a shortfall is only there to be
 * locked.
 */
export function levelsOf(sku: Sql): Sql {
  return sql`
      FROM stock_levels level
      JOIN locations USING (location)
      WHERE level.sku = ${sku}
        AND (level.version > 0 OR level.shortfall > 0)`;
}

/**
 * Totals of a SKU, as `stock`, to be joined LATERAL: its levels, and the units that may be promised while it
 * is active.
 */
export function stockOf(sku: Sql): Sql {
  return sql`(
        SELECT count(*) AS levels, ${availableOfSku(sql`true`)} AS available
        ${levelsOf(sku)}
      ) stock`;
}

/** Whether an active row of `skus`, joined with its `stock`, is low. One that never had stock is not. */
export const IS_LOW: Sql = sql`coalesce(stock.levels > 0 AND stock.available <= low_stock_threshold, false)`;
