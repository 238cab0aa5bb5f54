import type { Transaction } from '@holdfast/db';
import type { Targets } from '@holdfast/domain';

/**
 * A level that is being set for the first time needs a row that can be locked. It is invisible while its
 * version is 0.
 */
export async function addMissingLevels(tx: Transaction, { newLevels }: Targets): Promise<void> {
  if (newLevels.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO stock_levels (sku, location)
    SELECT DISTINCT sku, location
    FROM unnest(${newLevels.map(({ sku }) => sku)}::text[], ${newLevels.map(({ location }) => location)}::text[])
      AS wanted (sku, location)
    LEFT JOIN stock_levels known USING (sku, location)
    JOIN skus USING (sku)
    JOIN locations USING (location)
    WHERE known.sku IS NULL
    ORDER BY sku, location
    ON CONFLICT DO NOTHING`;
}
