import type { ReadableImportRow, Restored } from '@holdfast/domain';
import type { Queryable } from '@holdfast/db';

/** A row of a file in a chunk: its values, or why it cannot be read. */
export type StagedRow =
  | (ReadableImportRow & { readonly name: string | Restored<string | null> | null })
  | { readonly row: number; readonly problem: string };

/** Rows in a chunk, which the ledger applies in one transaction of at most 400 lines. */
export const CHUNK_ROWS = 250;

/** A row in a chunk, without field names, which would be most of the bytes, and without nulls at its end. */
type PackedRow =
  | readonly [row: number, problem: string]
  | readonly [
      row: number,
      sku: string,
      location: string,
      onHand?: number | null,
      delta?: number | null,
      safetyStock?: ReadableImportRow['safetyStock'],
      name?: string | Restored<string | null> | null,
      reason?: string | null,
      version?: number | null,
      backorderLimit?: ReadableImportRow['backorderLimit'],
    ];

function packRow(row: StagedRow): PackedRow {
  if ('problem' in row) return [row.row, row.problem];
  const { change, safetyStock, name, reason, version, backorderLimit } = row;
  const onHand = change && 'onHand' in change ? change.onHand : null;
  const delta = change && 'delta' in change ? change.delta : null;
  const rest = [onHand, delta, safetyStock, name, reason, version, backorderLimit];
  while (rest.at(-1) === null) rest.pop();
  return [row.row, row.sku, row.location, ...rest] as unknown as PackedRow;
}

function unpackRow(packed: PackedRow): StagedRow {
  if (packed.length === 2) return { row: packed[0], problem: packed[1] };
  const [row, sku, location, onHand, delta, ...rest] = packed;
  const [safetyStock = null, name = null, reason = null, version = null, backorderLimit = null] = rest;
  const change = typeof onHand === 'number' ? { onHand } : typeof delta === 'number' ? { delta } : null;
  return { row, sku, location, change, safetyStock, backorderLimit, name, reason, version };
}

/**
 * Keeps a part of a file, before there is an import that it belongs to.
 *
 * @param number from 1, in order; in a dry run -1, -2 and so on, so that no worker, of any version, applies
 * them
 */
export async function stageChunk(
  db: Queryable,
  importId: string,
  number: number,
  rows: readonly StagedRow[],
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO stock_import_chunks (import_id, number, rows)
    VALUES (${importId}::uuid, ${number}::integer, ${JSON.stringify(rows.map(packRow))}::json)`;
}

/** Deletes the chunks of a file that will not become an import, or is no longer needed. */
export async function dropChunks(db: Queryable, importId: string): Promise<void> {
  await db.stockImportChunk.deleteMany({ where: { import_id: importId } });
}

/** The next chunk of an open import. */
export interface NextChunk {
  readonly caller: string;
  readonly number: number;
  /** How many chunks there are in all. */
  readonly chunks: number;
  readonly create: 'all' | 'skus' | 'none';
  readonly dryRun: boolean;
  readonly reverts: string | null;
  /** Whether the chunk has levels that the file does not name. */
  readonly isAbsent: boolean;
  /** Whether all chunks of the file are applied, and the levels that it does not name are to be staged. */
  readonly awaitsAbsent: boolean;
  /** Null: it does not exist any more, which is an error unless it is a dry run or waits for others. */
  readonly rows: readonly StagedRow[] | null;
}

/** The chunk whose turn it is, in one look. Null: the import has ended, or never was. */
export async function readNextChunk(db: Queryable, importId: string): Promise<NextChunk | null> {
  const [next] = await db.$queryRaw<(Omit<NextChunk, 'rows'> & { rows: readonly PackedRow[] | null })[]>`
    SELECT
      open.caller,
      open.chunks,
      open.chunks_applied + 1 AS number,
      open."create",
      open.dry_run AS "dryRun",
      open.reverts,
      coalesce(open.chunks_applied >= open.file_chunks, false) AS "isAbsent",
      open.absent = 'zero' AND open.chunks_applied = open.chunks AS "awaitsAbsent",
      chunk.rows
    FROM stock_imports AS open
    LEFT JOIN stock_import_chunks AS chunk ON chunk.import_id = open.id AND chunk.number = open.chunks_applied + 1
    WHERE open.id = ${importId}::uuid
      AND open.state IN ('queued', 'running')`;
  return next ? { ...next, rows: next.rows?.map(unpackRow) ?? null } : null;
}

/** One chunk of a dry run, which stays. Null: it is not there. */
export async function readDryChunk(
  db: Queryable,
  importId: string,
  chunk: number,
): Promise<readonly StagedRow[] | null> {
  const [found] = await db.$queryRaw<{ rows: readonly PackedRow[] }[]>`
    SELECT rows
    FROM stock_import_chunks
    WHERE import_id = ${importId}::uuid
      AND number = -${chunk}::integer`;
  return found?.rows.map(unpackRow) ?? null;
}
