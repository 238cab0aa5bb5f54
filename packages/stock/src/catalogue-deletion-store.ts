import { sql, withTimeLimit, type Database, type Sql } from '@holdfast/db';
import type { LevelName } from '@holdfast/domain';

/** Deleting a location with many SKUs takes about a second for each 100,000. */
const DELETION_TIME_LIMIT_MS = 60_000;

/** The result of a deletion. A level: it still has units or promises, so nothing was deleted. */
export type Deletion = 'deleted' | 'unknown' | LevelName;

export const deleteSku = (database: Database, sku: string): Promise<Deletion> =>
  deleteWithLevels(database, { from: sql`skus`, where: sql`sku = ${sku}` });

export const deleteLocation = (database: Database, location: string): Promise<Deletion> =>
  deleteWithLevels(database, { from: sql`locations`, where: sql`location = ${location}` });

/**
 * Deletes a row of the catalogue with its levels, if none of them has units or promises.
 * `former_stock_levels` keeps their versions and numbers.
 *
 * This lock conflicts with that of a foreign key. So a level that is being added is either found here, or its
 * insert fails as the row is gone. Levels are then locked in the ledger's order (lock-order.ts). A batch that
 * waits for one of them finds that it was deleted, and begins again.
 */
async function deleteWithLevels(
  database: Database,
  { from, where }: { readonly from: Sql; readonly where: Sql },
): Promise<Deletion> {
  return withTimeLimit(database, DELETION_TIME_LIMIT_MS, async (tx) => {
    const found = await tx.$queryRaw<{ found: boolean }[]>`
      SELECT true AS found
      FROM ${from}
      WHERE ${where}
      FOR UPDATE`;
    if (found.length === 0) return 'unknown';
    const [used] = await tx.$queryRaw<LevelName[]>`
      WITH locked AS MATERIALIZED (
        SELECT sku, location, on_hand, reserved, allocated
        FROM stock_levels
        WHERE ${where}
        ORDER BY sku, location
        FOR UPDATE
      )
      SELECT sku, location
      FROM locked
      WHERE on_hand + reserved + allocated > 0
      ORDER BY sku, location
      LIMIT 1`;
    if (used) return used;
    await tx.$executeRaw`
      WITH gone AS (
        DELETE FROM stock_levels
        WHERE ${where}
        RETURNING sku, location, abs(version) AS version, level_seq
      )
      INSERT INTO former_stock_levels AS known (sku, location, version, level_seq)
      SELECT sku, location, version, level_seq
      FROM gone
      WHERE level_seq > 0
      ON CONFLICT (sku, location) DO UPDATE
      SET version = EXCLUDED.version, level_seq = EXCLUDED.level_seq`;
    await tx.$executeRaw`DELETE FROM ${from} WHERE ${where}`;
    return 'deleted';
  });
}
