import { claimSync, finishAttempt, readSyncStanding } from '@holdfast/db';
import { GatewayBusy, GatewayLimiterUnavailable, judge, priorityOf } from '@holdfast/gateway';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';

/** A claim outlives the call by this much: time to write down how it ended. */
const CLAIM_MARGIN_MS = 10_000;

/** How soon to look again when the limiter has no place. */
const BUSY_RETRY_MS = 1_000;

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

  const result = judge(outcome, sync.attempt, config.gateway.attemptsMax);
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
