import { firstIdAt, raiseTimeLimit, sql, type Transaction } from '@holdfast/db';
import { joinByHash } from './import-absent-store.ts';
import { isOfImport } from './movement-filter-store.ts';
import { CHUNK_ROWS } from './stock-import-chunk-store.ts';
import { insertImport, type StockImport } from './stock-import-store.ts';

/** Adding up what a large file has changed takes seconds. */
export const REVERT_TIME_LIMIT_MS = 60_000;

/** Why an import cannot be reverted. */
export type NotReverted =
  | 'unknown'
  | {
      readonly why: 'open' | 'dry run' | 'reverted';
      readonly state: StockImport['state'];
      readonly by: string | null;
    };

/**
 * Makes an import that undoes another one. It subtracts the units that the other added to levels, so that
 * later sales and receipts are kept. Settings and names get their previous values, unless they were changed
 * after the import. SKUs, locations and levels that it created stay.
 */
export async function addRevert(
  tx: Transaction,
  { id, of, caller }: { readonly id: string; readonly of: string; readonly caller: string },
): Promise<StockImport | NotReverted> {
  const [found] = await tx.$queryRaw<
    { state: StockImport['state']; dryRun: boolean; revertedBy: string | null }[]
  >`
    SELECT state, dry_run AS "dryRun", reverted_by AS "revertedBy"
    FROM stock_imports
    WHERE id = ${of}::uuid
    FOR NO KEY UPDATE`;
  if (!found) return 'unknown';
  const { state, dryRun, revertedBy: by } = found;
  if (dryRun) return { why: 'dry run', state, by };
  if (state === 'queued' || state === 'running') return { why: 'open', state, by };
  if (by !== null) return { why: 'reverted', state, by };
  await raiseTimeLimit(tx, REVERT_TIME_LIMIT_MS);
  await joinByHash(tx);
  const chunks = await stageRevert(tx, id, of);
  const rows = await countStaged(tx, id);
  const made = await insertImport(tx, { id, caller, content_type: null, rows, chunks, reverts: of });
  await tx.$executeRaw`UPDATE stock_imports SET reverted_by = ${id}::uuid WHERE id = ${of}::uuid`;
  return made;
}

async function countStaged(tx: Transaction, id: string): Promise<number> {
  const [staged] = await tx.$queryRaw<{ rows: number }[]>`
    SELECT coalesce(sum(json_array_length(rows)), 0)::integer AS rows
    FROM stock_import_chunks
    WHERE import_id = ${id}::uuid`;
  return staged?.rows ?? 0;
}

/** @returns how many chunks there are */
function stageRevert(tx: Transaction, id: string, of: string): Promise<number> {
  const bound = (column: 'started_at' | 'finished_at', by: string) =>
    sql`(SELECT ${firstIdAt(sql`(${column === 'started_at' ? sql`started_at` : sql`finished_at`} + ${by}::interval)`)} FROM stock_imports WHERE id = ${of}::uuid)`;
  return tx.$executeRaw`
    WITH moved AS (
      SELECT sku, location, -sum(on_hand_delta) AS delta
      FROM stock_movements
      WHERE id >= ${bound('started_at', '-1 minute')}
        AND id < ${bound('finished_at', '1 minute')}
        AND ${isOfImport(of)}
      GROUP BY sku, location
    ),
    changes AS (
      SELECT chunk, n, change ->> 'sku' AS sku, change ->> 'location' AS location, change ->> 'field' AS field, change
      FROM stock_import_settings
      CROSS JOIN jsonb_array_elements(changes) WITH ORDINALITY AS each (change, n)
      WHERE import_id = ${of}::uuid
    ),
    restored AS (
      SELECT
        sku,
        min(location) AS location,
        field,
        (array_agg(change -> 'after' ORDER BY chunk DESC, n DESC))[1] AS "from",
        (array_agg(change -> 'before' ORDER BY chunk, n))[1] AS "to"
      FROM changes
      GROUP BY sku, field, CASE WHEN field <> 'name' THEN location END -- a name is of the SKU, wherever it was given
    ),
    settings AS (
      SELECT sku, location, jsonb_object_agg(field, jsonb_build_object('from', "from", 'to', "to")) AS fields
      FROM restored
      WHERE "from" <> "to"
      GROUP BY sku, location
    ),
    wanted AS (
      SELECT sku, location, delta, fields, row_number() OVER (ORDER BY sku, location) AS n
      FROM moved
      FULL JOIN settings USING (sku, location)
      WHERE delta <> 0
        OR fields IS NOT NULL
    ),
    numbered AS (
      SELECT *, (n - 1) / ${CHUNK_ROWS}::integer + 1 AS number
      FROM wanted
    )
    INSERT INTO stock_import_chunks (import_id, number, rows)
    SELECT
      ${id}::uuid,
      number,
      json_agg(json_build_array(
        n, sku, location, NULL, nullif(delta, 0), fields -> 'safety_stock', fields -> 'name', NULL, NULL,
        fields -> 'backorder_limit'
      ) ORDER BY n)
    FROM numbered
    GROUP BY number`;
}
