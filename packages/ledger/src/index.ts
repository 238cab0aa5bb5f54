export { uuidv7 as newId } from 'uuidv7';
export type { Answer, IdempotencyKey } from './batch/entry.ts';
export * from './ledger-errors.ts';
export { Ledger, type Effects, type LedgerObserver, type LedgerOptions } from './ledger.ts';
