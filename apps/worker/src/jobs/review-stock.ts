import { readSkusToGrant, readSkusToReview } from '@holdfast/stock';
import { RetryLater, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';

/** SKUs that the ledger looks at in one batch. */
const CHUNK = 200;

/** SKUs whose lines are tried again at once; a timer finds others (upkeep.ts). */
const LINES_MAX = 500;

/**
 * SKUs are marked again as fast as they are judged, or the ledger cannot judge them: the next try can wait.
 */
const SAME_AGAIN_MS = 1_000;

/**
 * Has the ledger judge every marked SKU again. It removes the mark while it holds its locks. So a mark that
 * is set meanwhile is kept, and two workers may run this at the same time. Before that, the lines for SKUs
 * are tried that can be promised now although nothing was moved: they, or a location, have been switched on.
 */
export const reviewStock =
  ({ database, ledger, log, producer }: WorkerContext): JobHandler<'review-stock'> =>
  async (_payload, { stopping }) => {
    await producer.enqueueGrants(await readSkusToGrant(database.prisma, { limit: LINES_MAX }));
    let reviewed = 0;
    let before: ReadonlySet<string> = new Set();
    for (;;) {
      const skus = await readSkusToReview(database.prisma, CHUNK);
      if (skus.length === 0) break;
      if (skus.every((sku) => before.has(sku)))
        throw new RetryLater(SAME_AGAIN_MS, 'the same SKUs are to be reviewed again');
      if (stopping.aborted) throw new RetryLater(0, 'the worker stops');
      const { outcome } = await ledger.submit({ kind: 'review-stock', skus });
      if (!outcome.ok) throw new Error(`a review was refused: ${outcome.refusal.code}`);
      reviewed += skus.length;
      before = new Set(skus);
    }
    if (reviewed > 0) log.info('stock.reviewed', { skus: reviewed });
  };
