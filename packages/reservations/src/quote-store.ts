import { ON_HAND_MAX, type QuotedStock, type Sku, type StockLevel } from '@holdfast/domain';
import { only, sql, type Queryable, type Sql } from '@holdfast/db';
import { isDue } from './hold-lifetime-store.ts';
import { skuAsJson } from './sku-rows-store.ts';
import { isBlocked } from './waiting-line-store.ts';

/** Due holds that are looked at, oldest first. There are more only when expiry has stood still. */
const DUE_HOLDS_MAX = 10_000;

interface QuoteRow {
  readonly skus: readonly Sku[];
  readonly locations: readonly string[];
  readonly levels: readonly StockLevel[];
}

/** What a quote is about, by name. */
interface Quoted {
  readonly skus: readonly string[];
  readonly locations: readonly string[];
  /** The cart whose holds count as free. Null: none. */
  readonly cartId: string | null;
}

/**
 * The stock that a create of these SKUs would find, at one instant and without a lock. A create first gives
 * back due holds, so their units count as free here, and so do the units of the cart. A location that is
 * blocked by those in line gives nothing.
 */
export async function readQuotedStock(
  db: Queryable,
  { skus, locations, cartId }: Quoted,
): Promise<QuotedStock> {
  const rows = await db.$queryRaw<QuoteRow[]>`
    WITH given_back AS MATERIALIZED (
      ${holdsGivenBack(cartId)}
    ),
    free AS (
      SELECT held.sku, held.location, sum(held.quantity) AS units
      FROM given_back
      CROSS JOIN LATERAL (
        SELECT line.sku, a.location, a.quantity
        FROM reservation_lines line
        JOIN line_allocations a USING (reservation_id, line_no)
        WHERE line.reservation_id = given_back.id
          AND line.sku = ANY(${skus}::text[])
        OFFSET 0 -- reads each of these holds by its id, however many the planner takes them for
      ) held
      GROUP BY held.sku, held.location
    )
    SELECT
      (
        SELECT coalesce(json_agg(${skuAsJson}), '[]')
        FROM skus
        WHERE sku = ANY(${skus}::text[])
      ) AS skus,
      ARRAY(SELECT location FROM locations WHERE location = ANY(${locations}::text[])) AS locations,
      (
        SELECT coalesce(json_agg(json_build_object(
          'sku', level.sku,
          'location', level.location,
          'priority', place.priority,
          'active', place.active,
          'onHand', level.on_hand,
          'reserved', GREATEST(0, level.reserved - coalesce(free.units, 0)),
          'allocated', level.allocated,
          'safetyStock', CASE WHEN ${isBlocked()} THEN ${ON_HAND_MAX * 2}::bigint ELSE level.safety_stock END,
          'backorderLimit', level.backorder_limit,
          'version', level.version,
          'levelSeq', level.level_seq
        )), '[]')
        FROM stock_levels level
        JOIN locations place USING (location)
        LEFT JOIN free ON free.sku = level.sku AND free.location = level.location
        WHERE level.sku = ANY(${skus}::text[])
      ) AS levels`;
  return asStock(only(rows));
}

function asStock({ skus, locations, levels }: QuoteRow): QuotedStock {
  const bySku = new Map<string, StockLevel[]>();
  for (const level of levels) {
    const known = bySku.get(level.sku);
    if (known) known.push(level);
    else bySku.set(level.sku, [level]);
  }
  return {
    skus: new Map(skus.map((each) => [each.sku, each])),
    locations: new Set(locations),
    levelsOf: (sku) => bySku.get(sku) ?? [],
  };
}

/** Ids of the holds that a create gives back, or replaces. */
function holdsGivenBack(cartId: string | null): Sql {
  const ofCart = sql`
      UNION
      SELECT id
      FROM reservations
      WHERE cart_id = ${cartId}
        AND status = 'held'`;
  return sql`(
        SELECT id
        FROM reservations
        WHERE ${isDue()}
        ORDER BY expires_at
        LIMIT ${DUE_HOLDS_MAX}::integer
      )${cartId === null ? sql`` : ofCart}`;
}
