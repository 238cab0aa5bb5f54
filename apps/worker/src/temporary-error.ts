import { classifyDatabaseError } from '@holdfast/db';
import { RetryLater } from '@holdfast/jobs';
import { LedgerOverloaded, LedgerUnavailable, OutcomeUnknown } from '@holdfast/ledger';

/**
 * Whether the work itself is not at fault, and may succeed later. A job that has a key, or that changes a
 * row's state, has one effect even if the outcome of an earlier try is unknown.
 */
export function isTemporary(error: unknown): boolean {
  if (error instanceof LedgerUnavailable || error instanceof LedgerOverloaded) return true;
  if (error instanceof RetryLater) return true;
  if (error instanceof OutcomeUnknown) return true;
  const kind = classifyDatabaseError(error);
  return kind !== 'data' && kind !== 'other';
}
