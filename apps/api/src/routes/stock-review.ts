import type { ApiContext } from '../context.ts';

/**
 * Has a worker look again at which SKUs are low, after what that depends on was changed. Nobody waits for it, and what
 * the queue misses each worker's own timer finds.
 */
export function askForStockReview({ producer, log }: ApiContext): void {
  producer.enqueueStockReview().catch((error: unknown) => log.warn('queue.enqueue_failed', { error }));
}
