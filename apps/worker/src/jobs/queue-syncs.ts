import { RetryLater, type JobHandler } from '@holdfast/jobs';
import { takeFromLine } from '@holdfast/warehouse';
import type { WorkerConfig } from '../config.ts';
import type { WorkerContext } from '../context.ts';

/**
 * How long the gateway needs for the queued syncs: the queue never holds more, however long the backlog is.
 */
const LOOK_AHEAD_SECONDS = 2;

/** The queue is full: in this time a quarter of it is sent. */
const MORE_AFTER_MS = 500;

/** How many syncs of the line may be in the queue. */
export const frontMaxOf = ({ gateway }: Pick<WorkerConfig, 'gateway'>): number =>
  Math.ceil(gateway.ratePerSecond * LOOK_AHEAD_SECONDS);

/** Queues the syncs whose turn is near, until none waits. The others wait in their rows. */
export const queueSyncs =
  ({ config, database, producer }: WorkerContext): JobHandler<'queue-syncs'> =>
  async () => {
    const { toQueue, hasMore } = await takeFromLine(database.prisma, frontMaxOf(config));
    const repeats = toQueue.filter(({ isRepeat }) => isRepeat);
    await producer.dropStranded(
      'sync-reservation',
      repeats.map(({ id }) => id),
    );
    await producer.enqueueSyncs(toQueue);
    if (hasMore) throw new RetryLater(MORE_AFTER_MS, 'more syncs wait');
  };
