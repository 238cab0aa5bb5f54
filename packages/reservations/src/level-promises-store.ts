import { isoTime, only, sql, type Page, type Queryable, type Sql } from '@holdfast/db';
import { isNotOver } from './hold-lifetime-store.ts';

/** Units of a level that are held, or confirmed and not fulfilled, as the contract shows them. */
interface LevelPromise {
  readonly reservation_id: string;
  readonly order_id: string | null;
  readonly customer_id: string | null;
  readonly status: 'held' | 'confirmed';
  readonly quantity: number;
  /** When the units came to this level. ISO 8601. */
  readonly since: string;
  /** Whether the units on hand are enough for this reservation and all before it. */
  readonly covered: boolean;
}

/** A place in the list, to read on from. */
export interface PromisePlace {
  readonly since: string;
  readonly id: string;
}

interface Level {
  readonly sku: string;
  readonly location: string;
}

interface PromisesPage {
  readonly is_sku_known: boolean;
  readonly is_location_known: boolean;
  readonly promises: readonly LevelPromise[];
}

/**
 * The reservations that have units of a level, oldest first. Finds the open reservations of the SKU by index,
 * from the oldest on that is open; each page adds up all that come before it.
 */
export async function readLevelPromises(
  db: Queryable,
  { sku, location }: Level,
  { after, limit }: Page<PromisePlace>,
): Promise<PromisesPage> {
  const isBehind = after ? sql`(since, id) > (${after.since}::timestamptz, ${after.id}::uuid)` : sql`true`;
  const rows = await db.$queryRaw<PromisesPage[]>`
    WITH ${openAt({ sku, location })},
    dated AS MATERIALIZED (
      SELECT open.*, ${cameAt({ sku, location })} AS since
      FROM open
    ),
    listed AS (
      SELECT
        dated.*,
        sum(quantity) OVER (ORDER BY since, id) <= (
          SELECT coalesce(sum(on_hand), 0)
          FROM stock_levels
          WHERE sku = ${sku}
            AND location = ${location}
        ) AS covered
      FROM dated
    ),
    page AS (
      SELECT *
      FROM listed
      WHERE ${isBehind}
      ORDER BY since, id
      LIMIT ${limit}::integer
    )
    SELECT
      EXISTS (SELECT FROM skus WHERE sku = ${sku}) AS is_sku_known,
      EXISTS (SELECT FROM locations WHERE location = ${location}) AS is_location_known,
      (
        SELECT coalesce(json_agg(json_build_object(
          'reservation_id', id,
          'order_id', order_id,
          'customer_id', customer_id,
          'status', status,
          'quantity', quantity,
          'since', ${isoTime(sql`since`)},
          'covered', covered
        ) ORDER BY since, id), '[]')
        FROM page
      ) AS promises`;
  return only(rows);
}

/**
 * Open units of the level by reservation. Lines are read from the oldest reservation on that is open at all.
 */
function openAt({ sku, location }: Level): Sql {
  return sql`
    oldest AS MATERIALIZED (
      SELECT LEAST(
        (SELECT id FROM reservations WHERE status = 'confirmed' ORDER BY id LIMIT 1),
        (SELECT id FROM reservations WHERE status = 'held' AND ${isNotOver()} ORDER BY id LIMIT 1)
      ) AS id
    ),
    open AS MATERIALIZED (
      SELECT
        r.id, r.order_id, r.customer_id, r.status, r.version, r.created_at,
        sum(a.quantity - a.fulfilled_quantity - a.cancelled_quantity)::integer AS quantity
      FROM reservation_lines line
      JOIN reservations r ON r.id = line.reservation_id
      JOIN line_allocations a ON a.reservation_id = line.reservation_id AND a.line_no = line.line_no
      WHERE line.sku COLLATE "C" = ${sku}
        AND line.reservation_id >= (SELECT id FROM oldest)
        AND a.location = ${location}
        AND a.quantity > a.fulfilled_quantity + a.cancelled_quantity
        AND (r.status = 'confirmed' OR (r.status = 'held' AND ${isNotOver()}))
      GROUP BY r.id
    )`;
}

/**
 * When an `open` reservation got the units that it has at the level: after the last time that it had none
 * there. A reservation that never changed has had them since its creation.
 */
function cameAt({ sku, location }: Level): Sql {
  return sql`CASE
        WHEN version = 1 THEN created_at
        ELSE coalesce((
          SELECT min(at) FILTER (WHERE level_seq > last_empty)
          FROM (
            SELECT at, level_seq, coalesce(max(level_seq) FILTER (WHERE units = 0) OVER (), 0) AS last_empty
            FROM (
              SELECT at, level_seq, sum(reserved_delta + allocated_delta) OVER (ORDER BY level_seq) AS units
              FROM stock_movements
              WHERE reservation_id = open.id
                AND sku = ${sku}
                AND location = ${location}
            ) moved
          ) stay
        ), created_at)
      END`;
}
