import type { Logger } from '@holdfast/runtime';

/**
 * Queues the job of committed rows. While the queue is away, each worker's timer finds the rows. Never
 * throws.
 *
 * @param fields of the log line
 * @returns null: the queue did not take it
 */
export async function enqueueAfterCommit<Result>(
  log: Logger,
  fields: Readonly<Record<string, unknown>>,
  enqueue: () => Promise<Result>,
): Promise<Result | null> {
  try {
    return await enqueue();
  } catch (error) {
    log.warn('queue.enqueue_failed', { error, ...fields });
    return null;
  }
}
