import { sql, type Sql, type SqlRunner } from '@holdfast/db';
import { IS_LOW, stockOf } from '@holdfast/stock';
import { newId } from '../new-id.ts';

/** A condition on a SKU: a change of its stock may change whether it is low, or a review was asked for. */
export const IS_WATCHED = sql`(low_stock_threshold IS NOT NULL OR is_low OR review_asked_at IS NOT NULL)`;

/** A query for those of these SKUs that are watched. */
export const watchedAmong = (skus: readonly string[]): Sql => sql`
        SELECT sku
        FROM skus
        WHERE sku = ANY(${skus}::text[])
          AND ${IS_WATCHED}
      `;

/**
 * Notes whether SKUs are low, and writes the event where that is another thing than was noted last. Comes
 * when all else is written, in statements of its own: the batch that has locked a SKU's row knows all that
 * others have committed, and what it has written itself; who comes later waits for the row and judges after
 * it. So the note is always what the last of them found, and no fall or rise is published twice
 * (docs/decisions/0011). While a SKU is paused, its note stays as it is.
 *
 * @returns how many events that were
 */
export async function noteLowStock(tx: SqlRunner, skus: readonly string[], at: string): Promise<number> {
  await tx.$queryRaw`
    SELECT sku
    FROM skus
    WHERE sku = ANY(${skus}::text[])
    ORDER BY sku
    FOR NO KEY UPDATE`;
  const asked = skus.map((sku) => ({ sku, event_id: newId() }));
  return tx.$executeRaw`
    WITH judged AS MATERIALIZED (
      SELECT
        sku,
        event_id,
        is_low AS was_low,
        CASE WHEN active THEN ${IS_LOW} ELSE is_low END AS is_low_now,
        stock.available,
        low_stock_threshold
      FROM json_to_recordset(${JSON.stringify(asked)}::json) AS asked (sku text, event_id uuid)
      JOIN skus USING (sku)
      CROSS JOIN LATERAL ${stockOf(sql`skus.sku`)}
      WHERE ${IS_WATCHED}
    ),
    noted AS (
      UPDATE skus
      SET is_low = is_low_now, review_asked_at = NULL
      FROM judged
      WHERE skus.sku = judged.sku
        AND (was_low <> is_low_now OR review_asked_at IS NOT NULL)
    )
    INSERT INTO events (id, type, subject, time, data)
    SELECT
      event_id,
      CASE WHEN is_low_now THEN 'warehouse.inventory.stock_low' ELSE 'warehouse.inventory.stock_recovered' END,
      sku,
      ${at}::timestamptz,
      json_build_object('sku', sku, 'available', available, 'low_stock_threshold', low_stock_threshold)
    FROM judged
    WHERE was_low <> is_low_now`;
}
