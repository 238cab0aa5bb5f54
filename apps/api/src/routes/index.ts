import type { ApiContext } from '../context.ts';
import type { Route } from '../http/route.ts';
import { adjustStock } from './adjust-stock.ts';
import { cancelReservation } from './cancel-reservation.ts';
import { confirmReservation } from './confirm-reservation.ts';
import { createReservationBatch } from './create-reservation-batch.ts';
import { createReservation } from './create-reservation.ts';
import { createWebhookEndpoint } from './create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from './delete-webhook-endpoint.ts';
import { extendReservation } from './extend-reservation.ts';
import { fulfillReservation } from './fulfill-reservation.ts';
import { getAvailability } from './get-availability.ts';
import { getConsistency } from './get-consistency.ts';
import { getDeadEvent } from './get-dead-event.ts';
import { getHealth } from './get-health.ts';
import { getItemAvailability } from './get-item-availability.ts';
import { getLowStock } from './get-low-stock.ts';
import { getReadiness } from './get-readiness.ts';
import { getReconciliationRun } from './get-reconciliation-run.ts';
import { getReservationHistory } from './get-reservation-history.ts';
import { getReservation } from './get-reservation.ts';
import { getSku } from './get-sku.ts';
import { getSnapshot } from './get-snapshot.ts';
import { getStockImport } from './get-stock-import.ts';
import { getWebhookEndpoint } from './get-webhook-endpoint.ts';
import { importStock } from './import-stock.ts';
import { listDeadEvents } from './list-dead-events.ts';
import { listEvents } from './list-events.ts';
import { listLocations } from './list-locations.ts';
import { listReconciliationRuns } from './list-reconciliation-runs.ts';
import { listReservations } from './list-reservations.ts';
import { listSkus } from './list-skus.ts';
import { listSnapshots } from './list-snapshots.ts';
import { listStockMovements } from './list-stock-movements.ts';
import { listWarehouseSyncs } from './list-warehouse-syncs.ts';
import { listWebhookDeliveries } from './list-webhook-deliveries.ts';
import { listWebhookEndpoints } from './list-webhook-endpoints.ts';
import { putLocation } from './put-location.ts';
import { putSku } from './put-sku.ts';
import { putStockLevel } from './put-stock-level.ts';
import { receiveEvents } from './receive-events.ts';
import { putWebhookEndpoint } from './put-webhook-endpoint.ts';
import { reconcileStale } from './reconcile-stale.ts';
import { releaseReservation } from './release-reservation.ts';
import { repairConsistency } from './repair-consistency.ts';
import { retryDeadEvent } from './retry-dead-event.ts';
import { replayWebhook } from './replay-webhook.ts';
import { retryWarehouseSync } from './retry-warehouse-sync.ts';
import { retryWarehouseSyncs } from './retry-warehouse-syncs.ts';
import { rotateWebhookSecret } from './rotate-webhook-secret.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { testWebhookEndpoint } from './test-webhook-endpoint.ts';

/** The contract, one file for each call. */
export function routes(context: ApiContext): readonly Route[] {
  return [
    createReservation(context),
    createReservationBatch(context),
    listReservations(context),
    getReservation(context),
    getReservationHistory(context),
    confirmReservation(context),
    extendReservation(context),
    releaseReservation(context),
    fulfillReservation(context),
    cancelReservation(context),

    putLocation(context),
    listLocations(context),
    putSku(context),
    listSkus(context),
    getSku(context),
    putStockLevel(context),
    adjustStock(context),
    importStock(context),
    getStockImport(context),
    getAvailability(context),
    getItemAvailability(context),
    listStockMovements(context),
    getLowStock(context),
    getConsistency(context),
    repairConsistency(context),
    takeSnapshot(context),
    listSnapshots(context),
    getSnapshot(context),

    listEvents(context),
    receiveEvents(context),
    listDeadEvents(context),
    getDeadEvent(context),
    retryDeadEvent(context),

    createWebhookEndpoint(context),
    listWebhookEndpoints(context),
    getWebhookEndpoint(context),
    putWebhookEndpoint(context),
    deleteWebhookEndpoint(context),
    rotateWebhookSecret(context),
    testWebhookEndpoint(context),
    listWebhookDeliveries(context),
    replayWebhook(context),

    listWarehouseSyncs(context),
    retryWarehouseSyncs(context),
    retryWarehouseSync(context),

    reconcileStale(context),
    listReconciliationRuns(context),
    getReconciliationRun(context),

    getHealth(context),
    getReadiness(context),
  ];
}
