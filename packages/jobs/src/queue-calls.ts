import type { Queue } from 'bullmq';
import type { JobName } from './job-catalog.ts';

/** How the producer's parts reach the queues. */
export interface QueueCalls {
  /** The queue in which the catalog has a job. */
  readonly queueOf: (job: JobName) => Queue;
  /** Runs a call with a limit (bounded-calls.ts). @throws {QueueUnavailable} */
  readonly bounded: <T>(what: string, call: () => Promise<T>) => Promise<T>;
}

/** Jobs in one call: what PostgreSQL adds in a fraction of the time that a call has. */
export const JOBS_PER_CALL = 100;
