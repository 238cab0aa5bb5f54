import type { ReadableImportRow } from '@holdfast/domain';
import { isoTime, only, sql, type Queryable, type Sql, type Transaction } from '@holdfast/db';

/** An import as the contract shows it. Times are text: what is kept for a key is what was answered. */
export interface StockImport {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'succeeded' | 'failed';
  readonly content_type: string;
  readonly rows: number;
  readonly applied: number;
  readonly rejected: number;
  readonly caller: string;
  readonly error: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

/** A row of a file as it waits in a chunk: what it asks for, or why it cannot be read. */
export type StagedRow =
  (ReadableImportRow & { readonly name: string | null }) | { readonly row: number; readonly problem: string };

const SHOWN: Sql = sql`id, state, content_type, rows, applied, rejected, caller, error,
  ${isoTime(sql`created_at`)} AS created_at, ${isoTime(sql`started_at`)} AS started_at,
  ${isoTime(sql`finished_at`)} AS finished_at`;

/** A row in a chunk: without the names of its fields, which would be most of what is written and read. */
type PackedRow =
  | readonly [row: number, problem: string]
  | readonly [
      row: number,
      sku: string,
      location: string,
      onHand: number | null,
      delta: number | null,
      safetyStock: number | null,
      name: string | null,
    ];

function packRow(row: StagedRow): PackedRow {
  if ('problem' in row) return [row.row, row.problem];
  const { change, safetyStock, name } = row;
  const [onHand, delta] = 'onHand' in change ? [change.onHand, null] : [null, change.delta];
  return [row.row, row.sku, row.location, onHand, delta, safetyStock, name];
}

function unpackRow(packed: PackedRow): StagedRow {
  if (packed.length === 2) return { row: packed[0], problem: packed[1] };
  const [row, sku, location, onHand, delta, safetyStock, name] = packed;
  const change = onHand === null ? { delta: delta ?? 0 } : { onHand };
  return { row, sku, location, change, safetyStock, name };
}

/** Keeps a part of a file, before there is an import that it belongs to. Numbers count from 1, in order. */
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

/** Takes the chunks of a file away that is not to become an import. */
export async function dropChunks(db: Queryable, importId: string): Promise<void> {
  await db.stockImportChunk.deleteMany({ where: { import_id: importId } });
}

/** Makes an import of what was staged. One without rows has succeeded. */
export async function addImport(
  db: Queryable,
  asked: Pick<StockImport, 'id' | 'caller' | 'content_type' | 'rows'> & { readonly chunks: number },
): Promise<StockImport> {
  return only(
    await db.$queryRaw<StockImport[]>`
      INSERT INTO stock_imports (
        id, caller, content_type, chunks, rows, state, created_at, started_at, finished_at
      )
      SELECT
        ${asked.id}::uuid, ${asked.caller}, ${asked.content_type}, ${asked.chunks}::integer, ${asked.rows}::integer,
        CASE WHEN ${asked.chunks}::integer = 0 THEN 'succeeded' ELSE 'queued' END,
        now,
        CASE WHEN ${asked.chunks}::integer = 0 THEN now END,
        CASE WHEN ${asked.chunks}::integer = 0 THEN now END
      FROM clock_timestamp() AS now
      RETURNING ${SHOWN}`,
  );
}

export async function readImport(db: Queryable, importId: string): Promise<StockImport | null> {
  const [found] = await db.$queryRaw<StockImport[]>`
    SELECT ${SHOWN}
    FROM stock_imports
    WHERE id = ${importId}::uuid`;
  return found ?? null;
}

/** Rows of an import that are kept with why they were refused: the first. */
export const IMPORT_ERRORS_MAX = 1_000;

/** Rows that were refused, in the order of the file, and what to change in each. */
export async function readImportErrors(db: Queryable, importId: string) {
  const errors = await db.stockImportError.findMany({
    where: { import_id: importId },
    orderBy: { row_no: 'asc' },
    take: IMPORT_ERRORS_MAX,
  });
  return errors.map(({ row_no: row, message }) => ({ row, message }));
}

/** What is to be applied next of an open import. */
export interface NextChunk {
  readonly caller: string;
  readonly number: number;
  /** How many chunks there are in all. */
  readonly chunks: number;
  /** Null: it is not there any more, which must not be. */
  readonly rows: readonly StagedRow[] | null;
}

/** The chunk whose turn it is, in one look. Null: the import has ended, or never was. */
export async function readNextChunk(db: Queryable, importId: string): Promise<NextChunk | null> {
  const [next] = await db.$queryRaw<(Omit<NextChunk, 'rows'> & { rows: readonly PackedRow[] | null })[]>`
    SELECT open.caller, open.chunks, open.chunks_applied + 1 AS number, chunk.rows
    FROM stock_imports AS open
    LEFT JOIN stock_import_chunks AS chunk ON chunk.import_id = open.id AND chunk.number = open.chunks_applied + 1
    WHERE open.id = ${importId}::uuid
      AND open.state IN ('queued', 'running')`;
  return next ? { ...next, rows: next.rows?.map(unpackRow) ?? null } : null;
}

/**
 * Creates SKUs and locations that rows name, and sets the names that rows give; the last one counts. What is
 * so already is not locked.
 */
export async function makeCatalogue(db: Queryable, rows: readonly StagedRow[]): Promise<void> {
  const names = new Map<string, string | null>();
  const locations = new Set<string>();
  for (const row of rows) {
    if ('problem' in row) continue;
    names.set(row.sku, row.name ?? names.get(row.sku) ?? null);
    locations.add(row.location);
  }
  if (names.size === 0) return;
  const skus = Array.from(names, ([sku, name]) => ({ sku, name }));
  await db.$executeRaw`
    INSERT INTO locations (location)
    SELECT wanted.location
    FROM unnest(${[...locations]}::text[]) AS wanted (location)
    WHERE NOT EXISTS (SELECT FROM locations WHERE location = wanted.location)
    ORDER BY wanted.location
    ON CONFLICT (location) DO NOTHING`;
  await db.$executeRaw`
    INSERT INTO skus AS known (sku, name)
    SELECT wanted.sku, wanted.name
    FROM json_to_recordset(${JSON.stringify(skus)}::json) AS wanted (sku text, name text)
    LEFT JOIN skus AS found ON found.sku = wanted.sku
    WHERE found.sku IS NULL
      OR (wanted.name IS NOT NULL AND wanted.name IS DISTINCT FROM found.name)
    ORDER BY wanted.sku
    ON CONFLICT (sku) DO UPDATE
    SET name = EXCLUDED.name, updated_at = clock_timestamp()
    WHERE EXCLUDED.name IS NOT NULL`;
}

/** Ends an open import whose rest cannot be applied. What was applied stays. False: it had ended. */
export async function failImport(tx: Transaction, importId: string, error: string): Promise<boolean> {
  const failed = await tx.$executeRaw`
    UPDATE stock_imports
    SET state = 'failed', error = left(${error}, 500), finished_at = clock_timestamp()
    WHERE id = ${importId}::uuid
      AND state IN ('queued', 'running')`;
  if (failed === 1) await dropChunks(tx, importId);
  return failed === 1;
}

/** Imports that are not done, oldest first: to replace jobs that the queue has lost. */
export async function readOpenImports(db: Queryable, limit: number): Promise<readonly string[]> {
  const open = await db.$queryRaw<{ id: string }[]>`
    SELECT id
    FROM stock_imports
    WHERE state IN ('queued', 'running')
    ORDER BY id
    LIMIT ${limit}::integer`;
  return open.map(({ id }) => id);
}
