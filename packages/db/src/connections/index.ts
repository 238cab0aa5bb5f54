export * from './connection-errors.ts';
export { PostgresPool, type ConnectionPool, type PostgresPoolOptions } from './postgres-pool.ts';
export { PostgresClient } from './postgres-client.ts';
export { PostgresServers, readDatabaseUrl } from './postgres-servers.ts';
export { refuseTransactionPooling, TransactionPooling } from './transaction-pooling.ts';
