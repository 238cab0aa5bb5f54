export * from './client.ts';
export * from './database-error.ts';
export * from './migrate.ts';
export * from './reservation-rows.ts';
export * from './transaction-status.ts';
