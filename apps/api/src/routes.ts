import type { ApiContext } from './context.ts';
import { getDeadEvent, listDeadEvents, retryDeadEvent, retryDeadEvents } from './events/dead-events.ts';
import { getEvent, listEvents } from './events/list-events.ts';
import { streamFeed } from './events/stream-events.ts';
import { receiveEvents } from './events/receive-events.ts';
import type { NamedRoute, Route } from './http/route.ts';
import { getCaller } from './operations/get-caller.ts';
import { getHealth, getReadiness } from './operations/health-checks.ts';
import { getOverview } from './operations/overview.ts';
import {
  getReconciliationRun,
  listReconciliationRuns,
  reconcileStale,
} from './operations/reconciliation-runs.ts';
import { search } from './operations/search.ts';
import { getSystem } from './operations/system.ts';
import {
  getWarehouseSync,
  listWarehouseSyncs,
  retryWarehouseSync,
  retryWarehouseSyncs,
} from './operations/warehouse-syncs.ts';
import { deleteCartReservation, getCartReservation, putCartReservation } from './carts/cart-reservation.ts';
import { getOrder } from './orders/get-order.ts';
import { cancelOrder, confirmOrder, fulfillOrder } from './orders/order-verbs.ts';
import { createReservationBatch } from './reservations/create-reservation-batch.ts';
import { createReservation } from './reservations/create-reservation.ts';
import { getReservation, getReservationHistory } from './reservations/get-reservation.ts';
import { listReservations } from './reservations/list-reservations.ts';
import { patchReservation } from './reservations/patch-reservation.ts';
import { putLines } from './reservations/put-lines.ts';
import { quoteReservation } from './reservations/quote-reservation.ts';
import { reallocateReservation } from './reservations/reallocate-reservation.ts';
import { putReservation } from './reservations/put-reservation.ts';
import {
  cancelReservation,
  confirmReservation,
  extendReservation,
  fulfillReservation,
  releaseReservation,
  returnReservation,
  withdrawReservation,
} from './reservations/reservation-verbs.ts';
import { adjustStock } from './stock/adjust-stock.ts';
import { getAvailability, getItemAvailability } from './stock/availability.ts';
import { getConsistency, repairConsistency } from './stock/consistency.ts';
import { getDemand } from './stock/get-demand.ts';
import { getLowStock } from './stock/get-low-stock.ts';
import { getStockImport, importStock, listStockImports } from './stock/import-stock.ts';
import { listLevelPromises } from './stock/list-level-promises.ts';
import { listStockMovements } from './stock/list-stock-movements.ts';
import { deleteLocation, deleteSku } from './stock/delete-from-catalogue.ts';
import { listLocations, putLocation } from './stock/locations.ts';
import { deleteStockLevel, getStockLevel, patchStockLevel, putStockLevel } from './stock/stock-level.ts';
import { revertStockImport } from './stock/revert-import.ts';
import { listSkuChanges } from './stock/list-sku-changes.ts';
import { getSku, listSkus, putSku } from './stock/skus.ts';
import { getSnapshot, listSnapshots } from './stock/snapshots.ts';
import { transferStock } from './stock/transfer-stock.ts';
import { takeSnapshot } from './stock/take-snapshot.ts';
import {
  getWebhookDelivery,
  listWebhookDeliveries,
  replayWebhook,
  testWebhookEndpoint,
} from './webhooks/webhook-deliveries.ts';
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  getWebhookEndpoint,
  listWebhookEndpoints,
  putWebhookEndpoint,
  rotateWebhookSecret,
} from './webhooks/webhook-endpoints.ts';

/** The contract: every call, by its `operationId`, which generated clients name their functions by. */
const ROUTES: Readonly<Record<string, (context: ApiContext) => Route>> = {
  createReservation,
  createReservationBatch,
  quoteReservation,
  putReservation,
  listReservations,
  getReservation,
  getReservationHistory,
  confirmReservation,
  extendReservation,
  releaseReservation,
  fulfillReservation,
  cancelReservation,
  returnReservation,
  patchReservation,
  putLines,
  putCartReservation,
  getCartReservation,
  deleteCartReservation,
  reallocateReservation,
  withdrawReservation,

  getOrder,
  confirmOrder,
  cancelOrder,
  fulfillOrder,

  putLocation,
  listLocations,
  deleteLocation,
  putSku,
  listSkus,
  getSku,
  listSkuChanges,
  deleteSku,
  getDemand,
  putStockLevel,
  getStockLevel,
  patchStockLevel,
  deleteStockLevel,
  listLevelPromises,
  adjustStock,
  transferStock,
  importStock,
  listStockImports,
  getStockImport,
  revertStockImport,
  getAvailability,
  getItemAvailability,
  listStockMovements,
  getLowStock,
  getConsistency,
  repairConsistency,
  takeSnapshot,
  listSnapshots,
  getSnapshot,

  listEvents,
  streamFeed,
  getEvent,
  receiveEvents,
  listDeadEvents,
  getDeadEvent,
  retryDeadEvents,
  retryDeadEvent,

  createWebhookEndpoint,
  listWebhookEndpoints,
  getWebhookEndpoint,
  putWebhookEndpoint,
  deleteWebhookEndpoint,
  rotateWebhookSecret,
  testWebhookEndpoint,
  listWebhookDeliveries,
  getWebhookDelivery,
  replayWebhook,

  listWarehouseSyncs,
  getWarehouseSync,
  retryWarehouseSyncs,
  retryWarehouseSync,

  reconcileStale,
  listReconciliationRuns,
  getReconciliationRun,

  getOverview,
  search,
  getSystem,
  getCaller,
  getHealth,
  getReadiness,
};

export const routes = (context: ApiContext): readonly NamedRoute[] =>
  Object.entries(ROUTES).map(([operationId, route]) => Object.assign(route(context), { operationId }));
