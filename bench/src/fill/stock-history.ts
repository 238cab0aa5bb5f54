/** Fills an empty database with stock at two locations, and with all movements that led to it. */
import { withSession } from '@holdfast/testing';
import { fillInChunks, runStatements } from '../bench-database.ts';

export const LEVELS_PER_SKU = 2;
/** The oldest movement is this old. */
const DAYS = 180;

/**
 * What happens to a level, and which levels there are. All begin with a count; then come receipts, as many as are left over,
 * and orders: reserved, confirmed, fulfilled. In one level of ten (`is_holding`) the newest movement is an open hold.
 */
const makeUpStock: readonly string[] = [
  `
  CREATE TEMP TABLE steps AS
  SELECT
    is_holding,
    level_seq,
    kind,
    level_seq - since_reserve AS order_seq,
    on_hand AS on_hand_delta,
    reserved AS reserved_delta,
    allocated AS allocated_delta,
    sum(on_hand) OVER so_far AS on_hand,
    sum(reserved) OVER so_far AS reserved,
    sum(allocated) OVER so_far AS allocated,
    count(*) FILTER (WHERE kind IN ('set', 'adjust', 'fulfill')) OVER so_far AS version
  FROM (SELECT :movements::integer AS movements, 1 + (:movements::integer - 1) % 3 AS receipts_until) each
  CROSS JOIN (VALUES (true), (false)) holding (is_holding)
  CROSS JOIN LATERAL generate_series(1, movements) level_seq
  CROSS JOIN LATERAL (
    SELECT CASE
      WHEN level_seq = 1 THEN 'set'
      WHEN is_holding AND movements > 3 AND level_seq = movements THEN 'reserve'
      WHEN is_holding AND movements > 3 AND level_seq > movements - 3 THEN 'adjust'
      WHEN level_seq <= receipts_until THEN 'adjust'
      ELSE (ARRAY['reserve', 'confirm', 'fulfill'])[1 + (level_seq - receipts_until - 1) % 3]
    END AS kind
  ) kinds
  JOIN (
    VALUES
      ('set', 0, 0, 0, NULL),
      ('adjust', 1, 0, 0, NULL),
      ('reserve', 0, 1, 0, 0),
      ('confirm', 0, -1, 1, 1),
      ('fulfill', -1, 0, -1, 2)
  ) effects (kind, on_hand, reserved, allocated, since_reserve) USING (kind)
  WINDOW so_far AS (PARTITION BY is_holding ORDER BY level_seq ROWS UNBOUNDED PRECEDING)`,
  // `position` is the order in time, and mixed: neighbours in time are not neighbours in an index of names. One SKU of 20
  // is low, half of all have a threshold. What is counted at first is enough for all that is fulfilled.
  `
  CREATE TEMP TABLE levels AS
  SELECT
    row_number() OVER (ORDER BY md5(sku || location)) AS position,
    sku,
    location,
    is_low,
    low_stock_threshold,
    :movements::integer / 3 + CASE WHEN is_low THEN 2 ELSE 1000 END AS counted,
    row_number() OVER (ORDER BY md5(location || sku)) % 10 = 0 AS is_holding
  FROM (
    SELECT
      'SKU-' || lpad(n::text, 6, '0') AS sku,
      n % 20 = 0 AS is_low,
      CASE WHEN n % 2 = 0 THEN 20 END AS low_stock_threshold
    FROM generate_series(1, :skus::integer) n
  ) skus
  CROSS JOIN (VALUES ('WH-1'), ('WH-2')) locations (location)`,
  `
  CREATE TEMP TABLE period AS
  SELECT
    count(*) AS levels,
    clock_timestamp() - :days::integer * interval '1 day' AS start,
    :days::integer * interval '1 day' / (count(*) * :movements::integer + 1) AS distance
  FROM levels`,
  'ANALYZE steps, levels, period',
  `
  CREATE FUNCTION pg_temp.time_of(period, "position" bigint, level_seq bigint)
  RETURNS timestamptz(3) LANGUAGE sql STABLE AS $$
    SELECT $1.start + ((level_seq - 1) * $1.levels + "position") * $1.distance
  $$`,
  // As UUIDv7, and the same whenever it is asked for.
  `
  CREATE FUNCTION pg_temp.order_id(at timestamptz, "position" bigint, order_seq bigint)
  RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT (
      lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0')
      || '7' || lpad(to_hex("position" % 4096), 3, '0')
      || '8' || substr(md5("position" || '-' || order_seq), 1, 15)
    )::uuid
  $$`,
];

/** The catalogue, and the levels as they are after their newest movement. */
const writeLevels: readonly string[] = [
  `
  INSERT INTO locations (location)
  SELECT DISTINCT location
  FROM levels`,
  `
  INSERT INTO skus (sku, name, low_stock_threshold, is_low)
  SELECT DISTINCT sku, 'Item ' || sku, low_stock_threshold, is_low
  FROM levels`,
  `
  INSERT INTO stock_levels (sku, location, on_hand, reserved, allocated, version, level_seq, updated_at)
  SELECT
    sku, location, counted + on_hand, reserved, allocated, version, level_seq,
    pg_temp.time_of(period, position, level_seq)
  FROM levels
  JOIN steps USING (is_holding)
  CROSS JOIN period
  WHERE level_seq = :movements::integer
  ORDER BY position`,
];

/** One movement of every level. In the order of time, as a ledger grows. */
const writeRound: readonly string[] = [
  `
  INSERT INTO stock_movements (
    id, at, sku, location, level_seq, kind, on_hand_delta, reserved_delta, allocated_delta,
    on_hand, reserved, allocated, reservation_id, reason, caller
  )
  SELECT
    uuidv7(moved.at - clock_timestamp()), moved.at, sku, location, level_seq, kind,
    CASE kind WHEN 'set' THEN counted ELSE on_hand_delta END,
    reserved_delta, allocated_delta, counted + on_hand, reserved, allocated,
    pg_temp.order_id(pg_temp.time_of(period, position, order_seq), position, order_seq),
    CASE kind WHEN 'adjust' THEN 'receipt' END, 'bench'
  FROM levels
  JOIN steps USING (is_holding)
  CROSS JOIN period
  CROSS JOIN LATERAL (SELECT pg_temp.time_of(period, position, level_seq) AS at) moved
  WHERE level_seq = :levelSeq::integer
  ORDER BY position`,
];

/** The holds that are open. */
const writeHolds: readonly string[] = [
  `
  CREATE TEMP TABLE holds AS
  SELECT
    movement.reservation_id AS id,
    movement.at,
    movement.sku,
    movement.location,
    movement.reserved_delta AS quantity
  FROM levels
  JOIN stock_movements movement USING (sku, location)
  WHERE is_holding
    AND movement.level_seq = :movements::integer
    AND movement.kind = 'reserve'
  ORDER BY position`,
  `
  INSERT INTO reservations (id, status, sourcing, expires_at, version, created_at, updated_at)
  SELECT id, 'held', 'split', clock_timestamp() + interval '1 day', 1, at, at
  FROM holds`,
  `
  INSERT INTO reservation_lines (reservation_id, line_no, sku, quantity)
  SELECT id, 1, sku, quantity
  FROM holds`,
  `
  INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity)
  SELECT id, 1, 1, location, quantity
  FROM holds`,
  `
  INSERT INTO events (id, type, subject, time, reservation_id, reservation_version, data)
  SELECT
    uuidv7(at - clock_timestamp()), 'warehouse.inventory.reserved', id::text, at, id, 1,
    json_build_object('id', id, 'status', 'held')
  FROM holds`,
];

/** The SKUs that `fillStockHistory` makes, in mixed order. */
export function skusInMixedOrder(count: number): readonly string[] {
  const step = 7_919; // a prime, so that every SKU has its turn unless the count is a multiple of it
  return Array.from({ length: count }, (_, n) => `SKU-${String(((n * step) % count) + 1).padStart(6, '0')}`);
}

/**
 * Writes `movementsPerLevel` movements of each level, and the counters that they lead to.
 *
 * @param onProgress called with how many movements are done
 */
export function fillStockHistory(
  databaseUrl: string,
  { skus, movementsPerLevel }: { readonly skus: number; readonly movementsPerLevel: number },
  onProgress: (done: number) => void = () => undefined,
): Promise<void> {
  return withSession(databaseUrl, async (session) => {
    const given = { skus, movements: movementsPerLevel, days: DAYS };
    await runStatements(session, [...makeUpStock, ...writeLevels], given);
    const rounds = {
      total: movementsPerLevel,
      chunk: 1,
      onProgress: (round: number) => onProgress(round * skus * LEVELS_PER_SKU),
    };
    await fillInChunks(session, rounds, (levelSeq) =>
      runStatements(session, writeRound, { ...given, levelSeq }),
    );
    await runStatements(session, writeHolds, given);
  });
}
