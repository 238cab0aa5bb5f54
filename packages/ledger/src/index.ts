export type { IdempotencyKey } from '@holdfast/idempotency';
export type { Effects } from './batch/commit-batch.ts';
export type { Answer } from './batch/entry.ts';
export type { Locking } from './batch/locking-strategies.ts';
export * from './ledger-errors.ts';
export * from './watch-ledger.ts';
export type { LedgerObserver } from './ledger-observer.ts';
export { Ledger, type LedgerOptions, type SubmitOptions } from './ledger.ts';
export { newId } from './new-id.ts';
