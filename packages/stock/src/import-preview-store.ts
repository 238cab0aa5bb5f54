import { only, type Database, type Queryable } from '@holdfast/db';
import type { ImportCreates, LevelName, StockLevel } from '@holdfast/domain';
import { withLargeFile, type ImportDifference } from './import-absent-store.ts';
import { dropChunks, type StagedRow } from './stock-import-chunk-store.ts';
import { IMPORT_ERRORS_MAX } from './stock-import-store.ts';

/** The data that a dry run needs before it reads the rows. */
export interface DryRun {
  readonly chunks: number;
  readonly absent: 'keep' | 'zero';
  /** SKUs and locations that the import would create. */
  readonly createdSkus: number;
  readonly createdLocations: number;
  /** Levels that several rows name: each row begins with the result of the row before. */
  readonly repeated: readonly LevelName[];
}

/** Begins a dry run, or begins it again. Null: it has ended. */
export function beginDryRun(database: Database, importId: string): Promise<DryRun | null> {
  return withLargeFile(database, async (tx) => {
    const [open] = await tx.$queryRaw<
      (Pick<DryRun, 'chunks' | 'absent'> & { create: ImportCreates; duplicates: number })[]
    >`
      UPDATE stock_imports
      SET state = 'running', started_at = coalesce(started_at, clock_timestamp())
      WHERE id = ${importId}::uuid
        AND state IN ('queued', 'running')
      RETURNING chunks, absent, "create", duplicates`;
    if (!open) return null;
    const { create, duplicates, ...dryRun } = open;
    const created = await countCreated(tx, importId, create);
    return { ...dryRun, ...created, repeated: duplicates > 0 ? await readRepeated(tx, importId) : [] };
  });
}

async function countCreated(
  tx: Queryable,
  importId: string,
  create: ImportCreates,
): Promise<Pick<DryRun, 'createdSkus' | 'createdLocations'>> {
  return only(
    await tx.$queryRaw<Pick<DryRun, 'createdSkus' | 'createdLocations'>[]>`
      WITH creating AS MATERIALIZED (
        SELECT DISTINCT row ->> 1 AS sku, row ->> 2 AS location
        FROM stock_import_chunks
        CROSS JOIN json_array_elements(rows) AS row
        WHERE import_id = ${importId}::uuid
          AND json_array_length(row) > 2
          AND row ->> 8 IS NULL -- a row that expects a version creates nothing
          AND ${create !== 'none'}::boolean
      )
      SELECT
        (
          SELECT count(DISTINCT creating.sku)::integer
          FROM creating
          LEFT JOIN skus USING (sku)
          LEFT JOIN locations USING (location)
          WHERE skus.sku IS NULL
            AND (${create === 'all'}::boolean OR locations.location IS NOT NULL)
        ) AS "createdSkus",
        (
          SELECT count(DISTINCT creating.location)::integer
          FROM creating
          LEFT JOIN locations USING (location)
          WHERE locations.location IS NULL
            AND ${create === 'all'}::boolean
        ) AS "createdLocations"`,
  );
}

function readRepeated(tx: Queryable, importId: string): Promise<LevelName[]> {
  return tx.$queryRaw<LevelName[]>`
    SELECT row ->> 1 AS sku, row ->> 2 AS location
    FROM stock_import_chunks
    CROSS JOIN json_array_elements(rows) AS row
    WHERE import_id = ${importId}::uuid
      AND json_array_length(row) > 2
    GROUP BY 1, 2
    HAVING count(*) > 1`;
}

/** The SKUs, locations and levels named by rows that exist. */
export interface ImportTargets {
  readonly levels: readonly StockLevel[];
  readonly skus: readonly { readonly sku: string; readonly name: string | null }[];
  readonly locations: readonly string[];
}

export async function readImportTargets(db: Queryable, rows: readonly StagedRow[]): Promise<ImportTargets> {
  const named = rows.filter((row) => 'sku' in row);
  const skus = named.map(({ sku }) => sku);
  const locations = named.map(({ location }) => location);
  return only(
    await db.$queryRaw<ImportTargets[]>`
      SELECT
        (
          SELECT coalesce(json_agg(json_build_object(
            'sku', sku,
            'location', location,
            'priority', priority,
            'active', active,
            'onHand', on_hand,
            'reserved', reserved,
            'allocated', allocated,
            'safetyStock', safety_stock,
            'backorderLimit', backorder_limit,
            'version', version,
            'levelSeq', level_seq
          )), '[]')
          FROM (SELECT DISTINCT * FROM unnest(${skus}::text[], ${locations}::text[]) AS given (sku, location)) wanted
          JOIN stock_levels USING (sku, location)
          JOIN locations USING (location)
        ) AS levels,
        (
          SELECT coalesce(json_agg(json_build_object('sku', sku, 'name', name)), '[]')
          FROM skus
          WHERE sku = ANY(${skus}::text[])
        ) AS skus,
        (
          SELECT coalesce(json_agg(location), '[]')
          FROM locations
          WHERE location = ANY(${locations}::text[])
        ) AS locations`,
  );
}

/** What a dry run has found so far. */
export interface DryRunCounts {
  readonly applied: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/** Shows how far a dry run is. */
export async function noteDryRun(db: Queryable, importId: string, counts: DryRunCounts): Promise<void> {
  await db.$executeRaw`
    UPDATE stock_imports
    SET
      applied = ${counts.applied}::integer,
      unchanged = ${counts.unchanged}::integer,
      rejected = ${counts.rejected}::integer
    WHERE id = ${importId}::uuid
      AND state = 'running'`;
}

/** Ends a dry run with all that it found, once. */
export async function endDryRun(
  { prisma }: Database,
  importId: string,
  counts: DryRunCounts & {
    readonly createdSkus: number;
    readonly createdLocations: number;
    readonly zeroed: number;
  },
  found: {
    readonly errors: readonly { readonly row: number; readonly message: string }[];
    readonly differences: readonly ImportDifference[];
  },
): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const ended = await tx.$executeRaw`
      UPDATE stock_imports
      SET
        state = 'succeeded',
        finished_at = clock_timestamp(),
        applied = ${counts.applied}::integer,
        unchanged = ${counts.unchanged}::integer,
        rejected = ${counts.rejected}::integer,
        zeroed = ${counts.zeroed}::integer,
        created_skus = ${counts.createdSkus}::integer,
        created_locations = ${counts.createdLocations}::integer,
        differences = ${JSON.stringify(found.differences)}::json
      WHERE id = ${importId}::uuid
        AND state = 'running'`;
    if (ended === 0) return; // another worker was faster
    await tx.stockImportError.createMany({
      data: found.errors
        .slice(0, IMPORT_ERRORS_MAX)
        .map(({ row, message }) => ({ import_id: importId, row_no: row, message })),
    });
    await dropChunks(tx, importId);
  });
}
