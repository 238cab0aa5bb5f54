import { sql, type Database, type Queryable, type Sql, withTimeLimit } from '@holdfast/db';
import { askForReviewAt } from './sku-review-store.ts';

/** A location as the contract shows it. */
export interface LocationRow {
  readonly location: string;
  readonly name: string | null;
  readonly priority: number;
  readonly active: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** A SKU as the contract shows it. */
export interface SkuRow {
  readonly sku: string;
  readonly name: string | null;
  readonly product_id: string | null;
  readonly variant_id: string | null;
  readonly low_stock_threshold: number | null;
  readonly max_per_reservation: number | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** Undefined leaves a field as it is, null clears it. */
export interface LocationChange {
  readonly name?: string | null;
  readonly priority?: number;
  readonly active?: boolean;
}

export interface SkuChange {
  readonly name?: string | null;
  readonly product_id?: string | null;
  readonly variant_id?: string | null;
  readonly low_stock_threshold?: number | null;
  readonly max_per_reservation?: number | null;
}

/**
 * To mark every SKU of a location takes about a second for each 100,000. Meanwhile no level can be added
 * there.
 */
const SWITCH_TIME_LIMIT_MS = 60_000;

/**
 * Creates a location or changes it. `created` says which. What a location gives depends on whether it is
 * active: when that changes, SKUs that may have become low by it, or no longer are, are marked in the same
 * transaction.
 */
export async function putLocation(
  database: Database,
  location: string,
  change: LocationChange,
): Promise<{ row: LocationRow; created: boolean }> {
  if (change.active === undefined) return upsertLocation(database.prisma, location, change);
  const put = await withTimeLimit(database, SWITCH_TIME_LIMIT_MS, async (tx) => {
    // Stronger than the upsert's own lock: who adds a level here holds the location for its foreign key, so
    // either that level is there for the mark to find, or it comes when the location has changed.
    const [before] = await tx.$queryRaw<{ active: boolean }[]>`
      SELECT active
      FROM locations
      WHERE location = ${location}
      FOR UPDATE`;
    const upserted = await upsertLocation(tx, location, change);
    const isSwitched = !upserted.created && upserted.row.active !== before?.active;
    if (isSwitched) await askForReviewAt(tx, location);
    return { ...upserted, isSwitched };
  });
  // SKUs that were watched from meanwhile on were judged by the location as it was.
  if (put.isSwitched)
    await withTimeLimit(database, SWITCH_TIME_LIMIT_MS, (tx) => askForReviewAt(tx, location));
  return { row: put.row, created: put.created };
}

async function upsertLocation(
  db: Queryable,
  location: string,
  change: LocationChange,
): Promise<{ row: LocationRow; created: boolean }> {
  const rows = await db.$queryRaw<(LocationRow & { created: boolean })[]>`
    INSERT INTO locations AS known (location, name, priority, active)
    VALUES (${location}, ${change.name ?? null}, ${change.priority ?? 100}::integer, ${change.active ?? true}::boolean)
    ON CONFLICT (location) DO UPDATE
    SET
      name = ${kept(change.name, sql`known.name`, sql`EXCLUDED.name`)},
      priority = ${kept(change.priority, sql`known.priority`, sql`EXCLUDED.priority`)},
      active = ${kept(change.active, sql`known.active`, sql`EXCLUDED.active`)},
      updated_at = clock_timestamp()
    RETURNING location, name, priority, active, created_at, updated_at, ${wasInserted} AS created`;
  return split(rows);
}

/**
 * Creates a SKU or changes it. `created` says which. A threshold that is given marks the SKU: whether it is
 * low is to be looked at again.
 */
export async function putSku(
  db: Queryable,
  sku: string,
  change: SkuChange,
): Promise<{ row: SkuRow; created: boolean }> {
  const isMarked = change.low_stock_threshold !== undefined;
  const rows = await db.$queryRaw<(SkuRow & { created: boolean })[]>`
    INSERT INTO skus AS known (
      sku, name, product_id, variant_id, low_stock_threshold, max_per_reservation, review_asked_at
    )
    VALUES (
      ${sku}, ${change.name ?? null}, ${change.product_id ?? null}, ${change.variant_id ?? null},
      ${change.low_stock_threshold ?? null}::integer, ${change.max_per_reservation ?? null}::integer,
      ${isMarked ? sql`clock_timestamp()` : sql`NULL`}
    )
    ON CONFLICT (sku) DO UPDATE
    SET
      name = ${kept(change.name, knownColumn.name, excluded.name)},
      product_id = ${kept(change.product_id, knownColumn.product_id, excluded.product_id)},
      variant_id = ${kept(change.variant_id, knownColumn.variant_id, excluded.variant_id)},
      low_stock_threshold = ${kept(change.low_stock_threshold, knownColumn.threshold, excluded.threshold)},
      max_per_reservation = ${kept(change.max_per_reservation, knownColumn.most, excluded.most)},
      review_asked_at = ${isMarked ? sql`clock_timestamp()` : sql`known.review_asked_at`},
      updated_at = clock_timestamp()
    RETURNING sku, name, product_id, variant_id, low_stock_threshold, max_per_reservation, created_at, updated_at,
      ${wasInserted} AS created`;
  return split(rows);
}

const knownColumn = {
  name: sql`known.name`,
  product_id: sql`known.product_id`,
  variant_id: sql`known.variant_id`,
  threshold: sql`known.low_stock_threshold`,
  most: sql`known.max_per_reservation`,
};

const excluded = {
  name: sql`EXCLUDED.name`,
  product_id: sql`EXCLUDED.product_id`,
  variant_id: sql`EXCLUDED.variant_id`,
  threshold: sql`EXCLUDED.low_stock_threshold`,
  most: sql`EXCLUDED.max_per_reservation`,
};

/** In an upsert's RETURNING: a row that was inserted has no older version. */
const wasInserted: Sql = sql`(xmax = 0)`;

function kept(wanted: unknown, known: Sql, given: Sql): Sql {
  return wanted === undefined ? known : given;
}

function split<Row extends { readonly created: boolean }>(
  rows: readonly Row[],
): { row: Omit<Row, 'created'>; created: boolean } {
  const [first] = rows;
  if (!first) throw new Error('an upsert returned no row');
  const { created, ...row } = first;
  return { row, created };
}
