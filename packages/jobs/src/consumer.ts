import { setMaxListeners } from 'node:events';
import type { EndedWork, StartSpan } from '@holdfast/contract';
import { within } from '@holdfast/runtime/bounded-waits';
import { type Job, UnrecoverableError, type Worker } from 'bullmq';
import { z } from 'zod';
import { RetryLater, retryDelayMs } from './job-backoff.ts';
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
import type { JobLog } from './queue-calls.ts';
import { nameWork, WorkFailed } from './work-failed.ts';
import { watchConnections } from './watch-connections.ts';

/** What a handler may need to know about its job. */
export interface JobRun {
  readonly jobId: string;
  /** From 1. Counts every start that ended in an error, RetryLater too: not the attempts at the gateway. */
  readonly attempt: number;
  /** Aborted when the worker stops: end the current step; the queue gives the job to another worker. */
  readonly stopping: AbortSignal;
  /** The `traceparent` of its span; undefined: it has none. */
  readonly traceparent?: string | undefined;
}

export type JobHandler<Name extends JobName> = (payload: JobPayload<Name>, run: JobRun) => Promise<void>;

/** One handler for each job; one that is missing does not compile. All must bear to run twice. */
export type JobHandlers = { readonly [Name in JobName]: JobHandler<Name> };

export interface ConsumerOptions {
  readonly log: JobLog;
  /** Records each job that was made for a request. */
  readonly startSpan?: StartSpan | undefined;
  /** Jobs at once for each queue, if different from the catalog. */
  readonly concurrency?: Partial<Record<QueueName, number>>;
  /** Called when a job has failed permanently, except if its row says so ({@link WorkFailed}). */
  readonly onJobFailed?: (queue: QueueName) => void;
  /** Called when the queue answers again after it was away: jobs that it lost can be added again. */
  readonly onReconnect?: () => void;
}

export type Consumer = Awaited<ReturnType<typeof startConsumer>>;

/** A connection that hangs cannot be closed in order, and close does not wait for it. */
const DISCONNECT_TIMEOUT_MS = 1_000;

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
) {
  const { log } = options;
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // each job that runs may listen
  await connection.prepare();

  const opened = connection.openWorkers((error, queue) => log.warn('queue.consumer_error', { error, queue }));
  const open = (queue: QueueName): Worker => {
    const worker = opened.open(queue, (job) => runJob(job, queue, handlers, options, stopping.signal), {
      concurrency: options.concurrency?.[queue] ?? queueConcurrency[queue],
      lockDuration: workerTimes.lockDurationMs,
      stalledInterval: workerTimes.stalledIntervalMs,
      maxStalledCount: workerTimes.maxStalledCount,
      drainDelay: workerTimes.idleLookEveryMs / 1_000,
      runRetryDelay: workerTimes.reconnectDelayMs,
      settings: {
        // `moveToDelayed` in the handler is not safe on PostgreSQL (taskforcesh/bullmq#4814).
        backoffStrategy: (attempt, _type, error, job) => retryDelayMs(backoffOf(job), attempt, error),
      },
    });
    worker.on('failed', (job, error) => {
      logFailure(log, queue, job, error);
      if (isGivenUp(job) && !(error instanceof WorkFailed)) options.onJobFailed?.(queue);
    });
    worker.on('stalled', (jobId) => log.warn('job.stalled', { queue, job_id: jobId }));
    return worker;
  };

  const workers = queueNames.map(open);
  const watch = watchConnections(workers, () => {
    log.info('queue.reconnected', { backend: connection.backend });
    options.onReconnect?.();
  });
  const consumer = {
    /** Whether the queues answer within half a second. Never throws. */
    isReady: (): Promise<boolean> => watch.isReady(),
    /**
     * Takes no more jobs, lets running ones finish, and after `timeoutMs` leaves them: their locks run out,
     * and another worker takes them. Never throws.
     */
    async close(timeoutMs: number): Promise<void> {
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

const isJobName = (name: string): name is JobName => Object.hasOwn(jobCatalog, name);

/** A job that is not of the catalog fails permanently and never waits: its numbers are only for the type. */
const backoffOf = (job: { name: string } | undefined): Backoff =>
  job && isJobName(job.name) ? jobCatalog[job.name].backoff : { firstMs: 1_000, capMs: 10_000 };

/**
 * Gives a job to its handler, behind the catalog's schema.
 *
 * @throws {UnrecoverableError} when no second try can help: the catalog has no such job in this queue (an
 *   older version's, or a hand's), or the payload does not fit
 */
async function runJob(
  job: Job,
  queue: QueueName,
  handlers: JobHandlers,
  { log, startSpan }: ConsumerOptions,
  stopping: AbortSignal,
): Promise<void> {
  const { name } = job;
  const started = performance.now();
  if (!isJobName(name) || jobCatalog[name].queue !== queue) {
    throw new UnrecoverableError(`no handler for ${name}`);
  }
  const payload = jobCatalog[name].payload.safeParse(job.data);
  if (!payload.success) throw new UnrecoverableError(`payload: ${z.prettifyError(payload.error)}`);
  const handle = handlers[name] as JobHandler<JobName>; // the schema is of the same name
  const request = traceOfJob(job.data);
  const attempt = job.attemptsMade + 1;
  const span = request.traceparent === undefined ? undefined : startSpan?.('consumer', request.traceparent);
  try {
    await handle(payload.data, { jobId: job.id ?? '', attempt, stopping, traceparent: span?.traceparent });
    span?.end(spanOf(job, attempt, request));
  } catch (error) {
    span?.end(spanOf(job, attempt, request, error instanceof Error ? error : new Error(String(error))));
    if (error instanceof WorkFailed) await nameWork(job, error, log);
    throw error;
  }
  log[request.request_id === undefined ? 'debug' : 'info']('job.done', {
    job: name,
    job_id: job.id,
    ...request,
    ms: Math.round(performance.now() - started),
  });
}

/** For a job that was made for a request. */
const requestOfJob = z.object({ request_id: z.string(), traceparent: z.string() }).partial();

function traceOfJob(data: unknown): z.infer<typeof requestOfJob> {
  const parsed = requestOfJob.safeParse(data);
  return parsed.success ? parsed.data : {};
}

/** A job that comes again later has not failed. */
function spanOf(
  { name, id }: Job,
  attempt: number,
  request: z.infer<typeof requestOfJob>,
  error?: Error,
): EndedWork {
  return {
    name,
    attributes: {
      'messaging.message.id': id,
      'holdfast.request_id': request.request_id,
      'holdfast.attempt': attempt,
      'holdfast.later': error instanceof RetryLater ? error.message : undefined,
    },
    error: error === undefined || error instanceof RetryLater ? undefined : error.message,
  };
}

/** BullMQ has no job at hand when it fails one that stalled too often. */
const isGivenUp = (job: Job | undefined): boolean => job === undefined || job.finishedOn !== undefined;

function logFailure(log: JobLog, queue: QueueName, job: Job | undefined, error: Error): void {
  const fields = {
    queue,
    job: job?.name,
    job_id: job?.id,
    attempt: job?.attemptsMade,
    data: job?.data,
    ...traceOfJob(job?.data),
  };
  if (error instanceof RetryLater) {
    log.debug('job.later', { ...fields, delay_ms: error.delayMs, reason: error.message });
  } else if (error instanceof WorkFailed) {
    log.debug('job.work_failed', { ...fields, reason: error.message });
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
