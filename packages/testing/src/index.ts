export * from './databases.ts';
export * from './eventually.ts';
export * from './ledger-invariants.ts';
export * from './npm-start.ts';
export * from './ports.ts';
export * from './processes.ts';
export * from './queue-backends.ts';
export * from './together.ts';
