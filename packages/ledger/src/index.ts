export { uuidv7 as newId } from 'uuidv7';
export type { IdempotencyKey } from '@holdfast/db';
export type { Answer } from './batch/entry.ts';
export type { Locking } from './batch/locking-strategies.ts';
export * from './ledger-errors.ts';
export * from './watch-ledger.ts';
export {
  Ledger,
  type Effects,
  type LedgerObserver,
  type LedgerOptions,
  type SubmitOptions,
} from './ledger.ts';
