import type { DueHold } from '@holdfast/db';
import type { WorkerContext } from './context.ts';

/** What came of an attempt to expire holds. */
export interface Expired {
  /** Those that were expired by this very call; the others ended in another way, or by another worker, meanwhile. */
  readonly ids: readonly string[];
  /** How many had been expired by somebody else when their turn came. */
  readonly endedMeanwhile: number;
  /** Why some could not be expired, if any. */
  readonly error: Error | null;
}

/** Has the ledger expire these holds: a chunk of some hundreds, which it makes a few batches of. Never throws. */
export async function expireHolds(
  { ledger, metrics, log }: WorkerContext,
  holds: readonly DueHold[],
): Promise<Expired> {
  const settled = await Promise.allSettled(
    holds.map(async ({ id }) => {
      const { outcome } = await ledger.submit({ kind: 'expire', reservationId: id });
      return { id, changed: outcome.ok && 'changed' in outcome ? outcome.changed : null };
    }),
  );
  const decided = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const ids = decided.filter(({ changed }) => changed === true).map(({ id }) => id);
  const endedMeanwhile = decided.filter(({ changed }) => changed === false).length;
  const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  metrics.holdsExpired.inc(ids.length);
  if (ids.length > 0) log.info('holds.expired', { count: ids.length });
  if (ids.length < holds.length) {
    // Another worker had them, or their stock cannot be given back: reconciliation names such levels.
    log.debug('holds.not_expired', { count: holds.length - ids.length, failed: failures.length });
  }
  return { ids, endedMeanwhile, error: failures.length > 0 ? asError(failures[0]) : null };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
