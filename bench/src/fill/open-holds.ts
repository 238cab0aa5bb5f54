import { withSession } from '@holdfast/testing';
import { LOCATION } from '../api-calls.ts';
import { fillInChunks, runStatements } from '../bench-database.ts';

const CHUNK = 50_000;

/** In the order of time, as clients make them; nine of ten have one line, the others two. */
const writeHolds: readonly string[] = [
  'CREATE TEMP TABLE holds (n integer, id uuid, at timestamptz(3)) ON COMMIT DROP',
  `
  INSERT INTO holds
  SELECT n, uuidv7(ago), clock_timestamp() + ago
  FROM generate_series(:first::integer, :last::integer) n
  CROSS JOIN LATERAL (SELECT (n - :count::integer) * interval '1 ms' AS ago) time`,
  `
  INSERT INTO reservations (id, status, sourcing, expires_at, version, created_at, updated_at)
  SELECT id, 'held', 'split', at + interval '1 day', 1, at, at
  FROM holds
  ORDER BY n`,
  `
  INSERT INTO reservation_lines (reservation_id, line_no, sku, quantity)
  SELECT id, line_no, 'SKU-' || (n * 7 + line_no) % 1000, 1
  FROM holds
  CROSS JOIN LATERAL generate_series(1, CASE WHEN n % 10 = 0 THEN 2 ELSE 1 END) line_no
  ORDER BY n`,
  `
  INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity)
  SELECT reservation_id, line_no, 1, :location::text, quantity
  FROM reservation_lines
  JOIN holds ON id = reservation_id
  ORDER BY n`,
];

/** Counters and newest movements, as if all of a level had been held at once: the routine check finds them right. */
const correctCounters = `
  WITH open AS (
    SELECT line.sku, sum(part.quantity)::integer AS quantity
    FROM reservations r
    JOIN reservation_lines line ON line.reservation_id = r.id
    JOIN line_allocations part USING (reservation_id, line_no)
    WHERE r.status = 'held'
    GROUP BY line.sku
  ),
  levels AS (
    UPDATE stock_levels
    SET reserved = open.quantity, level_seq = level_seq + 1
    FROM open
    WHERE open.sku = stock_levels.sku
    RETURNING stock_levels.*
  )
  INSERT INTO stock_movements (
    id, at, sku, location, level_seq, kind, on_hand_delta, reserved_delta, allocated_delta,
    on_hand, reserved, allocated, caller
  )
  SELECT uuidv7(), clock_timestamp(), sku, location, level_seq, 'reserve', 0, reserved, 0, on_hand, reserved, allocated, 'bench'
  FROM levels`;

/**
 * Writes so many holds that are open and not due, of the benchmarks' stock, of which nothing else is held.
 *
 * @param onProgress called after each chunk with how many are done
 * @param chunk holds in one transaction
 */
export function fillOpenHolds(
  databaseUrl: string,
  count: number,
  onProgress: (done: number) => void,
  chunk = CHUNK,
): Promise<void> {
  return withSession(databaseUrl, async (session) => {
    await fillInChunks(session, { total: count, chunk, onProgress }, (first, last) =>
      runStatements(session, writeHolds, { first, last, count, location: LOCATION }),
    );
    await session.query(correctCounters);
  });
}
