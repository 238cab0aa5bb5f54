import { sql, type Sql } from '@holdfast/db';

/** A level, as a place in the order of all levels. */
export interface LevelPlace {
  readonly sku: string;
  readonly location: string;
}

/** Before all levels: names have at least one character. */
export const FIRST_LEVEL: LevelPlace = { sku: '', location: '' };

export const isAfterLevel = ({ sku, location }: LevelPlace): Sql =>
  sql`(sku, location) > (${sku}, ${location})`;

/** A CTE `levels`: the first `limit` levels after a place, with these counters of theirs. */
export const levelsAfter = (after: LevelPlace, limit: number, counters: Sql): Sql => sql`
    levels AS MATERIALIZED (
      SELECT sku, location, ${counters}
      FROM stock_levels
      WHERE ${isAfterLevel(after)}
      ORDER BY sku, location
      LIMIT ${limit}::integer
    )`;

/** Two columns: the number of `levels`, and the last of them, null if there is none. */
export const COUNT_AND_LAST: Sql = sql`
      (SELECT count(*)::integer FROM levels) AS levels,
      (
        SELECT json_build_object('sku', sku, 'location', location)
        FROM levels
        ORDER BY sku DESC, location DESC
        LIMIT 1
      ) AS last`;
