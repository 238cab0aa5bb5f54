import type { Queue } from 'bullmq';
import { jobCatalog, type JobName, type QueueName, queueNames } from './job-catalog.ts';
import type { QueueConnection } from './queue-connection.ts';
import { eventJobs } from './event-jobs.ts';
import { createBoundedCalls, type JobLog, type QueueCalls } from './queue-calls.ts';
import { reservationJobs } from './reservation-jobs.ts';
import { scheduledJobs } from './scheduled-jobs.ts';
import { stockJobs } from './stock-jobs.ts';
import { strandedJobs } from './stranded-jobs.ts';

/** Calls under way at once. At thousands of commits a second a healthy queue has a handful. */
const PENDING_MAX = 100;
const READY_TIMEOUT_MS = 250;

export type Producer = Awaited<ReturnType<typeof createProducer>>;

/**
 * Opens the producer's end of all queues. All calls may be repeated: a queued job is not added again.
 *
 * @param timeoutMs how long a call may take before it is refused with {@link QueueUnavailable}
 * @throws when the queue lives in PostgreSQL and that cannot be reached. Redis may be away: calls are
 *   refused until it is back
 */
export async function createProducer(
  connection: QueueConnection,
  { log, timeoutMs = 500 }: { log: JobLog; timeoutMs?: number },
) {
  await connection.prepare();
  const opened = await connection.openProducer(queueNames, (error, queue) =>
    log.warn('queue.producer_error', { error, queue }),
  );
  const boundedProbe = createBoundedCalls(READY_TIMEOUT_MS, PENDING_MAX);
  const calls: QueueCalls = {
    queueOf: (job: JobName) => queueNamed(opened.queues, jobCatalog[job].queue),
    bounded: createBoundedCalls(timeoutMs, PENDING_MAX),
  };
  const { close: closeEvents, ...events } = eventJobs(calls, log);
  const { close: closeReservations, ...reservations } = reservationJobs(calls, log);

  return {
    ...reservations,
    ...events,
    ...stockJobs(calls),
    ...scheduledJobs(calls),
    ...strandedJobs(calls),

    /** Whether the queue can be written to within a quarter of a second. Never throws. */
    async isReady(): Promise<boolean> {
      return boundedProbe('isReady', () => opened.probe()).then(
        () => true,
        () => false,
      );
    },

    /**
     * The policy by which the queue's Redis evicts keys when its memory is full; null when it evicts none.
     *
     * @throws {QueueUnavailable}
     */
    evictionPolicy: (): Promise<string | null> =>
      boundedProbe('evictionPolicy', () => opened.evictionPolicy()),

    /** BullMQ's own queue objects, for Bull Board's adapter. */
    boardQueues: (): readonly Queue[] => opened.queues,

    /** Jobs by queue and state. @throws {QueueUnavailable} */
    jobCounts: (): Promise<JobCounts> => calls.bounded('jobCounts', () => countJobs(opened.queues)),

    /** Gives the connections back. Never throws. */
    async close(): Promise<void> {
      await Promise.all([closeEvents(), closeReservations()]);
      await opened.close();
    },
  };
}

function queueNamed(queues: readonly Queue[], name: QueueName): Queue {
  const queue = queues.find((queue) => queue.name === name);
  if (!queue) throw new Error(`no queue ${name}`);
  return queue;
}

type JobCounts = Readonly<Record<QueueName, Record<string, number>>>;

/** The queues are those of the catalog. */
async function countJobs(queues: readonly Queue[]): Promise<JobCounts> {
  const counts = queues.map(async (queue) => [queue.name, await queue.getJobCounts()] as const);
  return Object.fromEntries(await Promise.all(counts)) as JobCounts;
}
