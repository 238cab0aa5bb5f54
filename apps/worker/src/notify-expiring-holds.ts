import { RowsLocked } from '@holdfast/ledger';
import { deleteNotices, readDueNotices } from '@holdfast/reservations';
import type { WorkerContext } from './context.ts';

/** As many as the ledger decides together. */
const CHUNK = 400;

/**
 * Publishes `expiring` for holds whose time for it has come. The ledger writes each event once. So after a
 * crash only the row of a published event is deleted, and two workers may run at the same time.
 *
 * @throws when some could not be decided; those that were are done
 */
export async function notifyExpiringHolds(
  { database, ledger, log }: WorkerContext,
  stopping: AbortSignal,
): Promise<void> {
  for (let isMore = true; isMore && !stopping.aborted;) {
    const due = await readDueNotices(database.prisma, CHUNK);
    if (due.length === 0) return;
    const settled = await Promise.allSettled(
      due.map(({ reservationId }) =>
        ledger.submit({ kind: 'notify-expiring', reservationId }, null, { waitsForLocks: false }),
      ),
    );
    const done = due.filter((_, index) => settled[index]?.status === 'fulfilled');
    if (done.length > 0) await deleteNotices(database.prisma, done);
    log.debug('holds.expiring', { count: done.length });
    const failed = settled.find((each) => each.status === 'rejected' && !(each.reason instanceof RowsLocked));
    if (failed?.status === 'rejected') throw failed.reason;
    isMore = due.length === CHUNK && done.length > 0;
  }
}
