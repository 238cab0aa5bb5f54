import {
  claimSync,
  finishAttempt,
  readSyncStanding,
  returnSync,
  supersedeEarlier,
  type ClaimedSync,
  type NextSync,
  type SyncStanding,
  judge,
  WAIT_MAX_MS,
  type HoldCall,
} from '@holdfast/warehouse';
import { RetryLater, WorkFailed, type JobHandler, type JobRun } from '@holdfast/jobs';
import { traceFields } from '@holdfast/contract';
import type { WorkerContext } from '../context.ts';

/** A claim outlives the wait for a slot and the call by this much: time to write down how it ended. */
const CLAIM_MARGIN_MS = 2_000;

/** A sync that was not sent waits for its turn in the queue again. */
const WITHHELD_RETRY_MS = 500;

/**
 * Sends one sync to the Warehouse Gateway: claims its row in a short transaction, calls the gateway outside
 * of any, and writes how it ended in another, if the claim still stands. If the worker dies in between, the
 * claim runs out, and the next attempt sends the same idempotency key, so the warehouse acts once.
 *
 * While no call may start (a pause, a gateway that is down), the job waits here and claims nothing: the
 * thousands behind it stay untouched in the queue.
 */
export const syncReservation =
  (context: WorkerContext): JobHandler<'sync-reservation'> =>
  async ({ sync_id: syncId }, run) => {
    const { stopping } = run;
    const { config, database, gateway } = context;
    await gateway.ready(stopping).catch(() => {
      throw new RetryLater(0, 'the worker stops');
    });
    const claimMs = WAIT_MAX_MS + config.gateway.timeoutMs + CLAIM_MARGIN_MS;
    const sync = await claimSync(database.prisma, syncId, claimMs);
    if (sync) await attempt(context, sync, run);
    else await leave(context, syncId);
  };

/** What becomes of a sync that cannot be taken. It may be done, or an earlier one has to end first. */
async function leave(context: WorkerContext, syncId: string): Promise<void> {
  const standing = await readSyncStanding(context.database.prisma, syncId);
  if (standing?.state === 'failed') throw hasFailed(standing);
  if (standing?.state === 'in_flight') throw new RetryLater(standing.claimedForMs, 'another worker has it');
  if (standing?.isSuperseded) await supersede(context, standing.reservationId);
}

async function supersede(context: WorkerContext, reservationId: string): Promise<void> {
  const next = await supersedeEarlier(context.database, reservationId);
  if (!next) return;
  context.log.info('sync.superseded', { reservation_id: reservationId, by: next.id });
  await enqueue(context, next);
}

async function attempt(
  context: WorkerContext,
  sync: ClaimedSync,
  { stopping, traceparent }: JobRun,
): Promise<void> {
  const { config, database, gateway, metrics, producer } = context;
  const outcome = await gateway.send(callOf(sync, traceparent ?? sync.traceparent), stopping);
  metrics.syncAttempts.inc({ outcome: outcome.kind });
  if (outcome.kind === 'withheld') {
    await returnSync(database.prisma, sync, WITHHELD_RETRY_MS);
    throw new RetryLater(WITHHELD_RETRY_MS, outcome.reason);
  }
  const result = judge(outcome, sync.attempt - sync.forgiven, config.gateway);
  const { lost, next } = await finishAttempt(database, sync, result, outcome.answer);
  if (result.state === 'failed') producer.wakePublisher(); // for its `sync_failed` event
  logEnd(context, sync, lost ? { state: 'claim_lost' } : result);
  if (next) await enqueue(context, next);
  if (result.state === 'failed' && !lost) throw hasFailed({ ...sync, lastError: result.error });
  if (result.state === 'pending') throw new RetryLater(result.retryInMs, result.error);
}

type Failed = Pick<SyncStanding, 'reservationId' | 'orderId' | 'lastError'>;

/** The message has the ids by which an operator finds the job. */
const hasFailed = ({ reservationId, orderId, lastError }: Failed): WorkFailed =>
  new WorkFailed(
    `the warehouse was not notified of reservation ${reservationId} (order ${orderId ?? 'none'}): ${lastError}`,
    { reservation_id: reservationId, order_id: orderId },
  );

const callOf = (sync: ClaimedSync, traceparent: string | null): HoldCall => ({
  idempotencyKey: sync.id,
  requestId: sync.requestId,
  traceparent,
  body: {
    reservation_id: sync.reservationId,
    order_id: sync.orderId,
    action: sync.action,
    lines: [...sync.lines],
    occurred_at: sync.occurredAt,
  },
});

const levels = { succeeded: 'debug', pending: 'warn', claim_lost: 'warn', failed: 'error' } as const;

function logEnd(
  { log }: WorkerContext,
  { id, reservationId, action, attempt, ...sync }: ClaimedSync,
  result: { readonly state: keyof typeof levels },
): void {
  const { state, ...more } = result;
  log[levels[state]](`sync.${state}`, {
    sync_id: id,
    reservation_id: reservationId,
    action,
    attempt,
    ...traceFields(sync),
    ...more,
  });
}

const enqueue = ({ producer }: WorkerContext, next: NextSync) => producer.enqueueSyncs([next]);
