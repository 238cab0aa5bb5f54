import type { House } from '../../../tests/house.ts';

/** How long after its time each hold was given back, in seconds: when it was decided, with its rows locked, by the database's clock. */
export interface ExpiryLag {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Of holds that fell due before `dueBefore`. */
export async function readExpiryLag(house: House, dueBefore = new Date(8.64e15)): Promise<ExpiryLag> {
  const [lag] = await house.query<ExpiryLag>(
    `SELECT
       count(*)::integer AS count,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds) AS p50,
       percentile_disc(0.99) WITHIN GROUP (ORDER BY seconds) AS p99,
       max(seconds) AS max
     FROM (
       SELECT extract(epoch FROM min(movement.at) - expires_at)::float8 AS seconds
       FROM reservations
       JOIN stock_movements movement ON movement.reservation_id = reservations.id
       WHERE movement.kind = 'expire'
         AND expires_at < $1
       GROUP BY reservations.id
     ) each`,
    [dueBefore],
  );
  const { count = 0, p50, p99, max } = lag ?? {};
  return { count, p50: p50 ?? Number.NaN, p99: p99 ?? Number.NaN, max: max ?? Number.NaN };
}

export async function countHeld(house: House): Promise<number> {
  const [held] = await house.query<{ count: number }>(
    `SELECT count(*)::integer AS count
     FROM reservations
     WHERE status = 'held'`,
  );
  return held?.count ?? Number.NaN;
}

/** Until the next hold falls due, by the database's clock. */
export async function msUntilDue(house: House): Promise<number> {
  const [next] = await house.query<{ ms: number }>(
    `SELECT (extract(epoch FROM min(expires_at) - clock_timestamp()) * 1000)::float8 AS ms
     FROM reservations
     WHERE status = 'held'`,
  );
  return next?.ms ?? 0;
}
