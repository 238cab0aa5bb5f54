import { type Transaction } from '@holdfast/db';
import { IMPORT_ERRORS_MAX } from '@holdfast/stock';
import type { Changes, ImportedChunk } from '@holdfast/domain';

/** Lets the database know that what comes is a repair, which may find more promised than there is. */
export async function allowRepair(tx: Transaction, { movements }: Changes): Promise<void> {
  if (!movements.some(({ kind }) => kind === 'repair')) return;
  await tx.$executeRaw`SELECT set_config('holdfast.repair', 'on', true)`;
}

/** Counts what was applied of a file, notes what was not, and deletes the chunk. The last ends the import. */
export async function writeImportedChunk(
  tx: Transaction,
  { importId, chunk, applied, rejected }: ImportedChunk,
  at: string,
): Promise<void> {
  const counted = await tx.$executeRaw`
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
    WHERE id = ${importId}::uuid
      AND chunks_applied = ${chunk}::integer - 1`;
  if (counted !== 1) throw new Error(`chunk ${chunk} of import ${importId} was counted already`);
}
