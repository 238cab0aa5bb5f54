import { THE_LINE } from '@holdfast/domain';
import { firstIdAt, isoTime, only, sql, type Queryable, type Sql } from '@holdfast/db';

// The figures of a sale, from the movements of a SKU, its reservations and the counts of refusals.

export interface DemandSpan {
  readonly sku: string;
  /** Epoch milliseconds, from and including. */
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

interface CallsAndUnits {
  readonly calls: number;
  readonly units: number;
}

export interface Demand {
  readonly asked: CallsAndUnits;
  readonly held: CallsAndUnits;
  readonly confirmed: CallsAndUnits;
  readonly refused: CallsAndUnits;
  readonly waiting: CallsAndUnits;
  /** Holds that ended without a confirm. */
  readonly expired: CallsAndUnits;
}

export interface DemandBucket extends Demand {
  /** When it begins: epoch milliseconds. */
  readonly at: number;
}

/** Ids of movements begin with the time of creation, which may differ a little from the database's. */
const ID_MARGIN = sql`interval '1 minute'`;

const timestamp = (ms: number): Sql => sql`to_timestamp(${ms}::float8 / 1000)`;

/** Of movements: by index, then by the database's time. */
const isIn = ({ sku, from, to }: DemandSpan): Sql => sql`m.sku = ${sku}
        AND m.id >= ${firstIdAt(sql`${timestamp(from)} - ${ID_MARGIN}`)}
        AND m.id < ${firstIdAt(sql`${timestamp(to)} + ${ID_MARGIN}`)}
        AND m.at >= ${timestamp(from)}
        AND m.at < ${timestamp(to)}`;

const bucketOf = (at: Sql, bucketMs: number): Sql =>
  sql`(floor(extract(epoch FROM ${at}) * 1000 / ${bucketMs}::float8) * ${bucketMs}::float8)::float8`;

/** Buckets in which something happened, in order. */
export async function readDemandBuckets(
  db: Queryable,
  span: DemandSpan,
  bucketMs: number,
): Promise<readonly DemandBucket[]> {
  return db.$queryRaw<DemandBucket[]>`
    WITH moved AS (
      SELECT
        ${bucketOf(sql`m.at`, bucketMs)} AS bucket,
        m.kind,
        m.reserved_delta + m.allocated_delta AS promised,
        m.allocated_delta AS allocated,
        m.reservation_id,
        m.at,
        -- Those who waited in line have asked for it when they came.
        m.caller = ${THE_LINE} AS was_asked_before
      FROM stock_movements m
      WHERE ${isIn(span)}
        AND m.kind IN ('reserve', 'confirm', 'expire')
    ),
    counted AS (
      SELECT
        bucket,
        count(DISTINCT (reservation_id, at)) FILTER (WHERE promised > 0 AND NOT was_asked_before) AS given_calls,
        coalesce(sum(promised) FILTER (WHERE promised > 0 AND NOT was_asked_before), 0) AS given_units,
        count(DISTINCT (reservation_id, at)) FILTER (WHERE kind = 'reserve' AND promised > 0) AS held_calls,
        coalesce(sum(promised) FILTER (WHERE kind = 'reserve' AND promised > 0), 0) AS held_units,
        count(DISTINCT (reservation_id, at)) FILTER (WHERE kind = 'confirm' AND allocated > 0) AS confirmed_calls,
        coalesce(sum(allocated) FILTER (WHERE kind = 'confirm' AND allocated > 0), 0) AS confirmed_units,
        0 AS refused_calls, 0 AS refused_units, 0 AS waiting_calls, 0 AS waiting_units,
        count(DISTINCT (reservation_id, at)) FILTER (WHERE kind = 'expire') AS expired_calls,
        coalesce(-sum(promised) FILTER (WHERE kind = 'expire'), 0) AS expired_units
      FROM moved
      GROUP BY bucket
      UNION ALL
      SELECT
        ${bucketOf(sql`at`, bucketMs)}, sum(calls), sum(units), 0, 0, 0, 0,
        coalesce(sum(calls) FILTER (WHERE kind <> 'waiting'), 0),
        coalesce(sum(units) FILTER (WHERE kind <> 'waiting'), 0),
        coalesce(sum(calls) FILTER (WHERE kind = 'waiting'), 0),
        coalesce(sum(units) FILTER (WHERE kind = 'waiting'), 0),
        0, 0
      FROM demand_counts
      WHERE sku = ${span.sku}
        AND at >= ${timestamp(span.from)}
        AND at < ${timestamp(span.to)}
      GROUP BY 1
    )
    SELECT
      bucket AS at,
      ${callsAndUnits('given')} AS asked,
      ${callsAndUnits('held')} AS held,
      ${callsAndUnits('confirmed')} AS confirmed,
      ${callsAndUnits('refused')} AS refused,
      ${callsAndUnits('waiting')} AS waiting,
      ${callsAndUnits('expired')} AS expired
    FROM counted
    GROUP BY bucket
    ORDER BY bucket`;
}

const SUMS = {
  given: [sql`given_calls`, sql`given_units`],
  held: [sql`held_calls`, sql`held_units`],
  confirmed: [sql`confirmed_calls`, sql`confirmed_units`],
  refused: [sql`refused_calls`, sql`refused_units`],
  waiting: [sql`waiting_calls`, sql`waiting_units`],
  expired: [sql`expired_calls`, sql`expired_units`],
} as const;

function callsAndUnits(what: keyof typeof SUMS): Sql {
  const [calls, units] = SUMS[what];
  return sql`json_build_object('calls', sum(${calls}), 'units', sum(${units}))`;
}

export interface SoldOut {
  /** ISO 8601. Null: it was not sold out in this time. */
  readonly firstAt: string | null;
  /** For how long in all. */
  readonly seconds: number;
}

/**
 * When nothing was left. Computed backwards from the free units now, by the movements since then. Values that
 * movements do not record (safety stock, backorder limits, active locations) count as they are now.
 */
export async function readSoldOut(db: Queryable, { sku, from, to }: DemandSpan): Promise<SoldOut> {
  return only(
    await db.$queryRaw<SoldOut[]>`
      WITH level AS MATERIALIZED (
        SELECT l.location, l.safety_stock - l.backorder_limit AS kept_back,
          ${freeUnits(sql`l.on_hand - l.reserved - l.allocated`, sql`l.safety_stock - l.backorder_limit`)} AS free
        FROM stock_levels l
        JOIN locations USING (location)
        WHERE l.sku = ${sku}
          AND locations.active
      ),
      moved AS (
        SELECT m.id, m.at, ${freeUnits(sql`m.on_hand - m.reserved - m.allocated`, sql`level.kept_back`)}
          - ${freeUnits(
            sql`m.on_hand - m.on_hand_delta - m.reserved + m.reserved_delta - m.allocated + m.allocated_delta`,
            sql`level.kept_back`,
          )} AS change
        FROM stock_movements m
        JOIN level ON level.location = m.location
        WHERE m.sku = ${sku}
          AND m.id >= ${firstIdAt(sql`${timestamp(from)} - ${ID_MARGIN}`)}
          AND m.at >= ${timestamp(from)}
      ),
      steps AS (
        SELECT NULL::uuid AS id, ${timestamp(from)} AS since, (SELECT coalesce(sum(free), 0) FROM level)
          - coalesce(sum(change), 0) AS free
        FROM moved
        UNION ALL
        SELECT id, at, (SELECT coalesce(sum(free), 0) FROM level)
          - coalesce(sum(change) OVER (ORDER BY id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
        FROM moved
      ),
      spans AS (
        SELECT
          since,
          free <= 0 AND (id IS NOT NULL OR ${hadMovementsBefore(sku, from)}) AS none_left,
          least(
            lead(since, 1, 'infinity') OVER (ORDER BY id NULLS FIRST), ${timestamp(to)}, clock_timestamp()
          ) AS until
        FROM steps
      )
      SELECT
        ${isoTime(sql`min(since) FILTER (WHERE none_left AND until > since)`)} AS "firstAt",
        coalesce(extract(epoch FROM sum(until - since) FILTER (WHERE none_left AND until > since)), 0)::float8 AS seconds
      FROM spans`,
  );
}

/** A SKU that never had units is not sold out. */
const hadMovementsBefore = (sku: string, from: number): Sql => sql`EXISTS (
            SELECT
            FROM stock_movements
            WHERE sku = ${sku}
              AND id < ${firstIdAt(timestamp(from))}
          )`;

const freeUnits = (units: Sql, keptBack: Sql): Sql => sql`greatest(0, ${units} - (${keptBack}))`;

export interface ServedCustomers {
  /** How many customers have confirmed units. */
  readonly served: number;
  readonly units: number;
  /** Null: none was served. */
  readonly medianUnits: number | null;
  readonly largestUnits: number | null;
  /** Units of the 1 % of customers with most units; at least one customer. */
  readonly topShare: number | null;
  /** Confirmed units of reservations without a customer. */
  readonly unitsWithoutCustomer: number;
}

/** The customers whose units were confirmed in this time, less the units cancelled in it. */
export async function readServedCustomers(db: Queryable, span: DemandSpan): Promise<ServedCustomers> {
  return only(
    await db.$queryRaw<ServedCustomers[]>`
      WITH of_reservation AS MATERIALIZED (
        SELECT m.reservation_id, sum(m.allocated_delta) AS units
        FROM stock_movements m
        WHERE ${isIn(span)}
          AND m.kind IN ('confirm', 'cancel')
          AND m.reservation_id IS NOT NULL
        GROUP BY m.reservation_id
      ),
      of_customer AS (
        SELECT
          r.customer_id,
          sum(o.units) AS units,
          row_number() OVER (ORDER BY (r.customer_id IS NULL), sum(o.units) DESC) AS rank
        FROM of_reservation o
        JOIN reservations r ON r.id = o.reservation_id
        GROUP BY r.customer_id
        HAVING sum(o.units) > 0
      ),
      named AS (
        SELECT units, rank, ceil(count(*) OVER () / 100.0) AS top
        FROM of_customer
        WHERE customer_id IS NOT NULL
      )
      SELECT
        count(*)::integer AS served,
        coalesce(sum(units), 0)::float8 AS units,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY units)::float8 AS "medianUnits",
        max(units)::float8 AS "largestUnits",
        (sum(units) FILTER (WHERE rank <= top) / sum(units))::float8 AS "topShare",
        coalesce((SELECT units FROM of_customer WHERE customer_id IS NULL), 0)::float8 AS "unitsWithoutCustomer"
      FROM named`,
  );
}
