import type { JobName, JobPayload } from './job-catalog.ts';
import { jobOptions, once } from './new-jobs.ts';
import type { QueueCalls } from './queue-calls.ts';

/** Queues jobs that run on a schedule, or by hand: reconcile runs, and the purge of old rows. */
export function scheduledJobs({ queueOf, bounded }: QueueCalls) {
  /** Runs a job at an interval; its name is the schedule's name. The first run is at once. */
  async function schedule<Name extends JobName>(
    name: Name,
    data: JobPayload<Name>,
    every: number,
  ): Promise<void> {
    const queue = queueOf(name);
    const upsert = () => queue.upsertJobScheduler(name, { every }, { name, data, opts: jobOptions(name) });
    const next = await upsert();
    // BullMQ would keep a time from a clock that was ahead (the database's before a fail-over).
    if ((next?.delay ?? 0) <= every) return;
    await queue.removeJobScheduler(name);
    await upsert();
  }

  return {
    /** Queues one reconcile run and answers with the job's id. @throws {QueueUnavailable} */
    async enqueueReconcile(payload: JobPayload<'reconcile-stale'>): Promise<string> {
      const options = jobOptions('reconcile-stale', {
        deduplication: once(payload.run_id ?? payload.trigger),
      });
      const job = await bounded('enqueueReconcile', () =>
        queueOf('reconcile-stale').add('reconcile-stale', payload, options),
      );
      return job.id ?? '';
    },

    /**
     * Makes sure that the queue runs reconcile every so many seconds. The queue can lose the schedule, so
     * each worker sets it again at start, by a timer and after a reconnect. @throws {QueueUnavailable}
     */
    async scheduleReconcile(everySeconds: number): Promise<void> {
      const data: JobPayload<'reconcile-stale'> = { run_id: null, trigger: 'schedule' };
      await bounded('scheduleReconcile', () => schedule('reconcile-stale', data, everySeconds * 1_000));
    },

    /**
     * Schedules the purge of old rows every so many seconds, as reconcile does.
     * @throws {QueueUnavailable}
     */
    async schedulePurge(everySeconds: number): Promise<void> {
      await bounded('schedulePurge', () => schedule('forget-old-rows', {}, everySeconds * 1_000));
    },
  };
}
