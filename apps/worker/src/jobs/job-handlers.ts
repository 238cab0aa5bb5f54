import type { JobHandlers } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';
import { expireDueHolds } from './expire-due-holds.ts';
import { purgeOldRows } from './purge-old-rows.ts';
import { importStock } from './import-stock.ts';
import { laterWhenOverloaded } from './retry-when-overloaded.ts';
import { publishEvents } from './publish-events.ts';
import { publishToSink, wakeSink } from './publish-to-sink.ts';
import { reconcileStale } from './reconcile-stale.ts';
import { reviewStock } from './review-stock.ts';
import { syncReservation } from './sync-reservation.ts';

/** A handler for each job of the catalog. Every one may run twice, also at the same time in two workers. */
export function jobHandlers(context: WorkerContext): JobHandlers {
  const orLater = laterWhenOverloaded(context.log);
  return {
    'expire-due-holds': orLater(expireDueHolds(context)),
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
