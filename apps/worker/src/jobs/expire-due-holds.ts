import { type Transaction } from '@holdfast/db';
import { inExpiryTurn, readDueHolds, readNextDueTime, type DueHold } from '@holdfast/reservations';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';
import { expireHolds } from '../expire-holds.ts';
import { notifyExpiringHolds } from '../notify-expiring-holds.ts';

/** Holds in one chunk: as many as the ledger decides together. */
const CHUNK = 400;

/** Two batches are under way in the ledger and a third one waits, so that batches are full. */
const CHUNKS_AT_ONCE = 3;

/** A turn normally takes some tens of milliseconds; the jobs that wait longer leave the work to that one. */
const TURN_WAIT_MS = 100;

/** After it another worker may take over, and a worker that stops can end. */
const TURN_MAX_MS = 10_000;

/** Holds that are still due fell due just now, or cannot be given back: none is urgent. */
const STILL_DUE_RETRY_MS = 1_000;

/**
 * Gives back the stock of all holds that are due, and announces those that expire soon. One job in all
 * workers does so at a time, in its turn (expiry-turn-store.ts), so no two batches wait for each other. A job
 * that does not get its turn queues a job that checks again a second later.
 *
 * A job may start a little early by the database's clock: it ends only when its time has passed by that clock
 * and a read has found no more due holds. Then it makes sure that the next hold to fall due has a job.
 *
 * Each read continues after the last chunk: holds that cannot be given back do not block the others.
 */
export const expireDueHolds =
  (context: WorkerContext): JobHandler<'expire-due-holds'> =>
  async ({ bucket_ms: bucketMs }, { stopping }) => {
    const { database, producer } = context;
    let turn: Turn | null;
    do {
      turn = await inExpiryTurn(database, TURN_WAIT_MS, (tx) => takeTurn(context, tx, stopping));
    } while (turn?.isMore);
    const { now, dueAt } = await readNextDueTime(database.prisma);
    const lookedAt = turn?.now ?? now;
    if (lookedAt < bucketMs)
      throw new RetryLater(bucketMs - lookedAt, 'the database says that it is too early');
    if (dueAt !== null)
      await producer.ensureExpiryJobs([dueAt > now ? dueAt : now + STILL_DUE_RETRY_MS], now);
  };

/** A turn and its progress. */
interface Turn {
  readonly context: WorkerContext;
  readonly tx: Transaction;
  readonly stopping: AbortSignal;
  readonly endsAt: number;
  /** The last hold that was read. */
  after: DueHold | null;
  /** The time of the last read, by the database's clock. */
  now: number;
  /** Whether the turn ended before all due holds were read. */
  isMore: boolean;
}

async function takeTurn(context: WorkerContext, tx: Transaction, stopping: AbortSignal): Promise<Turn> {
  const endsAt = performance.now() + TURN_MAX_MS;
  const turn: Turn = { context, tx, stopping, endsAt, after: null, now: 0, isMore: false };
  await notifyExpiringHolds(context, stopping);
  let before: DueHold | null;
  do {
    before = turn.after;
    const chunks = readChunks(turn);
    const lanes = Array.from({ length: CHUNKS_AT_ONCE }, () => expireChunks(context, chunks));
    // Waits for all of them: a failure in one must not leave another running.
    for (const lane of await Promise.allSettled(lanes)) if (lane.status === 'rejected') throw lane.reason;
    // Reads once more: the job of a hold that fell due meanwhile may not have got the turn.
  } while (turn.after !== before && !turn.isMore);
  return turn;
}

async function expireChunks(context: WorkerContext, chunks: AsyncIterable<readonly DueHold[]>) {
  for await (const holds of chunks) {
    const { error } = await expireHolds(context, holds);
    if (error) throw error;
  }
}

/** Reads chunks one by one, until one is not full. @throws {RetryLater} the worker stops */
async function* readChunks(turn: Turn): AsyncGenerator<readonly DueHold[], void> {
  for (let isFirst = turn.after === null; ; isFirst = false) {
    if (turn.stopping.aborted && !isFirst) throw new RetryLater(0, 'the worker stops');
    turn.isMore = performance.now() > turn.endsAt;
    if (turn.isMore) return;
    const { now, holds } = await readDueHolds(turn.tx, CHUNK, turn.after);
    const [oldest] = holds;
    if (oldest) turn.context.metrics.expiryLag.observe((now - oldest.expiresAt) / 1000);
    turn.now = now;
    turn.after = holds.at(-1) ?? turn.after;
    if (holds.length > 0) yield holds;
    if (holds.length < CHUNK) return;
  }
}
