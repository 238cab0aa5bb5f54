import { readDueHolds, readNextDueTime } from '@holdfast/db';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';
import { expireHolds } from '../expire-holds.ts';

/** Holds in one chunk: the ledger makes a few batches of it. */
const CHUNK = 500;

/**
 * Gives back the stock of all holds that are due, whichever quarter second they fell due in.
 *
 * The job's delay was measured on other clocks than the database's, so it may come a little early: it ends only when
 * the database says that its time has passed and a plain read finds nothing due. Then it makes sure that the next
 * hold to fall due has a job, so the chain does not break when one was lost.
 */
export const expireDueHolds =
  (context: WorkerContext): JobHandler<'expire-due-holds'> =>
  async ({ bucket_ms: bucketMs }, { stopping }) => {
    const { database, producer } = context;
    for (;;) {
      const { now, ids } = await readDueHolds(database.prisma, CHUNK);
      if (ids.length > 0) {
        await expireHolds(context, ids);
        if (stopping.aborted) throw new RetryLater(0, 'the worker stops');
      } else if (now < bucketMs) {
        throw new RetryLater(bucketMs - now, 'the database says that it is too early');
      } else {
        break;
      }
    }
    const { now, dueAt } = await readNextDueTime(database.prisma);
    if (dueAt !== null) await producer.ensureExpiryJobs([dueAt], now);
  };
