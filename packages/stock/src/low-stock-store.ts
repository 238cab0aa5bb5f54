import { sql, type Page, type Queryable, type Transaction } from '@holdfast/db';
import { IS_LOW, stockOf } from './available-stock-store.ts';

interface LowStock {
  readonly sku: string;
  readonly available: number;
  readonly low_stock_threshold: number;
}

/**
 * SKUs that are low now, by name: not paused, with a threshold, stocked at least once anywhere, and with no
 * more units available than the threshold. The ledger's mark and open reviews only say which to look at, in
 * the order of skus_low.
 */
export async function readLowStock(db: Queryable, { after, limit }: Page): Promise<readonly LowStock[]> {
  return db.$queryRaw<LowStock[]>`
    SELECT
      candidate.sku,
      stock.available::float8 AS available,
      coalesce(candidate.low_stock_threshold, 0) AS low_stock_threshold -- without one it is not low
    FROM skus candidate
    CROSS JOIN LATERAL ${stockOf(sql`candidate.sku`)}
    WHERE candidate.active
      AND (candidate.is_low OR candidate.review_asked_at IS NOT NULL)
      AND candidate.sku > ${after ?? ''}
      AND ${IS_LOW}
    ORDER BY candidate.sku
    LIMIT ${limit}::integer`;
}

// The ledger keeps whether a SKU is low with every change of its stock. `review_asked_at` marks SKUs that the
// ledger has to check again, because something other than a command has changed what `is_low` depends on.

/**
 * Marks all SKUs that may have become low, or no longer be, because a location was switched on or off. They
 * are locked in the order of the ledger's batches, so the two cannot deadlock.
 */
export async function askForReviewAt(tx: Transaction, location: string): Promise<void> {
  // A level of version 0 counts: a batch that saw the old location may be setting it.
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

/** SKUs that the ledger has to check again, by name: read by index, and at most `limit`. */
export async function readSkusToReview(db: Queryable, limit: number): Promise<readonly string[]> {
  const rows = await db.$queryRaw<{ sku: string }[]>`
    SELECT sku
    FROM skus
    WHERE review_asked_at IS NOT NULL
    ORDER BY sku
    LIMIT ${limit}::integer`;
  return rows.map(({ sku }) => sku);
}
