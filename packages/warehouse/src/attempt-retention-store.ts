import {
  BEFORE_ALL_IDS,
  CHUNK,
  daysAgo,
  deleteChunk,
  hasOldId,
  inChunks,
  sql,
  type Database,
  type Purge,
} from '@holdfast/db';

/** Attempts of syncs that ended more than `days` ago. The sync stays, with its count and last error. */
export function purgeSyncAttempts({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, BEFORE_ALL_IDS, (after) =>
    deleteChunk(prisma, {
      table: sql`warehouse_sync_attempts`,
      where: sql`${hasOldId(days, after, sql`sync_id`)}
        AND started_at < ${daysAgo(days)}
        AND EXISTS (
          SELECT
          FROM warehouse_syncs
          WHERE id = warehouse_sync_attempts.sync_id
            AND finished_at < ${daysAgo(days)}
        )`,
      orderBy: sql`sync_id`,
    }),
  );
}
