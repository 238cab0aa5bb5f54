export { readAvailabilityOf, readAvailabilityPage } from './availability-store.ts';
export { availableOf, BACKORDERED, IS_LOW, stockOf } from './available-stock-store.ts';
export { putLocation, putSku, readLocations, readSku, readSkus } from './catalogue-store.ts';
export { checkConsistency, readShortfallTotals, type ConsistencyIssue } from './consistency-store.ts';
export { findCounterIssues } from './counter-issues-store.ts';
export * from './import-retention-store.ts';
export { readLowStock, readSkusToReview } from './low-stock-store.ts';
export { movementAsJson, movementListOf, readStockMovements } from './movement-list-store.ts';
export { readSnapshot, readSnapshotLevels, readSnapshots, takeSnapshot } from './snapshot-store.ts';
export * from './snapshot-retention-store.ts';
export {
  IMPORT_ERRORS_MAX,
  addImport,
  dropChunks,
  failImport,
  makeCatalogue,
  readImport,
  readImportErrors,
  readNextChunk,
  readOpenImports,
  stageChunk,
  type NextChunk,
  type StagedRow,
  type StockImport,
} from './stock-import-store.ts';
export { readSkusToGrant } from './waited-sku-store.ts';
