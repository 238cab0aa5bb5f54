import type { Transaction } from '@holdfast/db';
import type { Changes, ImportedChunk, StockStand } from '@holdfast/domain';

/** Rows of an import that are kept with why they were refused. */
const IMPORT_ERRORS_MAX = 1_000;

/** Lets the database know that what comes is a repair, which may find more promised than there is. */
export async function announceRepair(tx: Transaction, { movements }: Changes): Promise<void> {
  if (!movements.some(({ kind }) => kind === 'repair')) return;
  await tx.$executeRaw`SELECT set_config('holdfast.repair', 'on', true)`;
}

/** Counts what was applied of a file, notes what was not, and takes the chunk away. The last chunk ends the import. */
export async function writeImportedChunk(
  tx: Transaction,
  { importId, chunk, applied, rejected }: ImportedChunk,
  now: number,
): Promise<void> {
  const at = new Date(now).toISOString();
  await tx.$executeRaw`
    WITH consumed AS (
      DELETE FROM stock_import_chunks
      WHERE import_id = ${importId}::uuid
        AND number = ${chunk}::integer
    ),
    known AS MATERIALIZED (
      SELECT rejected
      FROM stock_imports
      WHERE id = ${importId}::uuid
    ),
    noted AS (
      INSERT INTO stock_import_errors (import_id, row_no, message)
      SELECT ${importId}::uuid, "row", message
      FROM json_to_recordset(${JSON.stringify(rejected)}::json) AS refused ("row" integer, message text)
      ORDER BY "row"
      LIMIT GREATEST(0, ${IMPORT_ERRORS_MAX}::integer - (SELECT rejected FROM known))
    )
    UPDATE stock_imports
    SET
      chunks_applied = ${chunk}::integer,
      applied = applied + ${applied}::integer,
      rejected = rejected + ${rejected.length}::integer,
      state = CASE WHEN chunks = ${chunk}::integer THEN 'succeeded' ELSE 'running' END,
      started_at = coalesce(started_at, ${at}::timestamptz),
      finished_at = CASE WHEN chunks = ${chunk}::integer THEN ${at}::timestamptz END
    WHERE id = ${importId}::uuid`;
}

/**
 * Notes where SKUs stand to their thresholds, and writes the event where that is news. What was read may be older than the
 * wait for the locks: a stand that was judged by another threshold, or that is noted already, is passed over.
 */
export async function writeStockStands(
  tx: Transaction,
  stands: readonly StockStand[],
  now: number,
): Promise<void> {
  await tx.$executeRaw`
    WITH stands AS MATERIALIZED (
      SELECT *
      FROM json_to_recordset(${JSON.stringify(stands.map(standRow))}::json) AS stand (
        sku text, stands_low boolean, threshold integer, asked_at timestamptz, event_id uuid, type text, data json
      )
    ),
    noted AS MATERIALIZED (
      SELECT skus.sku, skus.is_low AS was_low
      FROM stands
      JOIN skus USING (sku)
      WHERE low_stock_threshold IS NOT DISTINCT FROM threshold
        AND (is_low <> stands_low OR review_asked_at = asked_at)
      ORDER BY skus.sku
      FOR NO KEY UPDATE OF skus
    ),
    updated AS (
      UPDATE skus
      SET
        is_low = stands_low,
        review_asked_at = CASE WHEN review_asked_at = asked_at THEN NULL ELSE review_asked_at END
      FROM noted
      JOIN stands USING (sku)
      WHERE skus.sku = noted.sku
    )
    INSERT INTO events (id, type, subject, time, data)
    SELECT event_id, type, sku, ${new Date(now).toISOString()}::timestamptz, data
    FROM noted
    JOIN stands USING (sku)
    WHERE was_low <> stands_low
      AND event_id IS NOT NULL`;
}

function standRow({ sku, isLow, watch, event }: StockStand) {
  return {
    sku,
    stands_low: isLow,
    threshold: watch.threshold,
    asked_at: watch.reviewAskedAt,
    event_id: event?.id,
    type: event?.type,
    data: event?.data,
  };
}
