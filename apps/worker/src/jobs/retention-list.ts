import type { Purge } from '@holdfast/db';
import { purgeDeadEvents, purgeDeliveries, purgeEventPositions, purgeEvents } from '@holdfast/events';
import { purgeIdempotencyKeys } from '@holdfast/idempotency';
import { purgeRuns } from '@holdfast/reconciliation';
import { purgeDemandCounts, purgeOrders, purgeParts } from '@holdfast/reservations';
import {
  purgeImportChunks,
  purgeImportErrors,
  purgeImports,
  purgeImportSettings,
  purgeSnapshotLevels,
  purgeSnapshots,
} from '@holdfast/stock';
import { purgeSyncAttempts } from '@holdfast/warehouse';
import type { WorkerContext } from '../context.ts';

/**
 * How long rows are kept: the only list, in the order of deletion. A table that is not in it is kept for ever
 * (retention-list.int.test.ts names those). docs/operations.md explains it to operators.
 */
export function purgesOf({
  database,
  config: { retention },
}: Pick<WorkerContext, 'database' | 'config'>): readonly (readonly [table: string, purge: Purge])[] {
  return [
    ['idempotency_keys', purgeIdempotencyKeys(database, retention.idempotencyKeyHours)],
    ['stock_import_chunks', purgeImportChunks(database)],
    ['events', purgeEvents(database, retention.eventDays)],
    ['event_positions', purgeEventPositions(database)],
    ['webhook_deliveries', purgeDeliveries(database, retention.eventDays)],
    ['dead_events', purgeDeadEvents(database, retention.eventDays)],
    ['orders', purgeOrders(database, retention.orderDays)],
    ['reservation_parts', purgeParts(database, retention.fulfillmentDays)],
    ['warehouse_sync_attempts', purgeSyncAttempts(database, retention.syncAttemptDays)],
    ['reconciliation_runs', purgeRuns(database, retention.reconciliationDays)],
    ['stock_imports', purgeImports(database, retention.importDays)],
    ['stock_import_errors', purgeImportErrors(database, retention.importDays)],
    ['stock_import_settings', purgeImportSettings(database, retention.importDays)],
    ['inventory_snapshots', purgeSnapshots(database, retention.snapshotDays)],
    ['inventory_snapshot_levels', purgeSnapshotLevels(database, retention.snapshotDays)],
    ['demand_counts', purgeDemandCounts(database, retention.demandDays)],
  ];
}
