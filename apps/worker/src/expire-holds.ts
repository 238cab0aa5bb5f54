import type { WorkerContext } from './context.ts';

/**
 * Has the ledger expire these holds.
 *
 * @returns those that were expired by this very call; the others ended in another way, or by another worker, meanwhile
 */
export async function expireHolds(
  { ledger, metrics, log }: WorkerContext,
  ids: readonly string[],
): Promise<readonly string[]> {
  const expired = await Promise.all(
    ids.map(async (id) => {
      const { outcome } = await ledger.submit({ kind: 'expire', reservationId: id, caller: 'expiry' });
      return outcome.ok && 'changed' in outcome && outcome.changed ? id : null;
    }),
  );
  const changed = expired.filter((id) => id !== null);
  metrics.holdsExpired.inc(changed.length);
  if (changed.length > 0) log.info('holds.expired', { count: changed.length });
  return changed;
}
