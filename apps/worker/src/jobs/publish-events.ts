import { sequenceEvents } from '@holdfast/db';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';

/** Events that get their place in one transaction: some 10 ms, so that the first of many are not told late. */
const CHUNK = 1_000;

/** Somebody else has the lock for as long as such a transaction takes. */
const BUSY_RETRY_MS = 20;

/**
 * Gives every event that is committed its place, and wakes the sinks. What is committed while it runs has asked for it once
 * more; and where it dies between the two, each worker's timer sees that a sink is behind.
 */
export const publishEvents =
  ({ database, metrics, sinks, producer }: WorkerContext): JobHandler<'publish-events'> =>
  async (_payload, { stopping }) => {
    for (;;) {
      const sequenced = await sequenceEvents(database, { eventsMax: CHUNK });
      if (!sequenced) throw new RetryLater(BUSY_RETRY_MS, 'somebody else numbers events');
      const { numbered, more } = sequenced;
      if (numbered > 0) {
        metrics.eventsNumbered.inc(numbered);
        await producer.wakeSinks(await sinks.names());
      }
      if (!more) return;
      if (stopping.aborted) throw new RetryLater(0, 'the worker stops');
    }
  };
