import type { Job } from 'bullmq';
import { type JobName, jobCatalog } from './job-catalog.ts';
import { JOBS_PER_CALL, type QueueCalls } from './queue-calls.ts';

/** Removes jobs that the queue has and will not run in time. */
export function strandedJobs({ queueOf, bounded }: QueueCalls) {
  async function dropIfStranded(name: JobName, deduplicationId: string): Promise<void> {
    const queue = queueOf(name);
    const jobId = await queue.getDeduplicationJobId(deduplicationId);
    if (jobId === null) return;
    const job = await queue.getJob(jobId);
    // If the counter of job ids was evicted, a new job gets the id of an old one, and overwrites it.
    const isAnother = job !== undefined && job.deduplicationId !== deduplicationId;
    if (!isAnother) {
      if (!isStranded(name, job, await queue.getJobState(jobId), Date.now())) return;
      await queue.remove(jobId);
    }
    await queue.removeDeduplicationKey(deduplicationId);
  }

  return {
    /**
     * Removes jobs that the queue has and will not run in time (`isStranded`). While it has them, a new
     * request for the same job counts as a repeat and queues nothing. Call it before the jobs of rows are
     * queued again.
     *
     * @param ids the keys of the jobs: ids of rows, names of sinks, or the job's own name
     * @throws {QueueUnavailable}
     */
    async dropStranded(name: JobName, ids: readonly string[]): Promise<void> {
      for (let start = 0; start < ids.length; start += JOBS_PER_CALL) {
        const some = ids.slice(start, start + JOBS_PER_CALL);
        await bounded('dropStranded', () => Promise.all(some.map((id) => dropIfStranded(name, id))));
      }
    },
  };
}

/**
 * Whether a job that has to run will not run in time: its list was evicted or deleted, or it waits for longer
 * than its longest backoff, because its time comes from a clock that was wrong.
 */
function isStranded(name: JobName, job: Job | undefined, state: string, nowMs: number): boolean {
  if (!job || state === 'unknown') return true;
  const { capMs } = jobCatalog[name].backoff;
  return state === 'delayed' && (job.processedOn ?? job.timestamp) + job.delay > nowMs + capMs;
}
