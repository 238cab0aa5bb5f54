import {
  beginsWith,
  only,
  sql,
  withTimeLimit,
  type Database,
  type Found,
  type Page,
  type Queryable,
  type Sql,
} from '@holdfast/db';
import { askForReviewAt } from './low-stock-store.ts';
import { recordSkuChange, type ChangedBy } from './sku-changes-store.ts';

/** A field of a SKU that the contract does not show. */
const HIDDEN = { is_low: true, review_asked_at: true } as const;

/** Locations by name. */
export const readLocations = (db: Queryable, { after, limit }: Page) =>
  db.location.findMany({
    where: { location: { gt: after ?? '' } },
    orderBy: { location: 'asc' },
    take: limit,
  });

/** SKUs by name. */
export const readSkus = async (db: Queryable, { after, limit }: Page) =>
  (
    await db.sku.findMany({
      omit: HIDDEN,
      where: { sku: { gt: after ?? '' } },
      orderBy: { sku: 'asc' },
      take: limit,
    })
  ).map(asShown);

/** SKUs that are `text` or begin with it, in the order of their bytes, with their names. */
export async function searchSkus(db: Queryable, text: string, limit: number): Promise<readonly Found[]> {
  return db.$queryRaw<Found[]>`
    SELECT sku AS id, coalesce(name, sku) AS label
    FROM skus
    WHERE ${beginsWith(sql`sku`, text)}
    ORDER BY sku USING ~<~
    LIMIT ${limit}::integer`;
}

/** One SKU, or null when there is none of that name. */
export async function readSku(db: Queryable, sku: string): Promise<SkuRow | null> {
  const row = await db.sku.findUnique({ omit: HIDDEN, where: { sku } });
  return row && asShown(row);
}

/** Customers are counted from when a limit was first set, unless another time was given. */
function asShown<Row extends SkuTimes>({ customer_limit_set_at, ...row }: Row) {
  return { ...row, customer_limit_since: row.customer_limit_since ?? customer_limit_set_at };
}

interface SkuTimes {
  readonly customer_limit_since: Date | null;
  readonly customer_limit_set_at: Date | null;
}

/** One location, or null when there is none of that name. */
export const readLocation = (db: Queryable, location: string) =>
  db.location.findUnique({ where: { location } });

type LocationRow = Awaited<ReturnType<typeof readLocations>>[number];
type SkuRow = Awaited<ReturnType<typeof readSkus>>[number];

/** Undefined leaves a field as it is, null clears it. */
export type LocationChange = Partial<Pick<LocationRow, 'name' | 'priority' | 'active'>>;
export type SkuChange = Partial<Omit<SkuRow, 'sku' | 'created_at' | 'updated_at'>>;

/** Whether an upsert created or changed a row. */
interface Put<Row> {
  readonly row: Row;
  readonly created: boolean;
}

/**
 * Marking every SKU of a location takes about a second for each 100,000. No level is added there meanwhile.
 */
const SWITCH_TIME_LIMIT_MS = 60_000;

/**
 * Creates or changes a location. When `active` changes, the SKUs that may have become low by it, or no longer
 * are, are marked for review in the same transaction.
 */
export async function putLocation(
  database: Database,
  location: string,
  change: LocationChange,
): Promise<Put<LocationRow>> {
  if (change.active === undefined) return upsertLocation(database.prisma, location, change);
  const { isSwitched, ...put } = await withTimeLimit(database, SWITCH_TIME_LIMIT_MS, async (tx) => {
    // Stronger than the upsert's own lock: a transaction that adds a level locks the location for its foreign
    // key. So the level is either found by the mark, or added after the change of the location.
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
  // SKUs that got a threshold meanwhile were judged by the old location.
  if (isSwitched) {
    await withTimeLimit(database, SWITCH_TIME_LIMIT_MS, (tx) => askForReviewAt(tx, location));
  }
  return put;
}

async function upsertLocation(
  db: Queryable,
  location: string,
  change: LocationChange,
): Promise<Put<LocationRow>> {
  const { created, ...row } = only(
    await db.$queryRaw<(LocationRow & { created: boolean })[]>`
      INSERT INTO locations AS known (location, name, priority, active)
      VALUES (${location}, ${change.name ?? null}, ${change.priority ?? 100}::integer, ${change.active ?? true}::boolean)
      ON CONFLICT (location) DO UPDATE
      SET
        ${setIfGiven(sql`name`, change.name)},
        ${setIfGiven(sql`priority`, change.priority)},
        ${setIfGiven(sql`active`, change.active)},
        updated_at = clock_timestamp()
      RETURNING location, name, priority, active, created_at, updated_at, ${WAS_INSERTED} AS created`,
  );
  return { row, created };
}

/**
 * Creates or changes a SKU, and records what changed (sku-changes-store.ts). A threshold that is given, or a
 * pause that ends, marks it: whether it is low is to be judged again.
 */
export async function putSku(
  db: Queryable,
  sku: string,
  change: SkuChange,
  by: ChangedBy,
): Promise<Put<SkuRow>> {
  for (;;) {
    const put = await upsertSku(db, sku, change, by);
    if (put) return put;
  }
}

/** Null: another call has created the SKU meanwhile, so what it was before is not known. Nothing was done. */
async function upsertSku(
  db: Queryable,
  sku: string,
  change: SkuChange,
  by: ChangedBy,
): Promise<Put<SkuRow> | null> {
  const isMarked = sql`${change.low_stock_threshold !== undefined || change.active !== undefined}::boolean`;
  const isLimited = (change.max_per_customer ?? change.customer_limit_since ?? null) !== null;
  const [put] = await db.$queryRaw<(SkuRow & SkuTimes & { created: boolean })[]>`
    WITH before AS MATERIALIZED (
      SELECT *
      FROM skus
      WHERE sku = ${sku}
      FOR NO KEY UPDATE
    ),
    put AS (
      INSERT INTO skus AS known (
        sku, name, product_id, variant_id, low_stock_threshold, max_per_reservation, active, max_per_customer,
        customer_limit_since, customer_limit_set_at, review_asked_at
      )
      SELECT
        ${sku}, ${change.name ?? null}, ${change.product_id ?? null}, ${change.variant_id ?? null},
        ${change.low_stock_threshold ?? null}::integer, ${change.max_per_reservation ?? null}::integer,
        ${change.active ?? true}::boolean, ${change.max_per_customer ?? null}::integer,
        ${change.customer_limit_since?.toISOString() ?? null}::timestamptz,
        CASE WHEN ${isLimited}::boolean THEN clock_timestamp() END,
        CASE WHEN ${isMarked} THEN clock_timestamp() END
      FROM (SELECT count(*) FROM before) is_read -- before it is written
      ON CONFLICT (sku) DO UPDATE
      SET
        ${setIfGiven(sql`name`, change.name)},
        ${setIfGiven(sql`product_id`, change.product_id)},
        ${setIfGiven(sql`variant_id`, change.variant_id)},
        ${setIfGiven(sql`low_stock_threshold`, change.low_stock_threshold)},
        ${setIfGiven(sql`max_per_reservation`, change.max_per_reservation)},
        ${setIfGiven(sql`active`, change.active)},
        ${setIfGiven(sql`max_per_customer`, change.max_per_customer)},
        ${setIfGiven(sql`customer_limit_since`, change.customer_limit_since)},
        customer_limit_set_at = coalesce(known.customer_limit_set_at, EXCLUDED.customer_limit_set_at),
        review_asked_at = CASE WHEN ${isMarked} THEN clock_timestamp() ELSE known.review_asked_at END,
        updated_at = clock_timestamp()
      WHERE EXISTS (SELECT FROM before)
      RETURNING sku, name, product_id, variant_id, low_stock_threshold, max_per_reservation, active,
        max_per_customer, customer_limit_since, customer_limit_set_at, created_at, updated_at,
        ${WAS_INSERTED} AS created
    ),
    ${recordSkuChange(by)}
    SELECT *
    FROM put`;
  if (!put) return null;
  const { created, ...row } = put;
  return { row: asShown(row), created };
}

/** For the SET of an upsert: an undefined field keeps its value. */
const setIfGiven = (column: Sql, field: unknown): Sql =>
  sql`${column} = CASE WHEN ${field !== undefined}::boolean THEN EXCLUDED.${column} ELSE known.${column} END`;

/** In an upsert's RETURNING: a row that was inserted has no older version. */
const WAS_INSERTED: Sql = sql`(xmax = 0)`;
