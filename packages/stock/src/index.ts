export {
  availabilityAsJson,
  readAvailabilityOf,
  readAvailabilityPage,
  readStockLevel,
  type Availability,
} from './availability-store.ts';
export { availableOf, BACKORDERED, IS_LOW, stockOf } from './available-stock-store.ts';
export { deleteLocation, deleteSku, type Deletion } from './catalogue-deletion-store.ts';
export {
  putLocation,
  putSku,
  readLocation,
  readLocations,
  readSku,
  readSkus,
  searchSkus,
} from './catalogue-store.ts';
export { checkConsistency, readShortfallTotals, type ConsistencyIssue } from './consistency-store.ts';
export { findCounterIssues } from './counter-issues-store.ts';
export * from './import-retention-store.ts';
export { readLowStock, readSkusToReview } from './low-stock-store.ts';
export { ALL_MOVEMENTS, type MovementFilter } from './movement-filter-store.ts';
export { movementAsJson, movementListOf, readStockMovements } from './movement-list-store.ts';
export { readSkuChanges, type SkuChangeEntry } from './sku-changes-store.ts';
export { readSnapshot, readSnapshotLevels, readSnapshots, takeSnapshot } from './snapshot-store.ts';
export * from './snapshot-retention-store.ts';
export { stageAbsentLevels, readAbsentLevels, type ImportDifference } from './import-absent-store.ts';
export { makeCatalogue, type Catalogued } from './import-catalogue-store.ts';
export * from './import-preview-store.ts';
export { addRevert, REVERT_TIME_LIMIT_MS, type NotReverted } from './import-revert-store.ts';
export {
  CHUNK_ROWS,
  dropChunks,
  readDryChunk,
  readNextChunk,
  stageChunk,
  type NextChunk,
  type StagedRow,
} from './stock-import-chunk-store.ts';
export {
  addImport,
  failImport,
  IMPORT_ERRORS_MAX,
  readImport,
  readImportDifferences,
  readImportErrors,
  readImports,
  readOpenImports,
  type StockImport,
} from './stock-import-store.ts';
export { readSkusToGrant } from './waited-sku-store.ts';
