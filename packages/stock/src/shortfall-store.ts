import { only, type Queryable } from '@holdfast/db';

/** Levels that have promised more than they have, by name: by an index that has only those. */
export async function readShortfalls(db: Queryable, limit: number) {
  return db.$queryRaw<{ sku: string; location: string; shortfall: number }[]>`
    SELECT sku, location, shortfall
    FROM stock_levels
    WHERE shortfall > 0
    ORDER BY sku, location
    LIMIT ${limit}::integer`;
}

/** How many levels are short, and by how many units in all. */
export async function readShortfallTotals(db: Queryable): Promise<{ levels: number; units: number }> {
  return only(
    await db.$queryRaw<{ levels: number; units: number }[]>`
      SELECT count(*)::integer AS levels, coalesce(sum(shortfall), 0)::float8 AS units
      FROM stock_levels
      WHERE shortfall > 0`,
  );
}
