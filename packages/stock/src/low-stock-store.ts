import { sql, type Page, type Queryable } from '@holdfast/db';
import { IS_LOW, stockOf } from './available-stock-store.ts';

interface LowStock {
  readonly sku: string;
  readonly available: number;
  readonly low_stock_threshold: number;
}

/**
 * SKUs that are low now, by name: with a threshold, stocked at least once somewhere, and no more than the
 * threshold available. The ledger's mark and open reviews only say which to look at, in the order of skus_low.
 */
export async function readLowStock(db: Queryable, { after, limit }: Page): Promise<readonly LowStock[]> {
  return db.$queryRaw<LowStock[]>`
    SELECT
      candidate.sku,
      stock.available::float8 AS available,
      coalesce(candidate.low_stock_threshold, 0) AS low_stock_threshold -- without one it is not low
    FROM skus candidate
    CROSS JOIN LATERAL ${stockOf(sql`candidate.sku`)}
    WHERE (candidate.is_low OR candidate.review_asked_at IS NOT NULL)
      AND candidate.sku > ${after ?? ''}
      AND ${IS_LOW}
    ORDER BY candidate.sku
    LIMIT ${limit}::integer`;
}
