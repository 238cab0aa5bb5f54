import type { Statement } from '../statement.ts';

/** What a statement may be given. `levelSeq`: which movement of every level is written. */
export type Given = 'skus' | 'movements' | 'days' | 'levelSeq';

/**
 * What happens to a level, and which levels there are. All begin with a count; then come receipts, as many as are left over,
 * and orders: reserved, confirmed, fulfilled. In one level of ten (`is_holding`) the newest movement is an open hold.
 */
export const imagineStock: readonly Statement<Given>[] = [
  {
    values: ['movements'],
    sql: `
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
    FROM (SELECT $1::integer AS movements, 1 + ($1::integer - 1) % 3 AS receipts_until) each
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
  },
  // `position` is the order in time, and mixed: neighbours in time are not neighbours in an index of names. One SKU of 20
  // is low, half of all have a threshold. What is counted at first is enough for all that is fulfilled.
  {
    values: ['skus', 'movements'],
    sql: `
    CREATE TEMP TABLE levels AS
    SELECT
      row_number() OVER (ORDER BY md5(sku || location)) AS position,
      sku,
      location,
      is_low,
      low_stock_threshold,
      $2::integer / 3 + CASE WHEN is_low THEN 2 ELSE 1000 END AS counted,
      row_number() OVER (ORDER BY md5(location || sku)) % 10 = 0 AS is_holding
    FROM (
      SELECT
        'SKU-' || lpad(n::text, 6, '0') AS sku,
        n % 20 = 0 AS is_low,
        CASE WHEN n % 2 = 0 THEN 20 END AS low_stock_threshold
      FROM generate_series(1, $1::integer) n
    ) skus
    CROSS JOIN (VALUES ('WH-1'), ('WH-2')) locations (location)`,
  },
  {
    values: ['movements', 'days'],
    sql: `
    CREATE TEMP TABLE period AS
    SELECT
      count(*) AS levels,
      clock_timestamp() - $2::integer * interval '1 day' AS start,
      $2::integer * interval '1 day' / (count(*) * $1::integer + 1) AS distance
    FROM levels`,
  },
  { values: [], sql: 'ANALYZE steps, levels, period' },
  {
    values: [],
    sql: `
    CREATE FUNCTION pg_temp.time_of(period, "position" bigint, level_seq bigint)
    RETURNS timestamptz(3) LANGUAGE sql STABLE AS $$
      SELECT $1.start + ((level_seq - 1) * $1.levels + "position") * $1.distance
    $$`,
  },
  // As UUIDv7, and the same whenever it is asked for.
  {
    values: [],
    sql: `
    CREATE FUNCTION pg_temp.order_id(at timestamptz, "position" bigint, order_seq bigint)
    RETURNS uuid LANGUAGE sql STABLE AS $$
      SELECT (
        lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0')
        || '7' || lpad(to_hex("position" % 4096), 3, '0')
        || '8' || substr(md5("position" || '-' || order_seq), 1, 15)
      )::uuid
    $$`,
  },
];
