import type { ApiContext } from '../context.ts';
import { enqueueAfterCommit } from '../enqueue-after-commit.ts';

/**
 * Has a worker look again at which SKUs are low, after what that depends on was changed. No caller waits for
 * it.
 */
export function askForStockReview({ producer, log }: ApiContext): void {
  void enqueueAfterCommit(log, {}, () => producer.enqueueStockReview());
}
