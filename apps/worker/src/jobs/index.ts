import type { JobHandlers } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';
import { expireDueHolds } from './expire-due-holds.ts';
import { reconcileStale } from './reconcile-stale.ts';
import { syncReservation } from './sync-reservation.ts';

/** A handler for each job of the catalog. Every one may run twice, also at the same time in two workers. */
export function jobHandlers(context: WorkerContext): JobHandlers {
  return {
    'expire-due-holds': expireDueHolds(context),
    'sync-reservation': syncReservation(context),
    'reconcile-stale': reconcileStale(context),
  };
}
