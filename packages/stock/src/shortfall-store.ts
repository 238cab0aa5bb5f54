import type { Queryable } from '@holdfast/db';

/** A level that has promised more than it has. */
export interface Shortfall {
  readonly sku: string;
  readonly location: string;
  /** Units. */
  readonly shortfall: number;
}

/** Levels that are short, by name: by an index that has only those. */
export async function readShortfalls(db: Queryable, limit: number): Promise<readonly Shortfall[]> {
  return db.$queryRaw<Shortfall[]>`
    SELECT sku, location, shortfall
    FROM stock_levels
    WHERE shortfall > 0
    ORDER BY sku, location
    LIMIT ${limit}::integer`;
}

/** How many levels are short, and by how many units in all. */
export async function readShortfallTotals(db: Queryable): Promise<{ levels: number; units: number }> {
  const [totals] = await db.$queryRaw<{ levels: number; units: number }[]>`
    SELECT count(*)::integer AS levels, coalesce(sum(shortfall), 0)::float8 AS units
    FROM stock_levels
    WHERE shortfall > 0`;
  if (!totals) throw new Error('a sum of shortfalls returned no row');
  return totals;
}
