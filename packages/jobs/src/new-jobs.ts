import type { JobsOptions } from 'bullmq';
import { isUrgentSync, traceFields, type StoredTrace, type SyncAction } from '@holdfast/contract';
import {
  jobCatalog,
  type JobDefinition,
  type JobName,
  type JobPayload,
  syncPriority,
} from './job-catalog.ts';
import type { ExpiryJob } from './expiry-buckets.ts';

/**
 * A second request for the same job makes no second job. A running job may have read its rows already, so it
 * runs once more (keepLastIfActive). A job that waits for a later time is moved to the requested time
 * (reschedule): the caller has just read the row, and the job's time may be an old backoff, or may come from
 * a clock that was wrong.
 */
export const once = (id: string) => ({ id, keepLastIfActive: true, reschedule: true });

/** The same, but a waiting job is not moved: it is requested all the time, and has to keep its backoff. */
export const onceInItsTime = (id: string) => ({ id, keepLastIfActive: true });

/**
 * Completed jobs of a queue that Bull Board can still show. On PostgreSQL, BullMQ reads all of them when a
 * job ends: with 500 that was two thirds of the database's time for a sync (docs/decisions/0043).
 */
const COMPLETED_KEPT = 20;

/** Failed jobs that stay, unless the catalog says otherwise. */
const FAILED_KEPT = 100;

/** Traces that a job keeps. Without a limit one more line for each attempt, and attempts are unlimited. */
const STACK_TRACES_MAX = 3;

/** Wake-ups of a sink for a later time share a job where they fall into the same second. */
const LATER_BUCKET_MS = 1_000;

export interface SyncJob extends Partial<StoredTrace> {
  readonly id: string;
  readonly action: SyncAction;
  /** From now; 0 when left out. */
  readonly delayMs?: number;
}

export const expiryJob = ({ bucketMs, delayMs }: ExpiryJob) =>
  newJob(
    'expire-due-holds',
    { bucket_ms: bucketMs },
    { delay: delayMs, deduplication: once(`due-${bucketMs}`) },
  );

export const syncJob = ({ id, action, delayMs = 0, ...trace }: SyncJob) =>
  newJob(
    'sync-reservation',
    { sync_id: id, ...traceFields(trace) },
    {
      delay: delayMs,
      priority: isUrgentSync(action) ? syncPriority.urgent : syncPriority.other,
      deduplication: once(id),
    },
  );

export const grantJob = (sku: string) =>
  newJob('grant-waiting', { sku }, { deduplication: once(`grant-${sku}`) });

export const sinkJob = (sink: string) =>
  newJob('publish-to-sink', { sink }, { deduplication: onceInItsTime(sink) });

/** @param delayMs rounded up, so that many requests become few jobs */
export function laterSinkJob(sink: string, delayMs: number) {
  const now = Date.now();
  const bucketMs = Math.ceil((now + delayMs) / LATER_BUCKET_MS) * LATER_BUCKET_MS;
  const options = { delay: bucketMs - now, deduplication: once(`${sink}-at-${bucketMs}`) };
  return newJob('wake-sink', { sink }, options);
}

function newJob<Name extends JobName>(name: Name, data: JobPayload<Name>, more: JobsOptions) {
  return { name, data, opts: jobOptions(name, more) };
}

export function jobOptions(name: JobName, more: JobsOptions = {}): JobsOptions {
  const { attempts, keepFailed = FAILED_KEPT }: JobDefinition = jobCatalog[name];
  return {
    attempts,
    // The consumer computes the delay from the catalog.
    backoff: { type: 'catalog' },
    removeOnComplete: { count: COMPLETED_KEPT },
    removeOnFail: { count: keepFailed },
    stackTraceLimit: STACK_TRACES_MAX,
    ...more,
  };
}
