import { firstIdAt, sql, type Queryable } from '@holdfast/db';

export interface BusySku {
  readonly sku: string;
  readonly calls: number;
  readonly units: number;
}

/** Movements that are read at most: some 20 ms. */
const MOVEMENTS_MAX = 20_000;

const minutesAgo = (minutes: number) =>
  sql`statement_timestamp() - ${minutes}::integer * interval '1 minute'`;

/** SKUs of which most units were reserved in the last minutes, among the newest 20,000 movements. */
export const readSkusThatSell = (
  db: Queryable,
  minutes: number,
  limit: number,
): Promise<readonly BusySku[]> =>
  db.$queryRaw<BusySku[]>`
    SELECT sku, count(*)::integer AS calls, sum(reserved_delta + allocated_delta)::float8 AS units
    FROM (
      SELECT sku, kind, reserved_delta, allocated_delta
      FROM stock_movements
      WHERE id >= ${firstIdAt(minutesAgo(minutes))}
      ORDER BY id DESC
      LIMIT ${MOVEMENTS_MAX}::integer
    ) AS newest
    WHERE kind = 'reserve'
    GROUP BY sku
    ORDER BY units DESC, sku
    LIMIT ${limit}::integer`;

/** SKUs of which most calls were refused in the last minutes, and the units that these asked for. */
export const readSkusThatRefuse = (
  db: Queryable,
  minutes: number,
  limit: number,
): Promise<readonly BusySku[]> =>
  db.$queryRaw<BusySku[]>`
    SELECT sku, sum(calls)::float8 AS calls, sum(units)::float8 AS units
    FROM demand_counts
    WHERE at >= ${minutesAgo(minutes)}
      AND kind <> 'waiting'
    GROUP BY sku
    ORDER BY calls DESC, sku
    LIMIT ${limit}::integer`;
