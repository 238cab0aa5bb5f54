import { type Queryable } from '@holdfast/db';
import type { ImportCreates } from '@holdfast/domain';
import type { StagedRow } from './stock-import-chunk-store.ts';

/** SKUs and locations that were created or changed. */
export interface Catalogued {
  readonly skus: readonly string[];
  readonly locations: readonly string[];
}

type Readable = Exclude<StagedRow, { readonly problem: string }>;

/** What the rows say about one SKU. The last name counts. */
interface WantedSku {
  readonly sku: string;
  readonly name: string | null;
  /** Of the row that gives the name. */
  readonly location: string;
  readonly mayCreate: boolean;
}

interface Chunk {
  readonly importId: string;
  readonly chunk: number;
  readonly create: ImportCreates;
}

/**
 * Creates SKUs and locations that rows name, as far as the import may, and sets the names that rows give. A
 * row that needs no change is not locked. The statement that changes something counts it for the import, too,
 * and records the names that were there.
 */
export async function makeCatalogue(
  db: Queryable,
  of: Chunk,
  rows: readonly StagedRow[],
): Promise<Catalogued> {
  const readable = rows.filter((row) => 'sku' in row);
  const restored = await restoreNames(db, readable);
  // A row that expects a version means a level that there is.
  const creating = readable.filter(({ version }) => version === null);
  const names = [...new Set(creating.map(({ location }) => location))];
  const locations =
    of.create === 'all' && names.length > 0 ? await makeLocations(db, of.importId, names) : [];
  const known = of.create === 'skus' ? new Set(await readKnownLocations(db, names)) : null;
  const mayCreate = ({ location, version }: Readable) =>
    of.create !== 'none' && version === null && (known === null || known.has(location));
  const skus = await putSkus(db, of, wantedSkus(readable, mayCreate));
  return { skus: [...restored, ...skus], locations };
}

function wantedSkus(rows: readonly Readable[], mayCreate: (row: Readable) => boolean): readonly WantedSku[] {
  const wanted = new Map<string, WantedSku>();
  for (const row of rows) {
    const { sku, name } = row;
    const before = wanted.get(sku);
    const isNamed = typeof name === 'string';
    wanted.set(sku, {
      sku,
      name: isNamed ? name : (before?.name ?? null),
      location: isNamed || !before ? row.location : before.location,
      mayCreate: before?.mayCreate === true || mayCreate(row),
    });
  }
  return [...wanted.values()].filter(({ name, mayCreate: isNew }) => isNew || name !== null);
}

async function makeLocations(
  db: Queryable,
  importId: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const made = await db.$queryRaw<{ location: string }[]>`
    WITH made AS (
      INSERT INTO locations (location)
      SELECT wanted.location
      FROM unnest(${names}::text[]) AS wanted (location)
      WHERE NOT EXISTS (SELECT FROM locations WHERE location = wanted.location)
      ORDER BY wanted.location
      ON CONFLICT (location) DO NOTHING
      RETURNING location
    ),
    counted AS (
      UPDATE stock_imports
      SET created_locations = created_locations + (SELECT count(*) FROM made)
      WHERE id = ${importId}::uuid
        AND EXISTS (SELECT FROM made)
    )
    SELECT location
    FROM made`;
  return made.map(({ location }) => location);
}

async function readKnownLocations(db: Queryable, names: readonly string[]): Promise<readonly string[]> {
  const known = await db.location.findMany({
    select: { location: true },
    where: { location: { in: [...names] } },
  });
  return known.map(({ location }) => location);
}

async function putSkus(
  db: Queryable,
  { importId, chunk }: Chunk,
  wanted: readonly WantedSku[],
): Promise<readonly string[]> {
  if (wanted.length === 0) return [];
  const put = await db.$queryRaw<{ sku: string }[]>`
    WITH wanted AS MATERIALIZED (
      SELECT wanted.sku, wanted.name, wanted.location, found.name AS name_before
      FROM json_to_recordset(${JSON.stringify(wanted)}::json)
        AS wanted (sku text, name text, location text, "mayCreate" boolean)
      LEFT JOIN skus AS found ON found.sku = wanted.sku
      WHERE CASE
        WHEN found.sku IS NULL THEN "mayCreate"
        ELSE wanted.name IS NOT NULL AND wanted.name IS DISTINCT FROM found.name
      END
    ),
    put AS (
      INSERT INTO skus AS known (sku, name)
      SELECT sku, name
      FROM wanted
      ORDER BY sku
      ON CONFLICT (sku) DO UPDATE
      SET name = EXCLUDED.name, updated_at = clock_timestamp()
      WHERE EXCLUDED.name IS NOT NULL
      RETURNING sku, xmax = 0 AS "isNew"
    ),
    counted AS (
      UPDATE stock_imports
      SET created_skus = created_skus + (SELECT count(*) FROM put WHERE "isNew")
      WHERE id = ${importId}::uuid
        AND EXISTS (SELECT FROM put WHERE "isNew")
    ),
    recorded AS (
      INSERT INTO stock_import_settings AS known (import_id, chunk, kind, changes)
      SELECT
        ${importId}::uuid, ${chunk}::integer, 'sku',
        jsonb_agg(jsonb_build_object(
          'sku', sku, 'location', location, 'field', 'name', 'before', name_before, 'after', name
        ))
      FROM put
      JOIN wanted USING (sku)
      WHERE NOT "isNew"
      HAVING count(*) > 0
      ON CONFLICT (import_id, chunk, kind) DO UPDATE
      SET changes = known.changes || EXCLUDED.changes
    )
    SELECT sku
    FROM put`;
  return put.map(({ sku }) => sku);
}

/** Restores the names that an import has replaced, unless they were changed again. */
async function restoreNames(db: Queryable, rows: readonly Readable[]): Promise<readonly string[]> {
  const restored = rows.flatMap(({ sku, name }) =>
    name !== null && typeof name === 'object' ? [{ sku, ...name }] : [],
  );
  if (restored.length === 0) return [];
  const changed = await db.$queryRaw<{ sku: string }[]>`
    WITH wanted AS MATERIALIZED (
      SELECT skus.sku, "to"
      FROM json_to_recordset(${JSON.stringify(restored)}::json) AS wanted (sku text, "from" text, "to" text)
      JOIN skus USING (sku)
      WHERE skus.name IS NOT DISTINCT FROM "from"
      ORDER BY skus.sku
      FOR NO KEY UPDATE OF skus
    )
    UPDATE skus
    SET name = wanted."to", updated_at = clock_timestamp()
    FROM wanted
    WHERE skus.sku = wanted.sku
    RETURNING skus.sku`;
  return changed.map(({ sku }) => sku);
}
