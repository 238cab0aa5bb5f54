import { readDueHolds, readNextDueTime, type DueHold } from '@holdfast/db';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';
import { expireHolds } from '../expire-holds.ts';

/** Holds in one chunk: the ledger makes a few batches of it. */
const CHUNK = 500;

/** What is due still fell due just now and has its own job, or could not be given back: either way there is no hurry. */
const STILL_DUE_RETRY_MS = 1_000;

/**
 * Gives back the stock of all holds that are due, whichever quarter second they fell due in.
 *
 * The job's delay was measured on other clocks than the database's, so it may come a little early: it ends only when
 * the database says that its time has passed and a read has come to the end of what is due. What falls due after that
 * has a job of its own. Then it makes sure that the next hold to fall due has one, so the chain does not break when
 * one was lost.
 *
 * It reads on behind each chunk: holds that cannot be given back do not keep it from the others.
 */
export const expireDueHolds =
  (context: WorkerContext): JobHandler<'expire-due-holds'> =>
  async ({ bucket_ms: bucketMs }, { stopping }) => {
    const { database, metrics, producer } = context;
    let after: DueHold | null = null;
    for (;;) {
      const { now, holds }: { now: number; holds: readonly DueHold[] } = await readDueHolds(
        database.prisma,
        CHUNK,
        after,
      );
      const [oldest] = holds;
      if (oldest) metrics.expiryLag.observe((now - oldest.expiresAt) / 1000);
      const { error } = await expireHolds(context, holds);
      if (error) throw error;
      if (holds.length === CHUNK) after = holds.at(-1) ?? null;
      else if (now < bucketMs) throw new RetryLater(bucketMs - now, 'the database says that it is too early');
      else break;
      if (stopping.aborted) throw new RetryLater(0, 'the worker stops');
    }
    const { now, dueAt } = await readNextDueTime(database.prisma);
    if (dueAt !== null)
      await producer.ensureExpiryJobs([dueAt > now ? dueAt : now + STILL_DUE_RETRY_MS], now);
  };
