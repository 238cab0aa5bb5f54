export * from './fields.ts';
export * from './reservation.ts';
export * from './stock-level.ts';
export * from './wanted.ts';
export * from './warehouse-sync.ts';
