import type { Statement } from '../statement.ts';
import type { Given } from './given.ts';

/** What can become of a reservation, step by step: how it moves the counters, what it tells, and to whom. */
export const prepareTemporaryTables: readonly string[] = [
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
  ) AS step (ends, version, kind, on_hand, reserved, allocated, after, becomes, tells, action)`,
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
    at timestamptz(3), becomes text, tells text[], action text, shown json
  )`,
];

/** What becomes of the chunk's reservations. One line in ten is of the first SKU, the hot one. */
export const imagineChunk: readonly Statement<Given>[] = [
  { values: [], sql: 'TRUNCATE chunk, chunk_lines, chunk_steps' },
  {
    values: ['first', 'last', 'reservations', 'oldestDays'],
    sql: `
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
        clock_timestamp() - $4::integer * interval '1 day' AS oldest,
        ($4::integer - 1) * interval '1 day' / $3::integer AS distance
    ) time
    CROSS JOIN LATERAL (SELECT time.oldest + $2::integer * time.distance AS ends_before) period
    CROSS JOIN LATERAL (
      SELECT n, time.oldest + n * time.distance AS at, random() AS end_of
      FROM generate_series($1::integer, $2::integer) n
    ) each`,
  },
  {
    values: [],
    sql: `
    INSERT INTO chunk_lines
    SELECT n, id, line_no, 'SKU-' || (first_sku + (line_no - 1) * (1 + n % 998)) % 1000, 1 + floor(random() * 3)
    FROM (
      SELECT *, CASE WHEN random() < 0.1 THEN 0 ELSE floor(random() * 1000)::integer END AS first_sku
      FROM chunk
    ) chunk
    CROSS JOIN LATERAL generate_series(1, chunk.lines) line_no`,
  },
  // Within the chunk's period, so that the movements of a level are in order of time.
  {
    values: ['location'],
    sql: `
    INSERT INTO chunk_steps
    SELECT
      chunk.n, chunk.id, step.version, kind, on_hand, reserved, allocated, step_at.at, becomes, tells, action,
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
          'location', $1::text, 'quantity', quantity, 'fulfilled_quantity', 0
        ))
      ) ORDER BY line_no) AS shown
      FROM chunk_lines
      GROUP BY id
    ) lines ON lines.id = chunk.id`,
  },
];
