import { setTimeout as pause } from 'node:timers/promises';
import { sequenceEvents } from '@holdfast/events';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';

/** Events that get their place in one transaction: some 10 ms. */
const CHUNK = 1_000;

/**
 * Rounds of a fleet begin no more often, as each wakes every sink: 51 of them take 17 ms of the queue on
 * Redis and 29 on PostgreSQL. Events that are committed meanwhile wait for the next round.
 */
const ROUND_MS = 100;

/** Another job has the lock for as long as such a transaction takes. */
const BUSY_RETRY_MS = 20;

/**
 * Gives every committed event its place, and wakes the sinks. Each commit meanwhile asks for one more run. If
 * that run dies before it wakes the sinks, the timer of each worker sees that a sink is behind.
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
