import type { JobsOptions } from 'bullmq';
import { type JobName, type JobPayload, jobCatalog, type SyncAction, syncPriority } from './catalog.ts';
import type { ExpiryJob } from './expiry-buckets.ts';

// Jobs as BullMQ takes them. What is asked for twice is one job (`deduplication`); with keepLastIfActive, one that is just
// running, and may have read already, does not swallow the next.

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
  const deduplication = { id: `due-${bucketMs}`, keepLastIfActive: true };
  return {
    name: 'expire-due-holds',
    data,
    opts: jobOptions('expire-due-holds', { delay: delayMs, deduplication }),
  };
}

export function syncJob(sync: SyncJob) {
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

export function sinkJob(sink: string) {
  const data: JobPayload<'publish-to-sink'> = { sink };
  const deduplication = { id: sink, keepLastIfActive: true };
  return { name: 'publish-to-sink', data, opts: jobOptions('publish-to-sink', { deduplication }) };
}

/** @param delayMs rounded up, so that many of them are few jobs */
export function laterSinkJob(sink: string, delayMs: number) {
  const data: JobPayload<'wake-sink'> = { sink };
  const now = Date.now();
  const bucketMs = Math.ceil((now + delayMs) / LATER_BUCKET_MS) * LATER_BUCKET_MS;
  const deduplication = { id: `${sink}-at-${bucketMs}`, keepLastIfActive: true };
  return {
    name: 'wake-sink',
    data,
    opts: jobOptions('wake-sink', { delay: bucketMs - now, deduplication }),
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
