import { setTimeout as pause } from 'node:timers/promises';
import { sequenceEvents } from '@holdfast/events';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';

/**
 * Events that get their place in one transaction: some 10 ms, so that the first of many are not published
 * late.
 */
const CHUNK = 1_000;

/**
 * Rounds of a whole fleet begin no more often than this, as each wakes every sink: 10 of them take 8 ms of
 * the queue, 51 take 17 on Redis and 29 on PostgreSQL. What is committed meanwhile waits for the next one; a
 * lone event waits for nothing.
 */
const ROUND_MS = 100;

/** Another job has the lock for as long as such a transaction takes. */
const BUSY_RETRY_MS = 20;

/**
 * Gives every event that is committed its place, and wakes the sinks. What is committed while it runs has
 * asked for it once more; and where it dies between the two, each worker's timer sees that a sink is behind.
 */
export const publishEvents =
  ({ database, metrics, sinks, producer }: WorkerContext): JobHandler<'publish-events'> =>
  async (_payload, { stopping }) => {
    const endsAt = performance.now() + ROUND_MS;
    let isNew = false;
    for (let more = true; more;) {
      const sequenced = await sequenceEvents(database, { eventsMax: CHUNK });
      if (!sequenced) throw new RetryLater(BUSY_RETRY_MS, 'another job numbers events');
      more = sequenced.more;
      if (sequenced.numbered > 0) {
        isNew = true;
        metrics.eventsNumbered.inc(sequenced.numbered);
        await producer.wakeSinks(await sinks.awake());
      }
      if (more && stopping.aborted) throw new RetryLater(0, 'the worker stops');
    }
    if (isNew) await untilEnd(endsAt, stopping);
  };

/** No other round begins while this job runs: a request for one is kept, and served when it has ended. */
async function untilEnd(endsAt: number, stopping: AbortSignal): Promise<void> {
  const leftMs = Math.max(0, endsAt - performance.now());
  await pause(leftMs, undefined, { signal: stopping }).catch(() => {}); // the worker stops
}
