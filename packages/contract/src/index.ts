export * from './fields.ts';
export * from './name.ts';
export * from './problem.ts';
export * from './reservation.ts';
export * from './retry-after.ts';
export * from './stock-level.ts';
export * from './warehouse-sync.ts';
export * from './trace.ts';
