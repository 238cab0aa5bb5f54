import { classifyDatabaseError } from '@holdfast/db';
import { RetryLater, type JobHandler, type JobHandlers, type JobName } from '@holdfast/jobs';
import { LedgerOverloaded } from '@holdfast/ledger';
import type { Logger } from '@holdfast/runtime';
import type { WorkerContext } from '../context.ts';
import { expireDueHolds } from './expire-due-holds.ts';
import { grantWaiting } from './grant-waiting.ts';
import { purgeOldRows } from './purge-old-rows.ts';
import { importStock } from './import-stock.ts';
import { publishEvents } from './publish-events.ts';
import { publishToSink, wakeSink } from './publish-to-sink.ts';
import { queueSyncs } from './queue-syncs.ts';
import { reconcileStale } from './reconcile-stale.ts';
import { reviewStock } from './review-stock.ts';
import { syncReservation } from './sync-reservation.ts';

/** A handler for each job of the catalog. Every one may run twice, also at the same time in two workers. */
export function jobHandlers(context: WorkerContext): JobHandlers {
  const orLater = laterWhenOverloaded(context.log);
  return {
    'expire-due-holds': orLater(expireDueHolds(context)),
    'grant-waiting': orLater(grantWaiting(context)),
    'queue-syncs': orLater(queueSyncs(context)),
    'sync-reservation': orLater(syncReservation(context)),
    'publish-events': orLater(publishEvents(context)),
    'publish-to-sink': orLater(publishToSink(context)),
    'wake-sink': orLater(wakeSink(context)),
    'reconcile-stale': orLater(reconcileStale(context)),
    'import-stock': orLater(importStock(context)),
    'review-stock': orLater(reviewStock(context)),
    'forget-old-rows': orLater(purgeOldRows(context)),
  };
}

const RETRY_AFTER_MS = 1_000;

/** A job that finds the database overloaded has not failed: it is tried again a second later. */
export const laterWhenOverloaded =
  (log: Logger) =>
  <Name extends JobName>(handle: JobHandler<Name>): JobHandler<Name> =>
  async (payload, run) => {
    try {
      await handle(payload, run);
    } catch (error) {
      if (!(error instanceof Error) || !isOverload(error)) throw error;
      log.warn('jobs.overloaded', { cause: 'overload', reason: error.message });
      throw new RetryLater(RETRY_AFTER_MS, error.message);
    }
  };

const isOverload = (error: Error): boolean =>
  error instanceof LedgerOverloaded || classifyDatabaseError(error) === 'busy';
