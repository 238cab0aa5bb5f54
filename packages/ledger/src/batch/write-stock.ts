import { type SqlRunner } from '@holdfast/db';
import { IMPORT_ERRORS_MAX } from '@holdfast/stock';
import type { Changes, ImportedChunk } from '@holdfast/domain';

/** Lets the database know that what comes is a repair, which may find more promised than there is. */
export async function allowRepair(tx: SqlRunner, { movements }: Changes): Promise<void> {
  if (!movements.some(({ kind }) => kind === 'repair')) return;
  await tx.$executeRaw`SELECT set_config('holdfast.repair', 'on', true)`;
}

/**
 * Counts what was applied of a file, notes what was not and what a revert has to know, and deletes the chunk.
 * The last ends the import. Where levels that the file does not name are to become 0, its chunks are kept
 * until these have been staged, after the last one, and only if no row was rejected.
 */
export async function writeImportedChunk(tx: SqlRunner, done: ImportedChunk, at: string): Promise<void> {
  const { importId, chunk, rejected } = done;
  const counted = await tx.$executeRaw`
    WITH known AS MATERIALIZED (
      SELECT
        rejected,
        absent = 'zero' AND file_chunks IS NULL AND rejected + ${rejected.length}::integer = 0 AS "awaitsAbsent"
      FROM stock_imports
      WHERE id = ${importId}::uuid
    ),
    consumed AS (
      DELETE FROM stock_import_chunks
      WHERE import_id = ${importId}::uuid
        AND number <= ${chunk}::integer
        AND NOT (SELECT "awaitsAbsent" FROM known)
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
      applied = applied + ${done.applied}::integer,
      unchanged = unchanged + ${done.unchanged}::integer,
      zeroed = zeroed + ${done.zeroed}::integer,
      rejected = rejected + ${rejected.length}::integer,
      state = CASE
        WHEN chunks = ${chunk}::integer AND NOT (SELECT "awaitsAbsent" FROM known) THEN 'succeeded'
        ELSE 'running'
      END,
      started_at = coalesce(started_at, ${at}::timestamptz),
      finished_at = CASE
        WHEN chunks = ${chunk}::integer AND NOT (SELECT "awaitsAbsent" FROM known) THEN ${at}::timestamptz
      END
    WHERE id = ${importId}::uuid
      AND chunks_applied = ${chunk}::integer - 1`;
  if (counted !== 1) throw new Error(`chunk ${chunk} of import ${importId} was counted already`);
  if (done.settings.length > 0) await recordSettings(tx, done);
}

async function recordSettings(tx: SqlRunner, { importId, chunk, settings }: ImportedChunk): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO stock_import_settings (import_id, chunk, kind, changes)
    VALUES (${importId}::uuid, ${chunk}::integer, 'level', ${JSON.stringify(settings)}::jsonb)`;
}
