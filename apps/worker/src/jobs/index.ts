import type { JobHandlers } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';
import { expireDueHolds } from './expire-due-holds.ts';
import { forgetOldRows } from './forget-old-rows.ts';
import { importStock } from './import-stock.ts';
import { publishEvents } from './publish-events.ts';
import { publishToSink, wakeSink } from './publish-to-sink.ts';
import { reconcileStale } from './reconcile-stale.ts';
import { reviewStock } from './review-stock.ts';
import { syncReservation } from './sync-reservation.ts';

/** A handler for each job of the catalog. Every one may run twice, also at the same time in two workers. */
export function jobHandlers(context: WorkerContext): JobHandlers {
  return {
    'expire-due-holds': expireDueHolds(context),
    'sync-reservation': syncReservation(context),
    'publish-events': publishEvents(context),
    'publish-to-sink': publishToSink(context),
    'wake-sink': wakeSink(context),
    'reconcile-stale': reconcileStale(context),
    'import-stock': importStock(context),
    'review-stock': reviewStock(context),
    'forget-old-rows': forgetOldRows(context),
  };
}
