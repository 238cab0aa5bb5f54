import {
  CHUNK,
  deleteChunk,
  deleteChunkSql,
  firstIdAt,
  inChunks,
  only,
  sql,
  type Chunk,
  type Database,
  type Purge,
  type Queryable,
  type Sql,
} from '@holdfast/db';

const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

const daysAgo = (days: number): Sql => sql`(statement_timestamp() - ${days}::integer * interval '1 day')`;

/**
 * There is no index by time, but ids are UUIDv7, which begin with it (48 bits of epoch milliseconds, RFC
 * 9562): the smallest id of the boundary's millisecond is where the old ones end. Ids are made by the clocks
 * of other hosts, so a column with the database's time is compared too.
 */
const hasOldId = (days: number, after: string): Sql =>
  sql`id > ${after}::uuid AND id < (SELECT ${firstIdAt(daysAgo(days))})`;

/** Events that are older than `days`. */
export function purgeEvents({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, BEFORE_ALL_IDS, async (after) => {
    const where = sql`${hasOldId(days, after)} AND events.time < ${daysAgo(days)}`;
    const [, chunk] = await prisma.$transaction([
      // The trigger that keeps events append-only allows a DELETE only with this, and in this transaction
      // alone.
      prisma.$executeRaw`SELECT set_config('holdfast.retention', 'on', true)`,
      prisma.$queryRaw<Chunk[]>(deleteChunkSql({ table: sql`events`, where, orderBy: sql`id` })),
    ]);
    return only(chunk);
  });
}

/**
 * Positions of purged events, from the oldest up to the first event that is kept: so the positions that are
 * left have no gap. They are never assigned again.
 */
export function purgeEventPositions({ prisma }: Database): Purge {
  return inChunks(CHUNK, '0', (after) => deletePositions(prisma, after));
}

/**
 * Deliveries to webhook endpoints that are older than `days`: those that have ended since, and all of
 * endpoints that were removed. Waiting ones are kept, as others may wait behind them; they are few, and
 * passed over.
 */
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

/**
 * Incoming events that could not be processed, and were neither sent nor tried again for `days`. They are
 * few.
 */
export function purgeDeadEvents({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, '', () =>
    deleteChunk(prisma, { table: sql`dead_events`, where: sql`last_tried_at < ${daysAgo(days)}` }),
  );
}

// A second worker waits for the first, and finds nothing more to do: one that skipped locked rows would leave
// a gap.
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
      SELECT count(*)::integer AS count, max(position)::text AS last
      FROM gone`,
  );
}
