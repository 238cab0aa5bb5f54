import type { Queryable, Transaction } from '@holdfast/db';

// Whether a SKU is low is kept by the ledger with every change of its stock. `review_asked_at` marks SKUs
// where something else has changed what that depends on, for the ledger to look again. Until it has, lists
// judge them by what they find.

/**
 * Marks all SKUs that may have become low, or no longer be, because a location was switched on or off. They
 * are locked in the order of the ledger's batches, so neither waits for the other in a circle.
 */
export async function askForReviewAt(tx: Transaction, location: string): Promise<void> {
  // A level of version 0 counts here: it may just be being set, in a batch that still saw the location as it
  // was.
  await tx.$executeRaw`
    WITH concerned AS MATERIALIZED (
      SELECT sku
      FROM skus
      WHERE (low_stock_threshold IS NOT NULL OR is_low)
        AND sku IN (SELECT sku FROM stock_levels WHERE location = ${location})
      ORDER BY sku
      FOR NO KEY UPDATE
    )
    UPDATE skus
    SET review_asked_at = clock_timestamp()
    FROM concerned
    WHERE skus.sku = concerned.sku`;
}

/** SKUs that the ledger is to look at again, by name: by index, and no more than `limit`. */
export async function readSkusToReview(db: Queryable, limit: number): Promise<readonly string[]> {
  const rows = await db.$queryRaw<{ sku: string }[]>`
    SELECT sku
    FROM skus
    WHERE review_asked_at IS NOT NULL
    ORDER BY sku
    LIMIT ${limit}::integer`;
  return rows.map(({ sku }) => sku);
}
