import {
  BEFORE_ALL_IDS,
  CHUNK,
  daysAgo,
  deleteChunk,
  deleteChunkSql,
  hasOldId,
  inChunks,
  only,
  sql,
  type Chunk,
  type Database,
  type Purge,
  type Queryable,
} from '@holdfast/db';

/** Events that are older than `days`. */
export function purgeEvents({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, BEFORE_ALL_IDS, async (after) => {
    const where = sql`${hasOldId(days, after)} AND events.time < ${daysAgo(days)}`;
    const [, chunk] = await prisma.$transaction([
      // The trigger that keeps events append-only allows a DELETE only with this.
      prisma.$executeRaw`SELECT set_config('holdfast.retention', 'on', true)`,
      prisma.$queryRaw<Chunk[]>(deleteChunkSql({ table: sql`events`, where, orderBy: sql`id` })),
    ]);
    return only(chunk);
  });
}

/** Positions of purged events, up to the first event that is kept: so those that are left have no gap. */
export function purgeEventPositions({ prisma }: Database): Purge {
  return inChunks(CHUNK, '0', (after) => deletePositions(prisma, after));
}

/** Webhook deliveries older than `days` that have ended since, or whose endpoint was removed. */
export function purgeDeliveries({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, BEFORE_ALL_IDS, (after) =>
    deleteChunk(prisma, {
      table: sql`webhook_deliveries`,
      where: sql`${hasOldId(days, after)}
        AND (
          finished_at < ${daysAgo(days)}
          OR NOT EXISTS (SELECT FROM webhook_endpoints WHERE id = webhook_deliveries.endpoint_id)
        )`,
      orderBy: sql`id`,
    }),
  );
}

/** Incoming events that could not be processed, and were neither sent nor tried again for `days`. */
export function purgeDeadEvents({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, '', () =>
    deleteChunk(prisma, { table: sql`dead_events`, where: sql`last_tried_at < ${daysAgo(days)}` }),
  );
}

// A second worker waits for the first one: skipping locked rows would leave a gap.
async function deletePositions(db: Queryable, after: string): Promise<Chunk> {
  return only(
    await db.$queryRaw<Chunk[]>`
      WITH oldest AS MATERIALIZED (
        SELECT position, event_id
        FROM event_positions
        WHERE position > ${after}::bigint
        ORDER BY position
        LIMIT ${CHUNK}::integer
      ),
      kept AS MATERIALIZED (
        SELECT position
        FROM oldest
        WHERE EXISTS (SELECT FROM events WHERE id = event_id)
        ORDER BY position
        LIMIT 1
      ),
      gone AS (
        DELETE FROM event_positions
        WHERE position = ANY(ARRAY(
          SELECT position
          FROM oldest
          WHERE position < ALL(ARRAY(SELECT position FROM kept))
        ))
        RETURNING position
      )
      SELECT count(*)::integer AS count, count(*)::integer AS read, max(position)::text AS last
      FROM gone`,
  );
}
