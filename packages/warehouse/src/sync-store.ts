import type { StoredTrace, SyncAction, SyncState } from '@holdfast/contract';
import { sql, type Database, type Queryable, type Transaction } from '@holdfast/db';
import type { AttemptResult } from './attempt-result.ts';
import { lockReservation, writeSyncFailed } from './sync-failed-event-store.ts';
import { NOW, queuedFor, type NextSync } from './sync-line-store.ts';

/** Where a sync stands, before a worker takes it. */
export interface SyncStanding {
  readonly reservationId: string;
  readonly orderId: string | null;
  readonly lastError: string | null;
  readonly action: SyncAction;
  readonly state: SyncState;
  /** How long another worker still has it, in milliseconds; 0 when none does. */
  readonly claimedForMs: number;
  /**
   * Whether it is not to be sent: a later sync ends the reservation, and the gateway has heard nothing
   * before.
   */
  readonly isOvertaken: boolean;
}

/**
 * The gateway may know of it. An attempt that did not count (a 429, a refused connection) has not arrived.
 */
const IS_HEARD = sql`(earlier.attempts > 0 OR earlier.state IN ('in_flight', 'succeeded'))`;

/**
 * Each sync has what one change added or took away, so they add up only if all are sent. But if the gateway
 * has heard nothing of a reservation that is over, its end alone is sent.
 */
const IS_OVERTAKEN = sql`(
        sync.state = 'pending'
        AND EXISTS (
          SELECT
          FROM warehouse_syncs ending
          WHERE ending.reservation_id = sync.reservation_id
            AND ending.ordinal > sync.ordinal
            AND ending.ends_reservation
            AND NOT EXISTS (
              SELECT
              FROM warehouse_syncs earlier
              WHERE earlier.reservation_id = ending.reservation_id
                AND earlier.ordinal < ending.ordinal
                AND ${IS_HEARD}
            )
        )
      )`;

/** A sync that this worker has taken, to send it. */
export interface ClaimedSync extends StoredTrace {
  readonly id: string;
  readonly reservationId: string;
  readonly orderId: string | null;
  readonly action: SyncAction;
  readonly lines: readonly { readonly sku: string; readonly location: string; readonly quantity: number }[];
  /** ISO 8601. */
  readonly occurredAt: string;
  /** Number of this attempt, from 1. */
  readonly attempt: number;
  /** Attempts before this one that do not count any more: the sync was tried again by hand. */
  readonly forgiven: number;
  /** When this attempt began, in PostgreSQL's own form. */
  readonly startedAt: string;
  /** Proves the claim when it is finished; another worker that took it meanwhile has another. */
  readonly claim: string;
}

export async function readSyncStanding(db: Queryable, syncId: string): Promise<SyncStanding | null> {
  const [row] = await db.$queryRaw<SyncStanding[]>`
    SELECT
      reservation_id AS "reservationId",
      order_id AS "orderId",
      last_error AS "lastError",
      action,
      state,
      CASE state
        WHEN 'in_flight' THEN GREATEST(0, extract(epoch FROM claimed_until - clock_timestamp()) * 1000)::float8
        ELSE 0
      END AS "claimedForMs",
      ${IS_OVERTAKEN} AS "isOvertaken"
    FROM warehouse_syncs sync
    WHERE id = ${syncId}::uuid`;
  return row ?? null;
}

/**
 * Ends all syncs of a reservation without sending them that come before its end, if the gateway has heard of
 * none of them. All or none, while they are locked: the quantities of those that are sent add up.
 *
 * @returns the next sync of the reservation; null when nothing was ended
 */
export async function supersedeEarlier(
  { prisma }: Database,
  reservationId: string,
): Promise<NextSync | null> {
  return prisma.$transaction(async (tx) => {
    const ended = await tx.$executeRaw`
      WITH earlier AS MATERIALIZED ( -- all of the reservation, as they are once they are locked
        SELECT id, ordinal, state, attempts, ends_reservation
        FROM warehouse_syncs
        WHERE reservation_id = ${reservationId}::uuid
        ORDER BY ordinal
        FOR UPDATE
      ),
      ending AS (
        SELECT max(ordinal) AS ordinal
        FROM earlier AS last
        WHERE ends_reservation
          AND NOT EXISTS (SELECT FROM earlier WHERE earlier.ordinal < last.ordinal AND ${IS_HEARD})
      )
      UPDATE warehouse_syncs sync
      SET
        state = 'superseded',
        next_attempt_at = NULL,
        finished_at = clock_timestamp()
      FROM earlier, ending
      WHERE sync.id = earlier.id
        AND earlier.ordinal < ending.ordinal
        AND earlier.state = 'pending'`;
    return ended > 0 ? takeNextSync(tx, reservationId) : null;
  });
}

/**
 * Takes a sync for `claimMs`: one that waits, or whose worker has not ended it in time, and only when nothing
 * earlier of its reservation is unfinished. Else it leaves the line: the end of the earlier one puts it back,
 * and it does not stand in the way of others. What has failed before stays failed, and may be sent later: the
 * order matters less than that all are sent. Null: nothing to do now.
 */
export async function claimSync(db: Queryable, syncId: string, claimMs: number): Promise<ClaimedSync | null> {
  const [claimed] = await db.$queryRaw<ClaimedSync[]>`
    WITH earlier AS MATERIALIZED ( -- locked, so that none of them is tried again meanwhile
      SELECT earlier.state
      FROM warehouse_syncs earlier
      JOIN warehouse_syncs sync USING (reservation_id)
      WHERE sync.id = ${syncId}::uuid
        AND earlier.ordinal < sync.ordinal
      ORDER BY earlier.ordinal
      FOR UPDATE OF earlier
    ),
    claimed AS (
      UPDATE warehouse_syncs sync
      SET
        state = 'in_flight',
        attempts = attempts + 1,
        claimed_until = clock_timestamp() + ${claimMs}::integer * interval '1 millisecond',
        next_attempt_at = NULL
      WHERE id = ${syncId}::uuid
        AND (state = 'pending' OR (state = 'in_flight' AND claimed_until <= clock_timestamp()))
        AND NOT EXISTS (SELECT FROM earlier WHERE state IN ('pending', 'in_flight'))
      RETURNING *
    ),
    left_line AS (
      UPDATE warehouse_syncs
      SET next_attempt_at = NULL
      WHERE id = ${syncId}::uuid
        AND state = 'pending'
        AND EXISTS (SELECT FROM earlier WHERE state IN ('pending', 'in_flight'))
    ),
    attempt AS (
      INSERT INTO warehouse_sync_attempts (sync_id, number, started_at)
      SELECT id, attempts, clock_timestamp()
      FROM claimed
      ON CONFLICT (sync_id, number) DO NOTHING -- the one before did not count: its row is used again
    )
    SELECT
      id,
      reservation_id AS "reservationId",
      order_id AS "orderId",
      action,
      lines,
      to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "occurredAt",
      attempts AS attempt,
      attempts_forgiven AS forgiven,
      request_id AS "requestId",
      traceparent,
      clock_timestamp()::text AS "startedAt",
      claimed_until::text AS claim
    FROM claimed`;
  return claimed ?? null;
}

/** Gives a sync back that was taken and not sent, as if it had not been taken, if the claim still stands. */
export async function returnSync(db: Queryable, sync: ClaimedSync, retryInMs: number): Promise<void> {
  const nextAttemptAt = sql`clock_timestamp() + ${retryInMs}::integer * interval '1 millisecond'`;
  await db.$executeRaw`
    WITH returned AS (
      UPDATE warehouse_syncs
      SET
        state = 'pending',
        attempts = attempts - 1,
        next_attempt_at = ${nextAttemptAt},
        ${queuedFor(nextAttemptAt)},
        claimed_until = NULL
      WHERE id = ${sync.id}::uuid
        AND state = 'in_flight'
        AND claimed_until = ${sync.claim}::timestamptz
      RETURNING id
    )
    DELETE FROM warehouse_sync_attempts
    USING returned
    WHERE sync_id = returned.id
      AND number = ${sync.attempt}::integer
      AND finished_at IS NULL -- else it is of a try that did not count`;
}

/**
 * Writes how an attempt ended, if the claim still stands. One that has failed gets an event. Later syncs of
 * the reservation do not wait for it.
 *
 * @param answer what the gateway answered, as far as it is kept
 * @returns the next sync of the reservation that waits, when this one is finished; `lost` when another worker
 * took it
 */
export async function finishAttempt(
  { prisma }: Database,
  sync: ClaimedSync,
  result: AttemptResult,
  answer: string | null = null,
): Promise<{ lost: boolean; next: NextSync | null }> {
  const retryIn = result.state === 'pending' ? result.retryInMs : null;
  const nextAttemptAt = sql`clock_timestamp() + ${retryIn}::integer * interval '1 millisecond'`;
  const error = 'error' in result ? result.error.slice(0, 500) : null;
  const counts = result.state !== 'pending' || result.counts;
  return prisma.$transaction(async (tx) => {
    if (result.state === 'failed') await lockReservation(tx, sync.reservationId);
    const finished = await tx.$executeRaw`
      UPDATE warehouse_syncs
      SET
        state = ${result.state},
        attempts = attempts - ${counts ? 0 : 1}::integer,
        last_status = ${result.status}::integer,
        last_error = ${error},
        next_attempt_at = ${nextAttemptAt},
        ${queuedFor(nextAttemptAt)},
        claimed_until = NULL,
        finished_at = CASE WHEN ${result.state} = 'pending' THEN NULL ELSE clock_timestamp() END
      WHERE id = ${sync.id}::uuid
        AND state = 'in_flight'
        AND claimed_until = ${sync.claim}::timestamptz`;
    if (finished === 0) return { lost: true, next: null };
    await tx.$executeRaw`
      UPDATE warehouse_sync_attempts
      SET
        started_at = ${sync.startedAt}::timestamptz,
        finished_at = clock_timestamp(),
        status = ${result.status}::integer,
        error = ${error},
        answer = ${answer},
        next_attempt_at = ${nextAttemptAt}
      WHERE sync_id = ${sync.id}::uuid
        AND number = ${sync.attempt}::integer`;
    if (result.state === 'pending') return { lost: false, next: null };
    if (result.state === 'failed') await writeSyncFailed(tx, sync);
    return { lost: false, next: await takeNextSync(tx, sync.reservationId) };
  });
}

/**
 * Takes the next sync of a reservation that waits, to be queued at once. It may have left the line because
 * the one before was not finished (`claimSync`).
 */
async function takeNextSync(tx: Transaction, reservationId: string): Promise<NextSync | null> {
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
