import type { StoredTrace, SyncAction } from '@holdfast/contract';
import { sql, type Queryable, type Sql, type SqlRunner } from '@holdfast/db';

// The line in which syncs wait: urgent ones first, then by the time of their next attempt. Only the front of
// it is in the queue, so that a backlog costs nothing until its turn comes (docs/decisions/0043).

/** How long a queued sync is expected to wait for its attempt. After that its job counts as lost. */
const QUEUED_MS: Sql = sql`interval '5 s'`;

/** For an UPDATE: the job of the sync is in the queue, and may run from then on. */
export const queuedFor = (at: Sql): Sql => sql`queued_until = ${at} + ${QUEUED_MS}`;

const NOW: Sql = sql`clock_timestamp()`;

const IS_NOT_QUEUED: Sql = sql`(queued_until IS NULL OR queued_until <= clock_timestamp())`;

/** The same condition as in the index, and in `isUrgentSync` of packages/contract. */
const IS_URGENT: Sql = sql`(action IN ('confirm', 'cancel'))`;

/** A sync that may be tried now. */
export interface NextSync extends StoredTrace {
  readonly id: string;
  readonly action: SyncAction;
}

/** A sync that is to be queued. */
interface SyncInLine extends NextSync {
  /** Whether it was queued before, and its job has not run in time. */
  readonly isRepeat: boolean;
}

export interface LineFront {
  readonly toQueue: readonly SyncInLine[];
  /** Whether others may wait behind the front. */
  readonly hasMore: boolean;
}

/**
 * Takes those syncs at the front of the line that are not in the queue, and those that a worker has claimed
 * and not ended in time. Two processes that ask at once get different ones.
 *
 * @param frontMax how many of the line may be in the queue
 */
export async function takeFromLine(db: Queryable, frontMax: number): Promise<LineFront> {
  const [front] = await db.$queryRaw<LineFront[]>`
    WITH ${frontOfLine(frontMax)},
    chosen AS MATERIALIZED (
      SELECT sync.id, sync.queued_until IS NOT NULL AS is_repeat
      FROM (SELECT id FROM front UNION ALL SELECT id FROM abandoned) wanted
      JOIN warehouse_syncs sync USING (id)
      WHERE ${IS_NOT_QUEUED}
      FOR NO KEY UPDATE OF sync SKIP LOCKED
    ),
    taken AS (
      UPDATE warehouse_syncs sync
      SET ${queuedFor(NOW)}
      FROM chosen
      WHERE sync.id = chosen.id
      RETURNING sync.id, action, request_id, traceparent, is_repeat
    )
    SELECT
      (
        SELECT coalesce(json_agg(json_build_object(
          'id', id,
          'action', action,
          'requestId', request_id,
          'traceparent', traceparent,
          'isRepeat', is_repeat
        )), '[]')
        FROM taken
      ) AS "toQueue",
      (SELECT count(*) FROM front) >= ${frontMax}::integer AS "hasMore"`;
  if (!front) throw new Error('the statement for the line of syncs returned no row');
  return front;
}

/** Syncs without a job that should have been tried 5 s ago, or were claimed and not ended in time. */
export const readOverdueSyncs = (db: Queryable, limit: number): Promise<readonly NextSync[]> =>
  db.$queryRaw<NextSync[]>`
    WITH ${frontOfLine(limit)}
    SELECT id, action, request_id AS "requestId", traceparent
    FROM (
      SELECT id FROM front WHERE next_attempt_at <= clock_timestamp() - ${QUEUED_MS}
      UNION ALL
      SELECT id FROM abandoned
    ) overdue
    JOIN warehouse_syncs USING (id)
    WHERE ${IS_NOT_QUEUED}
    LIMIT ${limit}::integer`;

/** Whether a sync waits for its attempt, or was claimed and not ended in time. */
export async function hasSyncsInLine(db: Queryable): Promise<boolean> {
  const [row] = await db.$queryRaw<{ hasSome: boolean }[]>`
    WITH ${frontOfLine(1)}
    SELECT EXISTS (SELECT FROM front) OR EXISTS (SELECT FROM abandoned) AS "hasSome"`;
  return row?.hasSome ?? false;
}

/**
 * Takes the next sync of a reservation that waits, to be queued at once. It may have left the line because
 * the one before was not finished (`claimSync`).
 */
export async function takeNextSync(tx: SqlRunner, reservationId: string): Promise<NextSync | null> {
  const [next] = await tx.$queryRaw<NextSync[]>`
    UPDATE warehouse_syncs
    SET
      next_attempt_at = coalesce(next_attempt_at, clock_timestamp()),
      ${queuedFor(NOW)}
    WHERE id = (
        SELECT id
        FROM (
          SELECT id, state, ordinal
          FROM warehouse_syncs
          WHERE reservation_id = ${reservationId}::uuid
          OFFSET 0 -- a fence: with it the index of those that wait is not walked for one reservation
        ) of_reservation
        WHERE state = 'pending'
        ORDER BY ordinal
        LIMIT 1
      )
      AND state = 'pending'
    RETURNING id, action, request_id AS "requestId", traceparent`;
  return next ?? null;
}

/** Two parts of a statement: `front` of the line, and `abandoned` claims. */
function frontOfLine(max: number): Sql {
  const inLine = (isUrgent: boolean) => sql`(
        SELECT id, ${isUrgent}::boolean AS is_urgent, next_attempt_at
        FROM warehouse_syncs
        WHERE state = 'pending'
          AND ${IS_URGENT} = ${isUrgent}::boolean
          AND next_attempt_at <= clock_timestamp()
        ORDER BY next_attempt_at
        LIMIT ${max}::integer
      )`;
  return sql`front AS MATERIALIZED (
      SELECT id, next_attempt_at
      FROM (${inLine(true)} UNION ALL ${inLine(false)}) line
      ORDER BY is_urgent DESC, next_attempt_at
      LIMIT ${max}::integer
    ),
    abandoned AS MATERIALIZED (
      SELECT id
      FROM warehouse_syncs
      WHERE state = 'in_flight'
        AND claimed_until <= clock_timestamp() - ${QUEUED_MS}
      ORDER BY claimed_until
      LIMIT ${max}::integer
    )`;
}
