/** Fills an empty database with reservations that have come to all kinds of ends. */
import { withSession } from '@holdfast/testing';
import { LOCATION, ON_HAND, SOLD_OUT, skuNames } from '../api-calls.ts';
import { fillInChunks, runStatements } from '../bench-database.ts';
import { writePast } from './write-past.ts';

const CHUNK = 20_000;
/** The oldest reservation is this old, and the newest a day. */
const OLDEST_DAYS = 180;

/** The benchmarks' SKUs as they were put in stock before the first reservation. */
const stockLevels: readonly string[] = [
  `
  INSERT INTO locations (location, created_at, updated_at)
  SELECT :location::text, at, at
  FROM (SELECT clock_timestamp() - (:oldestDays::integer + 1) * interval '1 day' AS at) stocked`,
  `
  INSERT INTO skus (sku, created_at, updated_at)
  SELECT sku, at, at
  FROM unnest(:skus::text[]) sku
  CROSS JOIN (SELECT clock_timestamp() - (:oldestDays::integer + 1) * interval '1 day' AS at) stocked`,
  `
  INSERT INTO stock_levels (sku, location, on_hand, version, level_seq, updated_at)
  SELECT sku, :location::text, CASE sku WHEN :soldOut::text THEN 0 ELSE :onHand::integer END, 1, 1, created_at
  FROM skus`,
  `
  INSERT INTO stock_movements (
    id, at, sku, location, level_seq, kind, on_hand_delta, reserved_delta, allocated_delta,
    on_hand, reserved, allocated, caller
  )
  SELECT
    uuidv7(updated_at - clock_timestamp()), updated_at, sku, location, 1, 'set', on_hand, 0, 0, on_hand, 0, 0, 'bench'
  FROM stock_levels`,
];

/** What can become of a reservation, step by step: how it moves the counters, its events, and the warehouse's action. */
const temporaryTables: readonly string[] = [
  `
  CREATE TEMP TABLE steps AS
  SELECT *
  FROM (VALUES
    ('{fulfilled,cancelled,confirmed,expired,released}'::text[], 1, 'reserve', 0, 1, 0, interval '0', 'held',
      '{reserved}'::text[], NULL),
    ('{fulfilled,cancelled,confirmed}', 2, 'confirm', 0, -1, 1, '2 minutes', 'confirmed', '{confirmed}', 'confirm'),
    ('{fulfilled}', 3, 'fulfill', -1, 0, -1, '6 hours', 'fulfilled', '{deducted}', NULL),
    ('{cancelled}', 3, 'cancel', 0, 0, -1, '1 hour', 'cancelled', '{cancelled,released}', 'cancel'),
    ('{expired}', 2, 'expire', 0, -1, 0, '15 minutes', 'expired', '{expired,released}', 'expire'),
    ('{released}', 2, 'release', 0, -1, 0, '5 minutes', 'released', '{released}', 'release')
  ) AS step (ends, version, kind, on_hand, reserved, allocated, after, becomes, events, action)`,
  `
  CREATE TEMP TABLE chunk (
    n integer, id uuid, at timestamptz(3), ends_before timestamptz(3), status text, lines integer
  )`,
  `
  CREATE TEMP TABLE chunk_lines (n integer, id uuid, line_no smallint, sku text, quantity integer)`,
  // `shown` is the reservation after the step, as events and kept outcomes carry it.
  `
  CREATE TEMP TABLE chunk_steps (
    n integer, id uuid, version integer, kind text, on_hand integer, reserved integer, allocated integer,
    at timestamptz(3), becomes text, events text[], action text, shown json
  )`,
];

/** What becomes of the chunk's reservations. One line in ten is of the first SKU, the hot one. */
const makeUpChunk: readonly string[] = [
  'TRUNCATE chunk, chunk_lines, chunk_steps',
  `
  INSERT INTO chunk
  SELECT
    n,
    uuidv7(at - clock_timestamp()),
    at,
    period.ends_before,
    CASE
      WHEN end_of < 0.55 THEN 'fulfilled'
      WHEN end_of < 0.80 THEN 'expired'
      WHEN end_of < 0.92 THEN 'released'
      WHEN end_of < 0.97 THEN 'cancelled'
      ELSE 'confirmed'
    END,
    CASE WHEN random() < 0.7 THEN 1 ELSE 2 END
  FROM (
    SELECT
      clock_timestamp() - :oldestDays::integer * interval '1 day' AS oldest,
      (:oldestDays::integer - 1) * interval '1 day' / :reservations::integer AS distance
  ) time
  CROSS JOIN LATERAL (SELECT time.oldest + :last::integer * time.distance AS ends_before) period
  CROSS JOIN LATERAL (
    SELECT n, time.oldest + n * time.distance AS at, random() AS end_of
    FROM generate_series(:first::integer, :last::integer) n
  ) each`,
  `
  INSERT INTO chunk_lines
  SELECT n, id, line_no, 'SKU-' || (first_sku + (line_no - 1) * (1 + n % 998)) % 1000, 1 + floor(random() * 3)
  FROM (
    SELECT *, CASE WHEN random() < 0.1 THEN 0 ELSE floor(random() * 1000)::integer END AS first_sku
    FROM chunk
  ) chunk
  CROSS JOIN LATERAL generate_series(1, chunk.lines) line_no`,
  // Within the chunk's period, so that the movements of a level are in order of time.
  `
  INSERT INTO chunk_steps
  SELECT
    chunk.n, chunk.id, step.version, kind, on_hand, reserved, allocated, step_at.at, becomes, events, action,
    json_build_object(
      'id', chunk.id, 'status', becomes, 'order_id', 'o-' || chunk.n, 'cart_id', 'c-' || chunk.n,
      'store_id', 'eu-web', 'source', 'web-checkout', 'release_reason', NULL, 'payment_reference', NULL,
      'expires_at', chunk.at + interval '15 minutes', 'extensions', 0, 'lines', lines.shown,
      'warehouse_sync', NULL, 'metadata', json_build_object('channel', 'app'), 'version', step.version,
      'created_at', chunk.at, 'updated_at', step_at.at, 'confirmed_at', NULL, 'released_at', NULL,
      'expired_at', NULL, 'cancelled_at', NULL, 'fulfilled_at', NULL
    )
  FROM chunk
  JOIN steps step ON chunk.status = ANY(step.ends)
  CROSS JOIN LATERAL (SELECT LEAST(chunk.at + step.after, chunk.ends_before) AS at) step_at
  JOIN (
    SELECT id, json_agg(json_build_object(
      'sku', sku, 'location', NULL, 'quantity', quantity,
      'confirmed_quantity', 0, 'fulfilled_quantity', 0, 'cancelled_quantity', 0,
      'allocations', json_build_array(json_build_object(
        'location', :location::text, 'quantity', quantity, 'fulfilled_quantity', 0
      ))
    ) ORDER BY line_no) AS shown
    FROM chunk_lines
    GROUP BY id
  ) lines ON lines.id = chunk.id`,
];

/**
 * Writes the benchmarks' stock and so many reservations that have ended, with all that the ledger would have written for
 * them, so that all counters are right.
 *
 * @param onProgress called after each chunk with how many are done
 * @param chunk reservations in one transaction
 */
export function fillPastReservations(
  databaseUrl: string,
  reservations: number,
  onProgress: (done: number) => void = () => undefined,
  chunk = CHUNK,
): Promise<void> {
  return withSession(databaseUrl, async (session) => {
    const given = { reservations, oldestDays: OLDEST_DAYS, location: LOCATION };
    const stock = { skus: [SOLD_OUT, ...skuNames], soldOut: SOLD_OUT, onHand: ON_HAND };
    await runStatements(session, [...temporaryTables, ...stockLevels], { ...given, ...stock });
    await fillInChunks(session, { total: reservations, chunk, onProgress }, (first, last) =>
      runStatements(session, [...makeUpChunk, ...writePast], { ...given, first, last }),
    );
  });
}
