import { sql, type Database, type Queryable, type Sql } from './client.ts';
import { CHUNK, inChunks, only, type Chunk, type Forgetting } from './forgetting.ts';

const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

/** The smallest UUIDv7 of the millisecond of the boundary. */
const FIRST_ID_OF_BOUNDARY: Sql = sql`(
  SELECT rpad(lpad(to_hex((extract(epoch FROM time) * 1000)::bigint), 12, '0'), 32, '0')::uuid
  FROM boundary
)`;

/** Events that are older than `days`: history, and nothing else can tell it then. */
export function forgetEvents({ prisma }: Database, days: number): Forgetting {
  return inChunks(CHUNK, BEFORE_ALL_IDS, async (after) => {
    const [, chunk] = await prisma.$transaction([
      // Only so does the trigger that keeps events append-only let a DELETE through; in this transaction alone.
      prisma.$executeRaw`SELECT set_config('holdfast.retention', 'on', true)`,
      prisma.$queryRaw<Chunk[]>(deleteEventsSql(days, after)),
    ]);
    return only(chunk);
  });
}

/**
 * Places of events that are forgotten, from the oldest on up to the first that is kept: so those that are left have no gap. They
 * are never given again.
 */
export function forgetEventPositions({ prisma }: Database): Forgetting {
  return inChunks(CHUNK, '0', (after) => deletePositions(prisma, after));
}

/**
 * Deliveries to webhook endpoints that are older than `days`: those that have ended since, and all of endpoints that were removed.
 * What waits is kept: others may wait behind it.
 */
export function forgetDeliveries({ prisma }: Database, days: number): Forgetting {
  return inChunks(CHUNK, BEFORE_ALL_IDS, (after) => deleteDeliveries(prisma, days, after));
}

/** Events of others that could not be processed, and that nobody has sent or tried again for `days`. */
export function forgetOldDeadEvents({ prisma }: Database, days: number): Forgetting {
  return inChunks(CHUNK, '', () => deleteDeadEvents(prisma, days));
}

/**
 * Events have no index by time, but their ids are UUIDv7, which begin with it (48 bits of epoch milliseconds, RFC 9562):
 * the smallest id of the boundary's millisecond is where the old ones end. Ids are made by the clocks of other hosts, so
 * `time`, which is the database's, has the last word.
 */
function deleteEventsSql(days: number, after: string): Sql {
  return sql`
    WITH boundary AS (
      SELECT statement_timestamp() - ${days}::integer * interval '1 day' AS time
    ),
    gone AS (
      DELETE FROM events
      WHERE ctid = ANY(ARRAY(
        SELECT ctid
        FROM events
        WHERE id > ${after}::uuid
          AND id < ${FIRST_ID_OF_BOUNDARY}
          AND events.time < (SELECT time FROM boundary)
        ORDER BY id
        LIMIT ${CHUNK}::integer
        FOR UPDATE SKIP LOCKED
      ))
      RETURNING id
    )
    SELECT
      (SELECT count(*)::integer FROM gone) AS count,
      (SELECT id::text FROM gone ORDER BY id DESC LIMIT 1) AS last`;
}

// Who comes second waits for the first, and finds nothing more to do: one that passed over locked rows would leave a gap.
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

/** By their ids, as events; those of open queues in between are few, and passed over. */
async function deleteDeliveries(db: Queryable, days: number, after: string): Promise<Chunk> {
  return only(
    await db.$queryRaw<Chunk[]>`
      WITH boundary AS (
        SELECT statement_timestamp() - ${days}::integer * interval '1 day' AS time
      ),
      gone AS (
        DELETE FROM webhook_deliveries
        WHERE ctid = ANY(ARRAY(
          SELECT ctid
          FROM webhook_deliveries delivery
          WHERE id > ${after}::uuid
            AND id < ${FIRST_ID_OF_BOUNDARY}
            AND (
              finished_at < (SELECT time FROM boundary)
              OR NOT EXISTS (SELECT FROM webhook_endpoints WHERE id = delivery.endpoint_id)
            )
          ORDER BY id
          LIMIT ${CHUNK}::integer
          FOR UPDATE SKIP LOCKED
        ))
        RETURNING id
      )
      SELECT
        (SELECT count(*)::integer FROM gone) AS count,
        (SELECT id::text FROM gone ORDER BY id DESC LIMIT 1) AS last`,
  );
}

/** They wait for an operator, and are few: looked through. */
async function deleteDeadEvents(db: Queryable, days: number): Promise<Chunk> {
  return only(
    await db.$queryRaw<Chunk[]>`
      WITH gone AS (
        DELETE FROM dead_events
        WHERE ctid = ANY(ARRAY(
          SELECT ctid
          FROM dead_events
          WHERE last_tried_at < statement_timestamp() - ${days}::integer * interval '1 day'
          LIMIT ${CHUNK}::integer
          FOR UPDATE SKIP LOCKED
        ))
        RETURNING id
      )
      SELECT count(*)::integer AS count, NULL AS last
      FROM gone`,
  );
}
