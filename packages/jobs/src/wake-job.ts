import type { DeduplicationOptions } from 'bullmq';
import type { JobName } from './job-catalog.ts';
import { jobOptions } from './new-jobs.ts';
import type { JobLog, QueueCalls } from './queue-calls.ts';
import { createWakeUps } from './wake-ups.ts';

/** The longest wait of work for its job, and the shortest time between two requests of a process for it. */
const WAKE_EVERY_MS = 100;

/**
 * Wake-ups of a job that has no payload, as its work is in rows: many requests become one job. The timer of
 * each worker asks again for a job that the queue lost.
 */
export function createJobWakeUps(
  { queueOf, bounded }: QueueCalls,
  log: JobLog,
  { name, deduplication }: { readonly name: JobName; readonly deduplication: DeduplicationOptions },
) {
  async function enqueue(): Promise<void> {
    await bounded(`wake ${name}`, () => queueOf(name).add(name, {}, jobOptions(name, { deduplication })));
  }
  const wake = () =>
    enqueue().catch((error: unknown) => {
      log.warn('queue.wake_failed', { error, job: name });
    });
  return createWakeUps(wake, WAKE_EVERY_MS);
}
