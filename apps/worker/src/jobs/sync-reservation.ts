import {
  claimSync,
  finishAttempt,
  readSyncStanding,
  type AttemptResult,
  type ClaimedSync,
} from '@holdfast/db';
import {
  consumesAttempt,
  GatewayBusy,
  GatewayLimiterUnavailable,
  priorityOf,
  type HoldOutcome,
} from '@holdfast/gateway';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';

/** A claim outlives the call by this much: time to write down how it ended. */
const CLAIM_MARGIN_MS = 10_000;

/** Between tries: a random time up to 0.5 s, doubled for each attempt, at most a minute. */
const RETRY_FIRST_MS = 500;
const RETRY_CAP_MS = 60_000;

/** How soon to look again when it was not the sync's fault. */
const BUSY_RETRY_MS = 1_000;
const REFUSED_RETRY_MS = 2_000;

/**
 * Tells the Warehouse Gateway of one sync.
 *
 * The row is the truth, the job only a nudge: it is claimed in one short transaction, the gateway is called outside of any,
 * and how it ended is written in another, if the claim still stands. A worker that dies in between leaves a claim that
 * runs out; whoever tries then sends the same idempotency key, so the warehouse acts once.
 */
export const syncReservation =
  (context: WorkerContext): JobHandler<'sync-reservation'> =>
  async ({ sync_id: syncId }) => {
    const { database, limiter } = context;
    const standing = await readSyncStanding(database.prisma, syncId);
    if (!standing || !['pending', 'in_flight'].includes(standing.state)) return;
    if (standing.claimedForMs > 0) throw new RetryLater(standing.claimedForMs, 'another worker has it');
    try {
      await limiter.schedule(priorityOf(standing.action), () => attempt(context, syncId));
    } catch (error) {
      if (error instanceof GatewayBusy || error instanceof GatewayLimiterUnavailable) {
        throw new RetryLater(BUSY_RETRY_MS, error.message);
      }
      throw error;
    }
  };

async function attempt(context: WorkerContext, syncId: string): Promise<void> {
  const { config, database, gateway, limiter, metrics, producer, log } = context;
  const sync = await claimSync(database.prisma, syncId, config.gateway.timeoutMs + CLAIM_MARGIN_MS);
  if (!sync) return; // done, taken, or its turn comes when an earlier one of its reservation is done

  const outcome = await gateway.sendHold({
    idempotencyKey: sync.id,
    body: {
      reservation_id: sync.reservationId,
      order_id: sync.orderId,
      action: sync.action,
      lines: [...sync.lines],
      occurred_at: sync.occurredAt,
    },
  });
  if (outcome.kind === 'throttled') limiter.pause(outcome.retryAfterMs);
  metrics.syncAttempts.inc({ outcome: outcome.kind });

  const result = judge(outcome, sync, config.gateway.attemptsMax);
  const { lost, next } = await finishAttempt(database, sync, result);
  const fields = {
    sync_id: sync.id,
    reservation_id: sync.reservationId,
    action: sync.action,
    attempt: sync.attempt,
  };
  if (lost) log.warn('sync.claim_lost', fields);
  else if (result.state === 'succeeded') log.debug('sync.succeeded', fields);
  else log[result.state === 'failed' ? 'error' : 'warn'](`sync.${result.state}`, { ...fields, ...result });

  if (next) await producer.enqueueSyncs([next]);
  if (result.state === 'pending') throw new RetryLater(result.retryInMs, result.error);
}

/** What an answer of the gateway means for the sync. */
function judge(outcome: HoldOutcome, sync: ClaimedSync, attemptsMax: number): AttemptResult {
  switch (outcome.kind) {
    case 'accepted':
      return { state: 'succeeded', status: outcome.status };
    case 'throttled':
      return {
        state: 'pending',
        status: outcome.status,
        error: 'throttled',
        retryInMs: outcome.retryAfterMs,
        counts: consumesAttempt(outcome),
      };
    case 'refused':
      return {
        state: 'pending',
        status: null,
        error: outcome.error,
        retryInMs: REFUSED_RETRY_MS,
        counts: consumesAttempt(outcome),
      };
    case 'failed':
      return sync.attempt >= attemptsMax
        ? { state: 'failed', status: outcome.status, error: outcome.error }
        : {
            state: 'pending',
            status: outcome.status,
            error: outcome.error,
            retryInMs: jitteredMs(sync.attempt),
            counts: true,
          };
    default:
      return outcome satisfies never;
  }
}

/** Whole milliseconds: the row keeps them as an integer. */
const jitteredMs = (attempt: number): number =>
  Math.ceil(Math.random() * Math.min(RETRY_CAP_MS, RETRY_FIRST_MS * 2 ** (attempt - 1)));
