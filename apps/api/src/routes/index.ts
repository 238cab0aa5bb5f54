import type { ApiContext } from '../context.ts';
import type { Route } from '../http/route.ts';
import { confirmReservation } from './confirm-reservation.ts';
import { createReservation } from './create-reservation.ts';
import { getAvailability } from './get-availability.ts';
import { getHealth } from './get-health.ts';
import { getItemAvailability } from './get-item-availability.ts';
import { getReadiness } from './get-readiness.ts';
import { getReconciliationRun } from './get-reconciliation-run.ts';
import { getReservation } from './get-reservation.ts';
import { putLocation } from './put-location.ts';
import { putSku } from './put-sku.ts';
import { putStockLevel } from './put-stock-level.ts';
import { reconcileStale } from './reconcile-stale.ts';
import { releaseReservation } from './release-reservation.ts';

/** The contract, one file for each call. */
export function routes(context: ApiContext): readonly Route[] {
  return [
    createReservation(context),
    getReservation(context),
    confirmReservation(context),
    releaseReservation(context),

    putLocation(context),
    putSku(context),
    putStockLevel(context),
    getAvailability(context),
    getItemAvailability(context),

    reconcileStale(context),
    getReconciliationRun(context),

    getHealth(context),
    getReadiness(context),
  ];
}
