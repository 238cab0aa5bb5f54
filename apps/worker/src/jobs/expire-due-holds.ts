import { readDueHolds, readNextDueTime, type DueHold } from '@holdfast/db';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';
import { expireHolds } from '../expire-holds.ts';

/** Holds in one chunk: as many as the ledger decides together. */
const CHUNK = 400;

/** Two batches are under way in the ledger, and a third one waits, so that none of them is small. */
const CHUNKS_AT_ONCE = 3;

/** What is due still fell due just now, or is in other hands, or could not be given back: either way there is no hurry. */
const STILL_DUE_RETRY_MS = 1_000;

/**
 * Gives back the stock of all holds that are due, whichever quarter second they fell due in.
 *
 * The job's delay was measured on other clocks than the database's, so it may come a little early: it ends only when
 * the database says that its time has passed and a read has come to the end of what is due. What falls due after that
 * has a job of its own. Then it makes sure that the next hold to fall due has one, so the chain does not break when
 * one was lost.
 *
 * It reads on behind each chunk: holds that cannot be given back do not keep it from the others. Where another job has
 * been faster with a chunk, it leaves the rest to that one, and has a job look again a second later: two that go after the
 * same holds wait for each other, and do half of their work for nothing.
 */
export const expireDueHolds =
  (context: WorkerContext): JobHandler<'expire-due-holds'> =>
  async ({ bucket_ms: bucketMs }, { stopping }) => {
    const { database, producer } = context;
    const chunks = readInChunks(context, bucketMs, stopping);
    // The first one alone: there are seldom more, and it shows whether another job is at it.
    if (await expireNext(context, chunks)) await expireRest(context, chunks);
    const { now, dueAt } = await readNextDueTime(database.prisma);
    if (dueAt !== null)
      await producer.ensureExpiryJobs([dueAt > now ? dueAt : now + STILL_DUE_RETRY_MS], now);
  };

type Chunks = AsyncGenerator<readonly DueHold[], void>;

/** Reads each chunk when it is asked for. @throws {RetryLater} at the end, when the job has to come again */
async function* readInChunks(
  { database, metrics }: WorkerContext,
  bucketMs: number,
  stopping: AbortSignal,
): Chunks {
  let after: DueHold | null = null;
  for (;;) {
    const { now, holds }: { now: number; holds: readonly DueHold[] } = await readDueHolds(
      database.prisma,
      CHUNK,
      after,
    );
    const [oldest] = holds;
    if (oldest) metrics.expiryLag.observe((now - oldest.expiresAt) / 1000);
    yield holds;
    if (holds.length < CHUNK) {
      if (now < bucketMs) throw new RetryLater(bucketMs - now, 'the database says that it is too early');
      return;
    }
    if (stopping.aborted) throw new RetryLater(0, 'the worker stops');
    after = holds.at(-1) ?? null;
  }
}

/** Whether there may be more to do here. */
async function expireNext(context: WorkerContext, chunks: Chunks): Promise<boolean> {
  const next = await chunks.next();
  if (next.done) return false;
  const { expiredMeanwhile, error } = await expireHolds(context, next.value);
  if (error) throw error;
  return expiredMeanwhile <= next.value.length / 2;
}

async function expireRest(context: WorkerContext, chunks: Chunks): Promise<void> {
  const lanes = Array.from({ length: CHUNKS_AT_ONCE }, async () => {
    while (await expireNext(context, chunks));
  });
  // Not before all have ended: what fails in one must not leave another behind.
  for (const lane of await Promise.allSettled(lanes)) if (lane.status === 'rejected') throw lane.reason;
}
