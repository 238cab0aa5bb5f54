import type { Queue } from 'bullmq';
import { createBoundedCalls } from './bounded-calls.ts';
import { type JobName, type JobPayload, jobCatalog, type QueueName, queueNames } from './catalog.ts';
import type { QueueConnection } from './connection.ts';
import { createExpiryBuckets } from './expiry-buckets.ts';
import { createErrorLog, type JobLog } from './log.ts';
import { expiryJob, jobOptions, laterSinkJob, sinkJob, syncJob, type SyncJob } from './new-jobs.ts';
import { createWakeUps } from './wake-ups.ts';

/** Calls under way at once. At thousands of commits a second a healthy queue has a handful. */
const PENDING_MAX = 100;
const READY_TIMEOUT_MS = 250;
/** Jobs in one call: what PostgreSQL adds in a fraction of the time that a call has. */
const SYNCS_PER_CALL = 100;
const RECONCILE_SCHEDULE = 'reconcile-stale';
const FORGETTING_SCHEDULE = 'forget-old-rows';
/** Events wait no longer for their job, and a process asks for it no more often, whatever the traffic. */
const WAKE_PUBLISHER_EVERY_MS = 100;

export type Producer = Awaited<ReturnType<typeof createProducer>>;

/**
 * Opens the producer's end of all queues. All its calls may be repeated: what is there already is not added twice.
 *
 * @param timeoutMs how long a call may take before it is refused with {@link QueueUnavailable}
 * @throws when the queue lives in PostgreSQL and that cannot be reached. Redis may be away: calls are refused until
 *   it is back
 */
export async function createProducer(
  connection: QueueConnection,
  { log, timeoutMs = 500 }: { log: JobLog; timeoutMs?: number },
) {
  const logError = createErrorLog(log, 'queue.producer_error');
  await connection.prepare();
  const opened = await connection.openProducer(queueNames, (error, queue) => logError(error, { queue }));
  const bounded = createBoundedCalls(timeoutMs, PENDING_MAX);
  const boundedProbe = createBoundedCalls(READY_TIMEOUT_MS, PENDING_MAX);
  const buckets = createExpiryBuckets(async (jobs) => {
    await queueOf('expire-due-holds').addBulk(jobs.map(expiryJob));
  });
  const logWakeError = createErrorLog(log, 'queue.wake_failed');
  const publisher = createWakeUps(
    () => enqueuePublisher().catch((error: unknown) => logWakeError(error, { job: 'publish-events' })),
    WAKE_PUBLISHER_EVERY_MS,
  );

  async function enqueuePublisher(): Promise<void> {
    const deduplication = { id: 'publish-events', keepLastIfActive: true };
    await bounded('wakePublisher', () =>
      queueOf('publish-events').add('publish-events', {}, jobOptions('publish-events', { deduplication })),
    );
  }

  function queueNamed(name: QueueName): Queue {
    const queue = opened.queues.find((queue) => queue.name === name);
    if (!queue) throw new Error(`no queue ${name}`);
    return queue;
  }
  const queueOf = (job: JobName): Queue => queueNamed(jobCatalog[job].queue);
  const countsOf = (name: QueueName) => queueNamed(name).getJobCounts();

  return {
    /**
     * Makes sure that a job runs at or just after each of these times. Call it after the commit.
     *
     * @param dueAtMs when holds fall due, epoch milliseconds of the database's clock
     * @param nowMs the time of the same clock now; jobs are delayed by the difference
     * @throws {QueueUnavailable}
     */
    async ensureExpiryJobs(dueAtMs: readonly number[], nowMs: number): Promise<void> {
      if (buckets.have(dueAtMs, nowMs)) return;
      await bounded('ensureExpiryJobs', () => buckets.ensure(dueAtMs, nowMs));
    },

    /**
     * Queues the sending of rows of `warehouse_syncs`. A job that waits for a later time is moved to the time asked
     * for; one that runs is run once more after it. Call it after the commit.
     *
     * @throws {QueueUnavailable}
     */
    async enqueueSyncs(syncs: readonly SyncJob[]): Promise<void> {
      // By id: on PostgreSQL each is locked while it is added, and two processes must not lock them crosswise.
      const sorted = syncs.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      for (let start = 0; start < sorted.length; start += SYNCS_PER_CALL) {
        const jobs = sorted.slice(start, start + SYNCS_PER_CALL).map(syncJob);
        await bounded('enqueueSyncs', () => queueOf('sync-reservation').addBulk(jobs));
      }
    },

    /**
     * Has the events of a commit numbered and published, soon. For every commit that wrote some: many become one job. Never
     * throws and is not to be waited for; what the queue misses is asked for again by each worker's timer.
     */
    wakePublisher: (): void => publisher.ask(),

    /**
     * Has these sinks given what they do not have yet, now or after a while. One that runs is run once more after it; one
     * sink never runs twice at a time.
     *
     * @param delayMs rounded up to a whole second; what comes sooner is not held up by it
     * @throws {QueueUnavailable}
     */
    async wakeSinks(names: readonly string[], delayMs = 0): Promise<void> {
      if (names.length === 0) return;
      // In order: on PostgreSQL each is locked while it is added, and two processes must not lock them crosswise.
      const sorted = names.toSorted();
      const jobs = sorted.map((name) => (delayMs > 0 ? laterSinkJob(name, delayMs) : sinkJob(name)));
      await bounded('wakeSinks', () => queueOf('publish-to-sink').addBulk(jobs));
    },

    /** Queues one reconcile run and answers with the job's id. @throws {QueueUnavailable} */
    async enqueueReconcile(payload: JobPayload<'reconcile-stale'>): Promise<string> {
      const options = jobOptions('reconcile-stale', {
        deduplication: { id: payload.run_id ?? payload.trigger, keepLastIfActive: true },
      });
      const job = await bounded('enqueueReconcile', () =>
        queueOf('reconcile-stale').add('reconcile-stale', payload, options),
      );
      return job.id ?? '';
    },

    /**
     * Makes sure that the queue runs reconcile every so many seconds. The schedule lives in the queue and can be
     * lost with it, so each worker says it again at start, from a timer and after a reconnect. @throws {QueueUnavailable}
     */
    async scheduleReconcile(everySeconds: number): Promise<void> {
      const data: JobPayload<'reconcile-stale'> = { run_id: null, trigger: 'schedule' };
      await bounded('scheduleReconcile', () =>
        queueOf('reconcile-stale').upsertJobScheduler(
          RECONCILE_SCHEDULE,
          { every: everySeconds * 1_000 },
          { name: 'reconcile-stale', data, opts: jobOptions('reconcile-stale') },
        ),
      );
    },

    /**
     * Queues the working off of one row of `stock_imports`, once; one that runs is run once more after it. Call it
     * after the commit. @throws {QueueUnavailable}
     */
    async enqueueImport(importId: string): Promise<void> {
      const data: JobPayload<'import-stock'> = { import_id: importId };
      const deduplication = { id: importId, keepLastIfActive: true };
      await bounded('enqueueImport', () =>
        queueOf('import-stock').add('import-stock', data, jobOptions('import-stock', { deduplication })),
      );
    },

    /**
     * Queues a look at all SKUs of which one is asked for, once; one that runs is run once more after it. Call it after
     * the commit. @throws {QueueUnavailable}
     */
    async enqueueStockReview(): Promise<void> {
      const deduplication = { id: 'review-stock', keepLastIfActive: true };
      await bounded('enqueueStockReview', () =>
        queueOf('review-stock').add('review-stock', {}, jobOptions('review-stock', { deduplication })),
      );
    },

    /** Makes sure that the queue forgets old rows every so many seconds, as reconcile does. @throws {QueueUnavailable} */
    async scheduleForgetting(everySeconds: number): Promise<void> {
      await bounded('scheduleForgetting', () =>
        queueOf('forget-old-rows').upsertJobScheduler(
          FORGETTING_SCHEDULE,
          { every: everySeconds * 1_000 },
          { name: 'forget-old-rows', data: {}, opts: jobOptions('forget-old-rows') },
        ),
      );
    },

    /** Whether the queue answers within a quarter of a second. Never throws. */
    async isReady(): Promise<boolean> {
      const probe = boundedProbe('isReady', () => queueOf('expire-due-holds').isPaused());
      return probe.then(
        () => true,
        () => false,
      );
    },

    /** BullMQ's own queue objects, for Bull Board's adapter. */
    boardQueues: (): readonly Queue[] => opened.queues,

    /** Jobs by queue and state. @throws {QueueUnavailable} */
    async jobCounts(): Promise<Readonly<Record<QueueName, Record<string, number>>>> {
      const [expiry, warehouseSync, events, reconcile, stockImport, housekeeping] = await bounded(
        'jobCounts',
        () =>
          Promise.all([
            countsOf('expiry'),
            countsOf('warehouse-sync'),
            countsOf('events'),
            countsOf('reconcile'),
            countsOf('stock-import'),
            countsOf('housekeeping'),
          ]),
      );
      return {
        expiry,
        'warehouse-sync': warehouseSync,
        events,
        reconcile,
        'stock-import': stockImport,
        housekeeping,
      };
    },

    /** Gives the connections back. Never throws. */
    async close(): Promise<void> {
      await publisher.close();
      await opened.close();
    },
  };
}
