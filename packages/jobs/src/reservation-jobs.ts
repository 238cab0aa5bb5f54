import { createExpiryBuckets } from './expiry-buckets.ts';
import { expiryJob, onceInItsTime, syncJob, type SyncJob } from './new-jobs.ts';
import { JOBS_PER_CALL, type JobLog, type QueueCalls } from './queue-calls.ts';
import { createJobWakeUps } from './wake-job.ts';

/** Queues jobs for reservations: the end of their holds, and their syncs to the warehouse. */
export function reservationJobs(calls: QueueCalls, log: JobLog) {
  const { queueOf, bounded } = calls;
  const syncLine = createJobWakeUps(calls, log, {
    name: 'queue-syncs',
    deduplication: onceInItsTime('queue-syncs'),
  });
  const buckets = createExpiryBuckets(async (jobs) => {
    await queueOf('expire-due-holds').addBulk(jobs.map(expiryJob));
  });
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
     * Has the syncs of a commit queued when their turn is near. For every commit that wrote some: many become
     * one job. Never throws and is not to be waited for.
     */
    wakeSyncLine: (): void => syncLine.ask(),

    /**
     * Queues the sending of rows of `warehouse_syncs` whose turn has come. A job that waits for a later time
     * is moved to the time asked for; one that runs is run once more after it.
     *
     * @throws {QueueUnavailable}
     */
    async enqueueSyncs(syncs: readonly SyncJob[]): Promise<void> {
      // In order: PostgreSQL locks each as it is added, and two processes must not deadlock.
      const sorted = syncs.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      for (let start = 0; start < sorted.length; start += JOBS_PER_CALL) {
        const jobs = sorted.slice(start, start + JOBS_PER_CALL).map(syncJob);
        await bounded('enqueueSyncs', () => queueOf('sync-reservation').addBulk(jobs));
      }
    },

    /** Wakes the line of syncs for the last time, if that was asked for. Never throws. */
    close: (): Promise<void> => syncLine.close(),
  };
}
