import type { DueHold } from '@holdfast/reservations';
import { RowsLocked } from '@holdfast/ledger';
import type { WorkerContext } from './context.ts';

/** The result of an attempt to expire holds. */
export interface Expired {
  /** The holds that this call expired; the others ended in another way, or cannot be given back now. */
  readonly ids: readonly string[];
  /** Why some could not be expired. Rows that another session keeps locked are no error: they stay due. */
  readonly error: Error | null;
}

/** Has the ledger expire some hundreds of holds. Never throws. */
export async function expireHolds(
  { ledger, metrics, log }: WorkerContext,
  holds: readonly DueHold[],
): Promise<Expired> {
  const settled = await Promise.allSettled(
    holds.map(async ({ id }) => {
      const command = { kind: 'expire', reservationId: id } as const;
      const { outcome } = await ledger.submit(command, null, { waitsForLocks: false });
      return outcome.ok && outcome.changed ? [id] : [];
    }),
  );
  const ids = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const failures = settled
    .flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))
    .filter((reason) => !(reason instanceof RowsLocked));
  metrics.holdsExpired.inc(ids.length);
  if (ids.length > 0) log.info('holds.expired', { count: ids.length });
  if (ids.length < holds.length) {
    // They ended in another way, or their stock cannot be given back: reconcile names such levels.
    log.debug('holds.not_expired', { count: holds.length - ids.length, failed: failures.length });
  }
  return { ids, error: failures.length > 0 ? asError(failures[0]) : null };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
