import { setMaxListeners } from 'node:events';
import { within } from '@holdfast/runtime/bounded-waits';
import { type Job, UnrecoverableError, type Worker } from 'bullmq';
import { z } from 'zod';
import { retryDelayMs } from './job-backoff.ts';
import {
  type Backoff,
  type JobName,
  type JobPayload,
  jobCatalog,
  queueConcurrency,
  type QueueName,
  queueNames,
  workerTimes,
} from './job-catalog.ts';
import type { QueueConnection } from './queue-connection.ts';
import { RetryLater } from './queue-errors.ts';
import type { JobLog } from './job-log.ts';
import { watchConnections } from './watch-connections.ts';

/** What a handler may want to know of the job it runs. */
export interface JobRun {
  readonly jobId: string;
  /** From 1. Counts every start that ended in an error, RetryLater too: not the attempts at the gateway. */
  readonly attempt: number;
  /**
   * Aborted when the worker stops: finish what is in hand and return or throw; the queue gives the job to
   * another.
   */
  readonly stopping: AbortSignal;
}

export type JobHandler<Name extends JobName> = (payload: JobPayload<Name>, run: JobRun) => Promise<void>;

/**
 * One handler for each job of the catalog; one that is missing does not compile. All must bear to run twice.
 */
export type JobHandlers = { readonly [Name in JobName]: JobHandler<Name> };

export interface ConsumerOptions {
  readonly log: JobLog;
  /** Jobs at once for each queue, where it shall differ from the catalog. */
  readonly concurrency?: Partial<Record<QueueName, number>>;
  /** Called when a job was given up permanently. */
  readonly onJobFailed?: (queue: QueueName) => void;
  /** Called when the queue answers again after it was away: what it lost meanwhile can be asked for again. */
  readonly onReconnect?: () => void;
}

export interface Consumer {
  /** Whether the queues answer within half a second. Never throws. */
  isReady(): Promise<boolean>;
  /**
   * Takes no more jobs, lets running ones finish, and after `timeoutMs` leaves them: their locks run out and
   * another worker takes them. Never throws.
   */
  close(timeoutMs: number): Promise<void>;
}

/** A connection that hangs cannot be closed in order, and close does not wait for it. */
const DISCONNECT_TIMEOUT_MS = 1_000;

type RunJob = (data: unknown, run: JobRun) => Promise<void>;

/**
 * Starts to take jobs: one BullMQ worker for each queue.
 *
 * @throws when the queue lives in PostgreSQL and that cannot be reached. Redis may be away: jobs are taken
 *   once it is back
 */
export async function startConsumer(
  connection: QueueConnection,
  handlers: JobHandlers,
  options: ConsumerOptions,
): Promise<Consumer> {
  const { log } = options;
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // each job that runs may listen
  await connection.prepare();

  const runs = runsOf(handlers);
  const opened = connection.openWorkers((error, queue) => log.warn('queue.consumer_error', { error, queue }));
  const open = (queue: QueueName): Worker => {
    const worker = opened.open(queue, (job) => runJob(job, runOf(runs, job, queue), log, stopping.signal), {
      concurrency: options.concurrency?.[queue] ?? queueConcurrency[queue],
      lockDuration: workerTimes.lockDurationMs,
      stalledInterval: workerTimes.stalledIntervalMs,
      maxStalledCount: workerTimes.maxStalledCount,
      drainDelay: workerTimes.idleLookEveryMs / 1_000,
      runRetryDelay: workerTimes.reconnectDelayMs,
      settings: {
        // The way to wait on both backends: `moveToDelayed` in the handler is not safe on PostgreSQL
        // (taskforcesh/bullmq#4814).
        backoffStrategy: (attempt, _type, error, job) => retryDelayMs(backoffOf(job), attempt, error),
      },
    });
    worker.on('failed', (job, error) => {
      logFailure(log, queue, job, error);
      if (isGivenUp(job)) options.onJobFailed?.(queue);
    });
    worker.on('stalled', (jobId) => log.warn('job.stalled', { queue, job_id: jobId }));
    return worker;
  };

  const workers = queueNames.map(open);
  const watch = watchConnections(workers, () => {
    log.info('queue.reconnected', { backend: connection.backend });
    options.onReconnect?.();
  });
  const consumer: Consumer = {
    isReady: () => watch.isReady(),
    async close(timeoutMs) {
      watch.close();
      stopping.abort();
      await closeWorkers(workers, timeoutMs, log);
      await within(DISCONNECT_TIMEOUT_MS, opened.close(), undefined);
    },
  };
  if (connection.backend === 'postgresql') {
    try {
      // BullMQ remembers a failed first connect permanently: such a worker would never take a job.
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
    } catch (error) {
      await consumer.close(0);
      throw error;
    }
  }
  return consumer;
}

/**
 * Each job's handler behind its own schema. Spelled out: only so does the compiler see which payload goes
 * where.
 */
function runsOf(handlers: JobHandlers): Readonly<Record<JobName, RunJob>> {
  return {
    'expire-due-holds': parsed(jobCatalog['expire-due-holds'].payload, handlers['expire-due-holds']),
    'sync-reservation': parsed(jobCatalog['sync-reservation'].payload, handlers['sync-reservation']),
    'publish-events': parsed(jobCatalog['publish-events'].payload, handlers['publish-events']),
    'publish-to-sink': parsed(jobCatalog['publish-to-sink'].payload, handlers['publish-to-sink']),
    'wake-sink': parsed(jobCatalog['wake-sink'].payload, handlers['wake-sink']),
    'reconcile-stale': parsed(jobCatalog['reconcile-stale'].payload, handlers['reconcile-stale']),
    'import-stock': parsed(jobCatalog['import-stock'].payload, handlers['import-stock']),
    'review-stock': parsed(jobCatalog['review-stock'].payload, handlers['review-stock']),
    'forget-old-rows': parsed(jobCatalog['forget-old-rows'].payload, handlers['forget-old-rows']),
  };
}

/**
 * @throws {UnrecoverableError} when the catalog has no such job in this queue: an older version's, or a
 * hand's
 */
function runOf(runs: Readonly<Record<JobName, RunJob>>, job: Job, queue: QueueName): RunJob {
  if (!isJobName(job.name) || jobCatalog[job.name].queue !== queue) {
    throw new UnrecoverableError(`no handler for ${job.name}`);
  }
  return runs[job.name];
}

const isJobName = (name: string): name is JobName => Object.hasOwn(jobCatalog, name);

/**
 * A job without a name of the catalog fails permanently and never waits; these numbers are only there for the
 * type.
 */
const backoffOf = (job: { name: string } | undefined): Backoff =>
  job && isJobName(job.name) ? jobCatalog[job.name].backoff : { firstMs: 1_000, capMs: 10_000 };

/** Puts the catalog's schema before a handler. A payload that does not fit never will: no second try. */
function parsed<Payload>(
  schema: z.ZodType<Payload>,
  handler: (payload: Payload, run: JobRun) => Promise<void>,
): RunJob {
  return (data, run) => {
    const payload = schema.safeParse(data);
    if (!payload.success) throw new UnrecoverableError(`payload: ${z.prettifyError(payload.error)}`);
    return handler(payload.data, run);
  };
}

async function runJob(job: Job, run: RunJob, log: JobLog, stopping: AbortSignal) {
  const started = performance.now();
  await run(job.data, { jobId: job.id ?? '', attempt: job.attemptsMade + 1, stopping });
  log.debug('job.done', { job: job.name, job_id: job.id, ms: Math.round(performance.now() - started) });
}

/** BullMQ has no job at hand when it fails one that stalled too often. */
const isGivenUp = (job: Job | undefined): boolean => job === undefined || job.finishedOn !== undefined;

function logFailure(log: JobLog, queue: QueueName, job: Job | undefined, error: Error): void {
  const fields = { queue, job: job?.name, job_id: job?.id, attempt: job?.attemptsMade, data: job?.data };
  if (error instanceof RetryLater) {
    log.debug('job.later', { ...fields, delay_ms: error.delayMs, reason: error.message });
  } else if (job && !isGivenUp(job)) {
    log.warn('job.attempt_failed', { ...fields, error });
  } else {
    log.error('job.failed', { ...fields, error });
  }
}

async function closeWorkers(workers: readonly Worker[], timeoutMs: number, log: JobLog): Promise<void> {
  // Not close(): once it waits for running jobs, BullMQ has no way to make it stop waiting.
  const paused = Promise.allSettled(workers.map((worker) => worker.pause())).then(() => true);
  const isIdle = await within(timeoutMs, paused, false);
  if (!isIdle) log.warn('queue.closed_with_jobs_running', { waited_ms: timeoutMs });
  const closed = Promise.allSettled(workers.map((worker) => worker.close(!isIdle)));
  await within(DISCONNECT_TIMEOUT_MS, closed, undefined);
}
