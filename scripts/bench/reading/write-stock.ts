import type { Statement } from '../statement.ts';
import type { Given } from './imagine-stock.ts';

/** The catalogue, and the levels as they are after their newest movement. */
export const writeLevels: readonly Statement<Given>[] = [
  {
    values: [],
    sql: `
    INSERT INTO locations (location)
    SELECT DISTINCT location
    FROM levels`,
  },
  {
    values: [],
    sql: `
    INSERT INTO skus (sku, name, low_stock_threshold, is_low)
    SELECT DISTINCT sku, 'Item ' || sku, low_stock_threshold, is_low
    FROM levels`,
  },
  {
    values: ['movements'],
    sql: `
    INSERT INTO stock_levels (sku, location, on_hand, reserved, allocated, version, level_seq, updated_at)
    SELECT
      sku, location, counted + on_hand, reserved, allocated, version, level_seq,
      pg_temp.time_of(period, position, level_seq)
    FROM levels
    JOIN steps USING (is_holding)
    CROSS JOIN period
    WHERE level_seq = $1::integer
    ORDER BY position`,
  },
];

/** One movement of every level. In the order of time, as a ledger grows. */
export const writeRound: readonly Statement<Given>[] = [
  {
    values: ['levelSeq'],
    sql: `
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
    WHERE level_seq = $1::integer
    ORDER BY position`,
  },
];

/** The holds that are open. */
export const writeHolds: readonly Statement<Given>[] = [
  {
    values: ['movements'],
    sql: `
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
      AND movement.level_seq = $1::integer
      AND movement.kind = 'reserve'
    ORDER BY position`,
  },
  {
    values: [],
    sql: `
    INSERT INTO reservations (id, status, sourcing, expires_at, version, created_at, updated_at)
    SELECT id, 'held', 'split', clock_timestamp() + interval '1 day', 1, at, at
    FROM holds`,
  },
  {
    values: [],
    sql: `
    INSERT INTO reservation_lines (reservation_id, line_no, sku, quantity)
    SELECT id, 1, sku, quantity
    FROM holds`,
  },
  {
    values: [],
    sql: `
    INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity)
    SELECT id, 1, 1, location, quantity
    FROM holds`,
  },
  {
    values: [],
    sql: `
    INSERT INTO events (id, type, subject, time, reservation_id, reservation_version, data)
    SELECT
      uuidv7(at - clock_timestamp()), 'warehouse.inventory.reserved', id::text, at, id, 1,
      json_build_object('id', id, 'status', 'held')
    FROM holds`,
  },
];
