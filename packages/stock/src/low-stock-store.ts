import { IS_LOW, stockOf } from './available-stock-store.ts';
import { sql, type Queryable } from '@holdfast/db';

/** A SKU of which no more is available than its threshold says, as the contract shows it. */
export interface LowStock {
  readonly sku: string;
  readonly available: number;
  readonly low_stock_threshold: number;
}

/** A part of the list, by name. */
interface LowStockPage {
  readonly afterSku: string | null;
  readonly limit: number;
}

/**
 * SKUs that are low now: with a threshold, stocked at least once somewhere, and no more than the threshold
 * available. The ledger's mark and open reviews only say which to look at, so what is shown is exact at any
 * time.
 */
export async function readLowStock(
  db: Queryable,
  { afterSku, limit }: LowStockPage,
): Promise<readonly LowStock[]> {
  // In the order of skus_low, which has only those to look at.
  return db.$queryRaw<LowStock[]>`
    SELECT
      candidate.sku,
      stock.available::float8 AS available,
      coalesce(candidate.low_stock_threshold, 0) AS low_stock_threshold -- without one it is not low
    FROM skus candidate
    CROSS JOIN LATERAL ${stockOf(sql`candidate.sku`)}
    WHERE (candidate.is_low OR candidate.review_asked_at IS NOT NULL)
      AND candidate.sku > ${afterSku ?? ''}
      AND ${IS_LOW}
    ORDER BY candidate.sku
    LIMIT ${limit}::integer`;
}
