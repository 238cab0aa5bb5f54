import { requireWithin } from '@holdfast/runtime/bounded-waits';
import type { Queue } from 'bullmq';
import type { JobName } from './job-catalog.ts';

/**
 * The queue did not take a job in time. The caller logs it and continues: the rows are committed, and the job
 * is rebuilt from them. The job may have been added anyway; adding it twice does no harm.
 */
export class QueueUnavailable extends Error {
  override name = 'QueueUnavailable';
}

/** The part of a logger that is used here. The logger of packages/runtime fits. */
export type JobLog = Record<
  'error' | 'warn' | 'info' | 'debug',
  (event: string, fields: Record<string, unknown>) => unknown
>;

/** How the producer's parts reach the queues. */
export interface QueueCalls {
  /** The queue in which the catalog has a job. */
  readonly queueOf: (job: JobName) => Queue;
  /** Runs a call with a limit. @throws {QueueUnavailable} */
  readonly bounded: <T>(what: string, call: () => Promise<T>) => Promise<T>;
}

/** Jobs in one call: PostgreSQL adds these in a fraction of a call's time limit. */
export const JOBS_PER_CALL = 100;

/**
 * Runs calls to the queue so that no caller waits longer than `timeoutMs`, and no more than `pendingMax` are
 * under way.
 *
 * A call that is given up continues in the background and still counts as pending: that is what keeps memory
 * bounded while a server hangs. It is free again when the connection's own time limit ends it.
 */
export function createBoundedCalls(timeoutMs: number, pendingMax: number) {
  let pending = 0;
  /** @throws {QueueUnavailable} when it fails, takes too long, or too many are pending */
  return async function bounded<T>(what: string, call: () => Promise<T>): Promise<T> {
    if (pending >= pendingMax) throw new QueueUnavailable(`${what}: ${pending} calls are pending`);
    pending += 1;
    const work = call().finally(() => {
      pending -= 1;
    });
    const tooLate = () => new QueueUnavailable(`${what}: no answer in ${timeoutMs} ms`);
    try {
      return await requireWithin(timeoutMs, work, tooLate);
    } catch (error) {
      if (error instanceof QueueUnavailable) throw error;
      throw new QueueUnavailable(`${what}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  };
}
