import type { ApiContext } from './context.ts';
import type { Route } from './http/route.ts';
import { adjustStock } from './stock/adjust-stock.ts';
import { cancelReservation } from './reservations/cancel-reservation.ts';
import { confirmReservation } from './reservations/confirm-reservation.ts';
import { createReservationBatch } from './reservations/create-reservation-batch.ts';
import { createReservation } from './reservations/create-reservation.ts';
import { createWebhookEndpoint } from './webhooks/create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from './webhooks/delete-webhook-endpoint.ts';
import { extendReservation } from './reservations/extend-reservation.ts';
import { fulfillReservation } from './reservations/fulfill-reservation.ts';
import { getAvailability } from './stock/get-availability.ts';
import { getConsistency } from './stock/get-consistency.ts';
import { getDeadEvent } from './events/get-dead-event.ts';
import { getHealth } from './operations/get-health.ts';
import { getItemAvailability } from './stock/get-item-availability.ts';
import { getLowStock } from './stock/get-low-stock.ts';
import { getReadiness } from './operations/get-readiness.ts';
import { getReconciliationRun } from './operations/get-reconciliation-run.ts';
import { getReservationHistory } from './reservations/get-reservation-history.ts';
import { getReservation } from './reservations/get-reservation.ts';
import { getSku } from './stock/get-sku.ts';
import { getSnapshot } from './stock/get-snapshot.ts';
import { getStockImport } from './stock/get-stock-import.ts';
import { getWebhookEndpoint } from './webhooks/get-webhook-endpoint.ts';
import { importStock } from './stock/import-stock.ts';
import { listDeadEvents } from './events/list-dead-events.ts';
import { listEvents } from './events/list-events.ts';
import { listLocations } from './stock/list-locations.ts';
import { listReconciliationRuns } from './operations/list-reconciliation-runs.ts';
import { listReservations } from './reservations/list-reservations.ts';
import { listSkus } from './stock/list-skus.ts';
import { listSnapshots } from './stock/list-snapshots.ts';
import { listStockMovements } from './stock/list-stock-movements.ts';
import { listWarehouseSyncs } from './operations/list-warehouse-syncs.ts';
import { listWebhookDeliveries } from './webhooks/list-webhook-deliveries.ts';
import { listWebhookEndpoints } from './webhooks/list-webhook-endpoints.ts';
import { putLocation } from './stock/put-location.ts';
import { putSku } from './stock/put-sku.ts';
import { putStockLevel } from './stock/put-stock-level.ts';
import { receiveEvents } from './events/receive-events.ts';
import { putWebhookEndpoint } from './webhooks/put-webhook-endpoint.ts';
import { reconcileStale } from './operations/reconcile-stale.ts';
import { releaseReservation } from './reservations/release-reservation.ts';
import { repairConsistency } from './stock/repair-consistency.ts';
import { retryDeadEvent } from './events/retry-dead-event.ts';
import { replayWebhook } from './webhooks/replay-webhook.ts';
import { retryWarehouseSync } from './operations/retry-warehouse-sync.ts';
import { retryWarehouseSyncs } from './operations/retry-warehouse-syncs.ts';
import { rotateWebhookSecret } from './webhooks/rotate-webhook-secret.ts';
import { takeSnapshot } from './stock/take-snapshot.ts';
import { testWebhookEndpoint } from './webhooks/test-webhook-endpoint.ts';

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
