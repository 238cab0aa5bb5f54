import type { JobsOptions, Queue } from 'bullmq';
import { createBoundedCalls } from './bounded-calls.ts';
import {
  type JobName,
  type JobPayload,
  jobCatalog,
  type QueueName,
  queueNames,
  type SyncAction,
  syncPriority,
} from './catalog.ts';
import type { QueueConnection } from './connection.ts';
import { createExpiryBuckets, type ExpiryJob } from './expiry-buckets.ts';
import { createErrorLog, type JobLog } from './log.ts';

/** Calls under way at once. At thousands of commits a second a healthy queue has a handful. */
const PENDING_MAX = 100;
const READY_TIMEOUT_MS = 250;
/** Jobs in one call: what PostgreSQL adds in a fraction of the time that a call has. */
const SYNCS_PER_CALL = 100;
const RECONCILE_SCHEDULE = 'reconcile-stale';
const FORGETTING_SCHEDULE = 'forget-old-rows';
/** Traces that a job keeps. Without a limit one more line for each attempt, and attempts are unlimited. */
const STACK_TRACES_MAX = 3;

export interface SyncJob {
  readonly id: string;
  readonly action: SyncAction;
  /** From now; 0 when left out. */
  readonly delayMs?: number;
}

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
  const buckets = createExpiryBuckets((jobs) => addExpiryJobs(queueOf('expire-due-holds'), jobs));

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
      const [expiry, warehouseSync, reconcile, stockImport, housekeeping] = await bounded('jobCounts', () =>
        Promise.all([
          countsOf('expiry'),
          countsOf('warehouse-sync'),
          countsOf('reconcile'),
          countsOf('stock-import'),
          countsOf('housekeeping'),
        ]),
      );
      return {
        expiry,
        'warehouse-sync': warehouseSync,
        reconcile,
        'stock-import': stockImport,
        housekeeping,
      };
    },

    /** Gives the connections back. Never throws. */
    close: () => opened.close(),
  };
}

async function addExpiryJobs(queue: Queue, jobs: readonly ExpiryJob[]): Promise<void> {
  await queue.addBulk(
    jobs.map(({ bucketMs, delayMs }) => {
      const data: JobPayload<'expire-due-holds'> = { bucket_ms: bucketMs };
      // keepLastIfActive: a job that is just running may have read already, and must not swallow the next one.
      const deduplication = { id: `due-${bucketMs}`, keepLastIfActive: true };
      return {
        name: 'expire-due-holds',
        data,
        opts: jobOptions('expire-due-holds', { delay: delayMs, deduplication }),
      };
    }),
  );
}

function syncJob(sync: SyncJob) {
  const data: JobPayload<'sync-reservation'> = { sync_id: sync.id };
  return {
    name: 'sync-reservation',
    data,
    opts: jobOptions('sync-reservation', {
      delay: sync.delayMs ?? 0,
      priority: syncPriority[sync.action],
      deduplication: {
        id: sync.id,
        // The row may have become pending again (retried by hand) after the running job has looked at it for the last
        // time. One look too many costs a read; one too few costs a warehouse that does not know until reconcile.
        keepLastIfActive: true,
        // Whoever asks now knows better than the job that waits: a retry by hand must not sit out an old backoff.
        reschedule: true,
      },
    }),
  };
}

function jobOptions(name: JobName, more: JobsOptions = {}): JobsOptions {
  const { attempts, keepCompleted, keepFailed } = jobCatalog[name];
  return {
    attempts,
    // The consumer computes the delay from the catalog.
    backoff: { type: 'catalog' },
    removeOnComplete: { count: keepCompleted },
    removeOnFail: { count: keepFailed },
    stackTraceLimit: STACK_TRACES_MAX,
    ...more,
  };
}
