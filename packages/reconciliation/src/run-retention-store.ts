import { CHUNK, daysAgo, deleteChunk, inChunks, sql, type Database, type Purge } from '@holdfast/db';

/** Runs that ended more than `days` ago. */
export function purgeRuns({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, '-infinity', (after) =>
    deleteChunk(prisma, {
      table: sql`reconciliation_runs`,
      where: sql`finished_at >= ${after}::timestamptz AND finished_at < ${daysAgo(days)}`,
      orderBy: sql`finished_at`,
    }),
  );
}
