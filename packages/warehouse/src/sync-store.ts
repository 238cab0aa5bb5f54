import type { StoredTrace, SyncAction, SyncState } from '@holdfast/contract';
import { sql, type Database, type Queryable } from '@holdfast/db';
import type { AttemptResult } from './attempt-result.ts';
import { lockReservation, writeSyncFailed } from './sync-failed-event-store.ts';
import { queuedFor, takeNextSync, type NextSync } from './sync-line-store.ts';
import { IS_SUPERSEDED } from './superseded-sync-store.ts';

/** No statement that ends an attempt begins later than this after the first. */
const FINISH_WITHIN_MS = 5_000;

/** The state of a sync that a worker could not take. */
export interface SyncStanding {
  readonly reservationId: string;
  readonly orderId: string | null;
  readonly lastError: string | null;
  readonly action: SyncAction;
  readonly state: SyncState;
  /** How long another worker still has it, in milliseconds; 0 when none does. */
  readonly claimedForMs: number;
  /** Whether it is not to be sent, as a later sync ends the reservation (superseded-sync-store.ts). */
  readonly isSuperseded: boolean;
}

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
  /** Earlier attempts that do not count any more, as an operator has retried the sync. */
  readonly forgiven: number;
  /** When this attempt began, in PostgreSQL's own form. */
  readonly startedAt: string;
  /** Proves the claim when it is finished: another worker that took it meanwhile has another value. */
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
      ${IS_SUPERSEDED} AS "isSuperseded"
    FROM warehouse_syncs sync
    WHERE id = ${syncId}::uuid`;
  return row ?? null;
}

/**
 * Takes a sync for `claimMs`: one that waits and is not superseded, or whose worker has not ended it in time,
 * and only when nothing earlier of its reservation is unfinished. Otherwise it leaves the line, so that it
 * does not delay others, and the end of the earlier one puts it back. An earlier sync that has failed stays
 * failed, and may be sent later: it is more important that all are sent than in which order.
 *
 * @returns null: it cannot be taken; `readSyncStanding` has the reason
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
        AND NOT ${IS_SUPERSEDED}
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

/** Returns a sync that was taken and not sent, as if it had not been taken, if the claim is still valid. */
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
 * @param answer the stored beginning of the gateway's answer
 * @returns the next sync of the reservation that waits, when this one is finished; `lost` when another worker
 * took it
 */
export async function finishAttempt(
  database: Database,
  sync: ClaimedSync,
  result: AttemptResult,
  answer: string | null = null,
): Promise<{ lost: boolean; next: NextSync | null }> {
  const retryIn = result.state === 'pending' ? result.retryInMs : null;
  const nextAttemptAt = sql`clock_timestamp() + ${retryIn}::integer * interval '1 millisecond'`;
  const error = 'error' in result ? result.error.slice(0, 500) : null;
  const counts = result.state !== 'pending' || result.counts;
  return database.inRawTransaction(FINISH_WITHIN_MS, async (tx) => {
    if (result.state === 'failed') await lockReservation(tx, sync.reservationId);
    const finished = await tx.$queryRaw<{ id: string }[]>`
      WITH finished AS (
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
          AND claimed_until = ${sync.claim}::timestamptz
        RETURNING id
      ),
      noted AS (
        UPDATE warehouse_sync_attempts
        SET
          started_at = ${sync.startedAt}::timestamptz,
          finished_at = clock_timestamp(),
          status = ${result.status}::integer,
          error = ${error},
          answer = ${answer},
          next_attempt_at = ${nextAttemptAt}
        FROM finished
        WHERE sync_id = finished.id
          AND number = ${sync.attempt}::integer
      )
      SELECT id
      FROM finished`;
    if (finished.length === 0) return { lost: true, next: null };
    if (result.state === 'pending') return { lost: false, next: null };
    if (result.state === 'failed') await writeSyncFailed(tx, sync);
    // A statement of its own: it sees a sync that was claimed, and left the line, before this one was locked.
    tx.commitWithNext();
    return { lost: false, next: await takeNextSync(tx, sync.reservationId) };
  });
}
