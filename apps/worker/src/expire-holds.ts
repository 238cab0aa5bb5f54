import type { DueHold } from '@holdfast/db';
import type { Answer } from '@holdfast/ledger';
import type { WorkerContext } from './context.ts';

/** What came of an attempt to expire holds. */
export interface Expired {
  /** Those that were expired by this very call; the others ended in another way, or by another worker, meanwhile. */
  readonly ids: readonly string[];
  /** Why some could not be expired, if any. */
  readonly error: Error | null;
}

/** And how many somebody else had expired before their turn came. */
interface ExpiredNow extends Expired {
  readonly expiredMeanwhile: number;
}

/** Has the ledger expire these holds: a chunk of some hundreds, which it makes a few batches of. Never throws. */
export async function expireHolds(
  { ledger, metrics, log }: WorkerContext,
  holds: readonly DueHold[],
): Promise<ExpiredNow> {
  const settled = await Promise.allSettled(
    holds.map(async ({ id }) => {
      const { outcome } = await ledger.submit({ kind: 'expire', reservationId: id });
      return { id, became: becameOf(outcome) };
    }),
  );
  const decided = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const ids = decided.filter(({ became }) => became === 'expired').map(({ id }) => id);
  const expiredMeanwhile = decided.filter(({ became }) => became === 'expired before').length;
  const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  metrics.holdsExpired.inc(ids.length);
  if (ids.length > 0) log.info('holds.expired', { count: ids.length });
  if (ids.length < holds.length) {
    // Another worker had them, or their stock cannot be given back: reconciliation names such levels.
    log.debug('holds.not_expired', { count: holds.length - ids.length, failed: failures.length });
  }
  return { ids, expiredMeanwhile, error: failures.length > 0 ? asError(failures[0]) : null };
}

/** A hold whose stock cannot be given back reads as expired too; but nobody has told the warehouse. */
function becameOf(outcome: Answer['outcome']): 'expired' | 'expired before' | 'not expired' {
  if (!outcome.ok || !('reservation' in outcome)) return 'not expired';
  if (outcome.changed) return 'expired';
  return outcome.reservation.warehouse_sync ? 'expired before' : 'not expired';
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
