import {
  only,
  sql,
  withTimeLimit,
  type Database,
  type Queryable,
  type Sql,
  type Transaction,
} from '@holdfast/db';
import { CHUNK_ROWS } from './stock-import-chunk-store.ts';

/** Reading all rows of a large file takes seconds. */
const LARGE_FILE_TIME_LIMIT_MS = 60_000;

/** The ledger's connections join without hashes, which for whole files takes too long. */
export async function joinByHash(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT set_config('enable_hashjoin', 'on', true)`;
}

/** For statements that read all rows of a file. */
export const withLargeFile = <Result>(
  database: Database,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> =>
  withTimeLimit(database, LARGE_FILE_TIME_LIMIT_MS, async (tx) => {
    await joinByHash(tx);
    return work(tx);
  });

/** A CTE `named`: the levels that the staged rows of an import name, each once. */
const namedBy = (importId: string): Sql => sql`
    named AS MATERIALIZED (
      SELECT DISTINCT row ->> 1 AS sku, row ->> 2 AS location
      FROM stock_import_chunks
      CROSS JOIN json_array_elements(rows) AS row
      WHERE import_id = ${importId}::uuid
        AND json_array_length(row) > 2
    )`;

/** A CTE `absent`, behind `named`: levels with units at the file's locations that it does not name. */
const ABSENT: Sql = sql`
    absent AS MATERIALIZED (
      SELECT level.sku, level.location, level.on_hand
      FROM stock_levels level
      LEFT JOIN named USING (sku, location)
      WHERE location IN (SELECT location FROM named)
        AND named.sku IS NULL
        AND version > 0
        AND on_hand > 0
    )`;

/**
 * Adds the levels that a file does not name to its chunks, to be set to 0: once, when its own chunks are
 * applied. If there are none, the import has ended.
 */
export function stageAbsentLevels(database: Database, importId: string): Promise<void> {
  return withLargeFile(database, async (tx) => {
    const open = await tx.$queryRaw<{ chunks: number }[]>`
      SELECT chunks
      FROM stock_imports
      WHERE id = ${importId}::uuid
        AND state = 'running'
        AND absent = 'zero'
        AND file_chunks IS NULL
        AND chunks_applied = chunks
      FOR NO KEY UPDATE`;
    if (!open[0]) return; // another worker has done it
    const staged = await stage(tx, importId, open[0].chunks);
    await tx.$executeRaw`
      UPDATE stock_imports
      SET
        file_chunks = chunks,
        chunks = chunks + ${staged}::integer,
        state = CASE WHEN ${staged}::integer = 0 THEN 'succeeded' ELSE state END,
        finished_at = CASE WHEN ${staged}::integer = 0 THEN clock_timestamp() END
      WHERE id = ${importId}::uuid`;
    if (staged === 0) await tx.stockImportChunk.deleteMany({ where: { import_id: importId } });
  });
}

/** @returns how many chunks there are */
async function stage(tx: Queryable, importId: string, behind: number): Promise<number> {
  return tx.$executeRaw`
    WITH ${namedBy(importId)},
    ${ABSENT},
    numbered AS (
      SELECT sku, location, n, n / ${CHUNK_ROWS}::integer AS chunk
      FROM (SELECT sku, location, row_number() OVER (ORDER BY sku, location) - 1 AS n FROM absent) counted
    )
    INSERT INTO stock_import_chunks (import_id, number, rows)
    SELECT
      ${importId}::uuid,
      ${behind}::integer + chunk + 1,
      json_agg(json_build_array(0, sku, location, 0) ORDER BY n)
    FROM numbered
    GROUP BY chunk`;
}

/** How far an import would change a level. */
export interface ImportDifference {
  readonly sku: string;
  readonly location: string;
  readonly on_hand: number;
  readonly new_on_hand: number;
}

/** What a dry run would set to 0: how many levels, and those with most units. */
export function readAbsentLevels(
  database: Database,
  importId: string,
  limit: number,
): Promise<{ readonly count: number; readonly largest: readonly ImportDifference[] }> {
  return withLargeFile(database, async (tx) =>
    only(
      await tx.$queryRaw<{ count: number; largest: readonly ImportDifference[] }[]>`
        WITH ${namedBy(importId)},
        ${ABSENT},
        largest AS (
          SELECT sku, location, on_hand, 0 AS new_on_hand
          FROM absent
          ORDER BY on_hand DESC, sku, location
          LIMIT ${limit}::integer
        )
        SELECT
          (SELECT count(*)::integer FROM absent) AS count,
          (SELECT coalesce(json_agg(largest), '[]') FROM largest) AS largest`,
    ),
  );
}
