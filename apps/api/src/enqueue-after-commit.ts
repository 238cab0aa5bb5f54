import type { Logger } from '@holdfast/runtime';

/**
 * Queues the job of rows that are committed. The queue may be away; then each worker's own timer finds the
 * rows. Never throws.
 *
 * @param fields what the rows are, for the log
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
