export { PoolBusy, readDatabaseUrl, type ConnectionPool } from './connections/index.ts';
export { connectionBudget, readServerConnections, reportConnections } from './connection-budget.ts';
export {
  canAllWrite,
  openDatabase,
  PINNED_PLANS,
  sql,
  type Database,
  type DatabaseOptions,
  type Queryable,
  type Sql,
  type Transaction,
} from './database.ts';
export * from './database-error.ts';
export * from './database-time.ts';
export * from './delete-in-chunks.ts';
export * from './ended-transactions.ts';
export { migrate } from './migrate.ts';
export { beginsWith, searchIds, type Found } from './prefix-search.ts';
export { CommitLost, type SqlRunner } from './raw-transaction.ts';
export * from './reading-rows.ts';
export { readDatabaseVersions, readTableSizes } from './system-store.ts';
export type { ReplicaState } from './replicas/judge-replica.ts';
export { POSITION_CONNECTIONS_MAX } from './replicas/primary-position.ts';
export { LOOK_CONNECTIONS_MAX, type Replica } from './replicas/replica.ts';
export { readReplicaUrls } from './replicas/replica-urls.ts';
export { Replicas } from './replicas/replicas.ts';
export { laterOf, type WalPosition } from './replicas/wal-position.ts';
export * from './time-limit.ts';
