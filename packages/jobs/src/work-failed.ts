import { type Job, UnrecoverableError } from 'bullmq';
import type { JobLog } from './queue-calls.ts';

/**
 * Thrown by a handler whose work has failed for good, after it has written so in its row and its log line.
 * The job fails at once, without another attempt, so that Bull Board does not show it as completed. Its data
 * then has `names` too, by which operators can find it.
 */
export class WorkFailed extends UnrecoverableError {
  override name = 'WorkFailed';
  readonly names: Readonly<Record<string, unknown>>;

  constructor(reason: string, names: Readonly<Record<string, unknown>>) {
    super(reason);
    this.names = names;
  }
}

/** Adds the names to the job's data. The job fails, whether they can be added or not. */
export async function nameWork(job: Job, { names }: WorkFailed, log: JobLog): Promise<void> {
  const data: unknown = job.data;
  await job
    .updateData({ ...(data as object), ...names })
    .catch((error: unknown) => log.warn('job.not_named', { job: job.name, job_id: job.id, error }));
}
