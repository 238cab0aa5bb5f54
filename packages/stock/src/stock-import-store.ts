import { isoTime, only, sql, type Page, type Queryable, type Sql, type Transaction } from '@holdfast/db';
import type { ImportDifference } from './import-absent-store.ts';
import { dropChunks } from './stock-import-chunk-store.ts';

/**
 * An import as the contract shows it. Times are text, as the stored outcome of a key is the answer itself.
 */
export interface StockImport {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'succeeded' | 'failed';
  /** Null: it comes from no file. */
  readonly content_type: string | null;
  readonly create: 'all' | 'skus' | 'none';
  readonly dry_run: boolean;
  readonly absent: 'keep' | 'zero';
  readonly rows: number;
  readonly applied: number;
  /** Those of `applied` that found all as they say. */
  readonly unchanged: number;
  readonly rejected: number;
  /** Rows about a level that a row before them names. */
  readonly duplicates: number;
  /** Levels that the file does not name, and that were set to 0. */
  readonly zeroed: number;
  readonly created_skus: number;
  readonly created_locations: number;
  /** The import that this one reverts. */
  readonly reverts: string | null;
  readonly reverted_by: string | null;
  readonly caller: string;
  readonly error: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

const SHOWN: Sql = sql`id, state, content_type, "create", dry_run, absent, rows, applied, unchanged, rejected, duplicates,
  zeroed, created_skus, created_locations, reverts, reverted_by, caller, error,
  ${isoTime(sql`created_at`)} AS created_at, ${isoTime(sql`started_at`)} AS started_at,
  ${isoTime(sql`finished_at`)} AS finished_at`;

/** The options of an import. Absent options have their defaults. */
type Asked = Pick<StockImport, 'id' | 'caller' | 'content_type' | 'rows'> &
  Partial<Pick<StockImport, 'create' | 'dry_run' | 'absent' | 'duplicates' | 'reverts'>> & {
    readonly chunks: number;
  };

const NO_ROWS = 'The file has no rows, so nothing was imported.';

/** Makes an import of a staged file. Without rows it has failed: the file is probably the wrong one. */
export function addImport(db: Queryable, asked: Asked): Promise<StockImport> {
  return insertImport(db, asked, asked.rows === 0 ? NO_ROWS : null);
}

/** One that has nothing to do has ended. @param error why it failed, if it has */
export async function insertImport(
  db: Queryable,
  asked: Asked,
  error: string | null = null,
): Promise<StockImport> {
  const state = error !== null ? 'failed' : asked.chunks === 0 ? 'succeeded' : 'queued';
  return only(
    await db.$queryRaw<StockImport[]>`
      INSERT INTO stock_imports (
        id, caller, content_type, chunks, rows, "create", dry_run, absent, duplicates, reverts, state, error, created_at,
        started_at, finished_at
      )
      SELECT
        ${asked.id}::uuid, ${asked.caller}, ${asked.content_type}, ${asked.chunks}::integer, ${asked.rows}::integer,
        ${asked.create ?? 'all'}, ${asked.dry_run ?? false}::boolean, ${asked.absent ?? 'keep'},
        ${asked.duplicates ?? 0}::integer, ${asked.reverts ?? null}::uuid, ${state}, ${error},
        now,
        CASE WHEN ${state} <> 'queued' THEN now END,
        CASE WHEN ${state} <> 'queued' THEN now END
      FROM clock_timestamp() AS now
      RETURNING ${SHOWN}`,
  );
}

/** Imports, newest first. */
export const readImports = (db: Queryable, { after, limit }: Page): Promise<StockImport[]> =>
  db.$queryRaw<StockImport[]>`
    SELECT ${SHOWN}
    FROM stock_imports
    WHERE ${after === null ? sql`true` : sql`id < ${after}::uuid`}
    ORDER BY id DESC
    LIMIT ${limit}::integer`;

/**
 * The largest differences of a dry run, largest first. Null: there is no such import, or it has not ended.
 */
export async function readImportDifferences(
  db: Queryable,
  importId: string,
): Promise<readonly ImportDifference[] | null> {
  const [found] = await db.$queryRaw<{ differences: readonly ImportDifference[] | null }[]>`
    SELECT differences
    FROM stock_imports
    WHERE id = ${importId}::uuid`;
  return found?.differences ?? null;
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
