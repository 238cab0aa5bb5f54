import { sql, type Sql } from '@holdfast/db';
import type { LevelPlace } from './level-place.ts';

/** A CTE `levels`: the first `limit` levels after a place, with these counters of theirs. */
export const levelsAfter = (after: LevelPlace, limit: number, counters: Sql): Sql => sql`
    levels AS MATERIALIZED (
      SELECT sku, location, ${counters}
      FROM stock_levels
      WHERE (sku, location) > (${after.sku}, ${after.location})
      ORDER BY sku, location
      LIMIT ${limit}::integer
    )`;

/** Two columns: how many `levels` there are, and the last of them, null where there is none. */
export const COUNT_AND_LAST: Sql = sql`
      (SELECT count(*)::integer FROM levels) AS levels,
      (
        SELECT json_build_object('sku', sku, 'location', location)
        FROM levels
        ORDER BY sku DESC, location DESC
        LIMIT 1
      ) AS last`;
