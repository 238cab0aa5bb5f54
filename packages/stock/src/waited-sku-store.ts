import { sql, type Queryable } from '@holdfast/db';
import { stockOf } from './available-stock-store.ts';

/**
 * SKUs that have units to promise although a reservation waits that is short of them: the job that gives them
 * out may be lost, or the SKU or a location was switched on. By name; each SKU is read by index.
 *
 * @param unchangedMs only those whose levels have not changed for so long
 */
export async function readSkusToGrant(
  db: Queryable,
  { limit, unchangedMs = 0 }: { readonly limit: number; readonly unchangedMs?: number },
): Promise<readonly string[]> {
  const rows = await db.$queryRaw<{ sku: string }[]>`
    WITH RECURSIVE waited AS (
      (SELECT sku FROM waiting_lines WHERE is_short ORDER BY sku LIMIT 1)
      UNION ALL
      SELECT next.sku
      FROM waited
      CROSS JOIN LATERAL (
        SELECT waiting_lines.sku
        FROM waiting_lines
        WHERE is_short
          AND waiting_lines.sku > waited.sku
        ORDER BY waiting_lines.sku
        LIMIT 1
      ) next
    )
    SELECT waited.sku
    FROM waited
    JOIN skus USING (sku)
    CROSS JOIN LATERAL ${stockOf(sql`waited.sku`)}
    WHERE skus.active
      AND stock.available > 0
      AND NOT EXISTS (
        SELECT
        FROM stock_levels
        WHERE stock_levels.sku = waited.sku
          AND updated_at > statement_timestamp() - ${unchangedMs}::integer * interval '1 millisecond'
      )
    LIMIT ${limit}::integer`;
  return rows.map(({ sku }) => sku);
}
