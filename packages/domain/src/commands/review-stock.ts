import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { NO_TARGETS } from '../targets.ts';

/**
 * Checks whether SKUs are low, after a change of something other than their stock: a threshold, a location.
 */
export interface ReviewStockCommand {
  readonly kind: 'review-stock';
  readonly skus: readonly string[];
}

interface ReviewStockOutcome {
  readonly ok: true;
  readonly reviewed: true;
}

export const reviewStockCommand = defineCommand<ReviewStockCommand, ReviewStockOutcome>({
  targets: ({ skus }) => ({ ...NO_TARGETS, reviewedSkus: skus }),
  weight: ({ skus }) => skus.length,
  decide: reviewStock,
});

/** Only asks: packages/ledger (`low-stock.ts`) judges whether a SKU is low when all has been written. */
function reviewStock(draft: Draft, { skus }: ReviewStockCommand): ReviewStockOutcome {
  draft.askForReview(skus);
  return { ok: true, reviewed: true };
}
