import type { NextInLine, PlaceInLine } from '@holdfast/domain';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { Ledger } from '@holdfast/ledger';
import type { WorkerContext } from '../context.ts';

/**
 * Reservations that one command tries: few at first, as often only one unit has come free. Then twice as many
 * each time, while units are left.
 */
const FIRST_LIMIT = 8;
const LIMIT_MAX = 256;

/**
 * Gives stock of a SKU that has come free to the reservations that wait for it, in their order, until nothing
 * is left for those further back. The ledger decides which gets what; two workers do no harm.
 */
export const grantWaiting =
  ({ ledger, log }: WorkerContext): JobHandler<'grant-waiting'> =>
  async ({ sku }, { stopping }) => {
    let granted = 0;
    let limit = FIRST_LIMIT;
    let after: PlaceInLine | null = null;
    do {
      if (stopping.aborted) throw new RetryLater(0, 'the worker stops');
      const tried = await tryNext(ledger, { sku, after, limit });
      granted += tried.granted;
      after = tried.next;
      limit = Math.min(LIMIT_MAX, 2 * limit);
    } while (after !== null);
    if (granted > 0) log.info('line.granted', { sku, reservations: granted });
  };

async function tryNext(ledger: Ledger, next: NextInLine) {
  const { outcome } = await ledger.submit({ kind: 'grant-waiting', ...next });
  if (!outcome.ok) throw new Error(`a grant was refused: ${outcome.refusal.code}`);
  return outcome;
}
