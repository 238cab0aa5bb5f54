import type { JobsOptions } from 'bullmq';
import { isUrgentSync, type SyncAction } from '@holdfast/contract';
import { type JobName, type JobPayload, jobCatalog, syncPriority } from './job-catalog.ts';
import type { ExpiryJob } from './expiry-buckets.ts';

/**
 * A second request for the same job makes no second job. A running job may have read its rows already, so it
 * runs once more (keepLastIfActive). A job that waits for a later time is moved to the requested time
 * (reschedule): the caller has just read the row, and the job's time may be an old backoff, or may come from
 * a clock that was wrong.
 */
export const once = (id: string) => ({ id, keepLastIfActive: true, reschedule: true });

/**
 * The same, but a job that waits for a later time is not moved: it is requested many times a second, and has
 * to keep its backoff.
 */
const onceInItsTime = (id: string) => ({ id, keepLastIfActive: true });

/** Traces that a job keeps. Without a limit one more line for each attempt, and attempts are unlimited. */
const STACK_TRACES_MAX = 3;

/** Wake-ups of a sink for a later time share a job where they fall into the same second. */
const LATER_BUCKET_MS = 1_000;

export interface SyncJob {
  readonly id: string;
  readonly action: SyncAction;
  /** From now; 0 when left out. */
  readonly delayMs?: number;
}

export function expiryJob({ bucketMs, delayMs }: ExpiryJob) {
  const data: JobPayload<'expire-due-holds'> = { bucket_ms: bucketMs };
  return {
    name: 'expire-due-holds',
    data,
    opts: jobOptions('expire-due-holds', { delay: delayMs, deduplication: once(`due-${bucketMs}`) }),
  };
}

export function syncJob(sync: SyncJob) {
  const data: JobPayload<'sync-reservation'> = { sync_id: sync.id };
  return {
    name: 'sync-reservation',
    data,
    opts: jobOptions('sync-reservation', {
      delay: sync.delayMs ?? 0,
      priority: isUrgentSync(sync.action) ? syncPriority.urgent : syncPriority.other,
      deduplication: once(sync.id),
    }),
  };
}

export function sinkJob(sink: string) {
  const data: JobPayload<'publish-to-sink'> = { sink };
  return {
    name: 'publish-to-sink',
    data,
    opts: jobOptions('publish-to-sink', { deduplication: onceInItsTime(sink) }),
  };
}

/** @param delayMs rounded up, so that many of them are few jobs */
export function laterSinkJob(sink: string, delayMs: number) {
  const data: JobPayload<'wake-sink'> = { sink };
  const now = Date.now();
  const bucketMs = Math.ceil((now + delayMs) / LATER_BUCKET_MS) * LATER_BUCKET_MS;
  return {
    name: 'wake-sink',
    data,
    opts: jobOptions('wake-sink', { delay: bucketMs - now, deduplication: once(`${sink}-at-${bucketMs}`) }),
  };
}

export function jobOptions(name: JobName, more: JobsOptions = {}): JobsOptions {
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
