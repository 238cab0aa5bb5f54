import { EVERY_EVENT, readEvents, pump, type EventStore } from '@holdfast/events';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';

/** It publishes for so long; then a process that stops, or is too busy, leaves the rest to another. */
const STRETCH_MS = 10_000;

/** For a retry later than this, the timer of each worker starts it when it is due. */
const ASK_AGAIN_MAX_MS = 60_000;

/** Gives one sink the events that it lacks. Each sink has its own job, so a slow one delays no other. */
export const publishToSink =
  ({ database, metrics, producer, sinks }: WorkerContext): JobHandler<'publish-to-sink'> =>
  async ({ sink: name }, { stopping }) => {
    const sink = sinks.open(name);
    if (!sink) return; // an endpoint that was removed, or a setting
    const store: EventStore = {
      readNext: (after, limit) => readEvents(database.prisma, { after, filter: EVERY_EVENT, limit }),
    };
    const { isDone, askAgainMs } = await pump(sink, store, {
      stopping,
      stretchMs: STRETCH_MS,
      onPublished: (events) => metrics.eventsPublished.inc({ sink: name }, events.length),
    });
    if (!isDone) throw new RetryLater(0, 'there is more to publish');
    if (askAgainMs !== null && askAgainMs <= ASK_AGAIN_MAX_MS) await producer.wakeSinks([name], askAgainMs);
  };

/** Wakes a sink whose time to try again has come. */
export const wakeSink =
  ({ producer }: WorkerContext): JobHandler<'wake-sink'> =>
  ({ sink }) =>
    producer.wakeSinks([sink]);
