export { PoolBusy, readDatabaseUrl, type ConnectionPool } from './connections/index.ts';
export { connectionBudget, readServerConnections, reportConnections } from './connection-budget.ts';
export {
  canAllWrite,
  openDatabase,
  PINNED_PLANS,
  sql,
  type Database,
  type Queryable,
  type Sql,
  type Transaction,
} from './database.ts';
export * from './database-error.ts';
export * from './database-time.ts';
export * from './delete-in-chunks.ts';
export * from './ended-transactions.ts';
export { migrate } from './migrate.ts';
export { beginsWith, idsFrom } from './prefix-search.ts';
export * from './reading-rows.ts';
export { readDatabaseVersions, readTableSizes } from './system-store.ts';
export * from './time-limit.ts';
