const writeReservations: readonly string[] = [
  `
  INSERT INTO reservations (
    id, status, order_id, cart_id, store_id, source, sourcing, release_reason, payment_reference, expires_at,
    metadata, version, sync_count, created_at, updated_at,
    confirmed_at, released_at, expired_at, cancelled_at, fulfilled_at
  )
  SELECT
    chunk.id, status, 'o-' || n, 'c-' || n, 'eu-web', 'web-checkout', 'split',
    CASE status WHEN 'expired' THEN 'expired' WHEN 'released' THEN 'customer left' END,
    CASE WHEN confirmed_at IS NOT NULL THEN 'pay-' || n END,
    chunk.at + interval '15 minutes', '{"channel":"app"}', version, sync_count, chunk.at, updated_at,
    confirmed_at, released_at,
    CASE status WHEN 'expired' THEN chunk.at + interval '15 minutes' END,
    cancelled_at, fulfilled_at
  FROM chunk
  JOIN (
    SELECT
      id,
      max(version) AS version,
      count(action) AS sync_count,
      max(at) AS updated_at,
      max(at) FILTER (WHERE becomes = 'confirmed') AS confirmed_at,
      max(at) FILTER (WHERE becomes = 'released') AS released_at,
      max(at) FILTER (WHERE becomes = 'cancelled') AS cancelled_at,
      max(at) FILTER (WHERE becomes = 'fulfilled') AS fulfilled_at
    FROM chunk_steps
    GROUP BY id
  ) past ON past.id = chunk.id
  ORDER BY n`,
  `
  INSERT INTO reservation_lines (
    reservation_id, line_no, sku, quantity, confirmed_quantity, fulfilled_quantity, cancelled_quantity
  )
  SELECT
    id, line_no, sku, quantity,
    CASE WHEN status IN ('confirmed', 'fulfilled', 'cancelled') THEN quantity ELSE 0 END,
    CASE status WHEN 'fulfilled' THEN quantity ELSE 0 END,
    CASE status WHEN 'cancelled' THEN quantity ELSE 0 END
  FROM chunk
  JOIN chunk_lines line USING (n, id)
  ORDER BY n, line_no`,
  `
  INSERT INTO line_allocations (
    reservation_id, line_no, position, location, quantity, fulfilled_quantity, cancelled_quantity
  )
  SELECT
    id, line_no, 1, :location::text, quantity,
    CASE status WHEN 'fulfilled' THEN quantity ELSE 0 END,
    CASE status WHEN 'cancelled' THEN quantity ELSE 0 END
  FROM chunk
  JOIN chunk_lines line USING (n, id)
  ORDER BY n, line_no`,
];

/** Balances run on from where the chunk before left the levels. */
const writeMovements: readonly string[] = [
  `
  INSERT INTO stock_movements (
    id, at, sku, location, level_seq, kind, on_hand_delta, reserved_delta, allocated_delta,
    on_hand, reserved, allocated, reservation_id, caller
  )
  SELECT
    uuidv7(step.at - clock_timestamp()),
    step.at,
    level.sku,
    level.location,
    level.level_seq + row_number() OVER so_far,
    step.kind,
    step.on_hand * line.quantity,
    step.reserved * line.quantity,
    step.allocated * line.quantity,
    level.on_hand + sum(step.on_hand * line.quantity) OVER so_far,
    level.reserved + sum(step.reserved * line.quantity) OVER so_far,
    level.allocated + sum(step.allocated * line.quantity) OVER so_far,
    step.id,
    'anonymous'
  FROM chunk_steps step
  JOIN chunk_lines line USING (n, id)
  JOIN stock_levels level ON (level.sku, level.location) = (line.sku, :location::text)
  WINDOW so_far AS (
    PARTITION BY level.sku, level.location
    ORDER BY step.at, step.n, step.version
    ROWS UNBOUNDED PRECEDING
  )
  ORDER BY step.at, step.n, step.version`,
  `
  UPDATE stock_levels level
  SET
    on_hand = level.on_hand + moved.on_hand,
    reserved = level.reserved + moved.reserved,
    allocated = level.allocated + moved.allocated,
    version = level.version + moved.on_hand_changes,
    level_seq = level.level_seq + moved.movements,
    updated_at = moved.at
  FROM (
    SELECT
      line.sku,
      sum(step.on_hand * line.quantity) AS on_hand,
      sum(step.reserved * line.quantity) AS reserved,
      sum(step.allocated * line.quantity) AS allocated,
      count(*) FILTER (WHERE step.on_hand <> 0) AS on_hand_changes,
      count(*) AS movements,
      max(step.at) AS at
    FROM chunk_steps step
    JOIN chunk_lines line USING (n, id)
    GROUP BY line.sku
  ) moved
  WHERE level.sku = moved.sku
    AND level.location = :location::text`,
];

/** Events, syncs that have succeeded, and a key for every other reservation. */
const writeTheRest: readonly string[] = [
  `
  INSERT INTO events (id, type, subject, time, reservation_id, reservation_version, data)
  SELECT uuidv7(at - clock_timestamp()), 'warehouse.inventory.' || event, id::text, at, id, version, shown
  FROM chunk_steps
  CROSS JOIN LATERAL unnest(events) event
  ORDER BY at, n, version`,
  `
  INSERT INTO warehouse_syncs (
    id, reservation_id, ordinal, action, state, order_id, lines, occurred_at, attempts, last_status, created_at,
    finished_at
  )
  SELECT
    uuidv7(at - clock_timestamp()), id, row_number() OVER (PARTITION BY id ORDER BY version), action, 'succeeded',
    'o-' || n, lines.shown, at, 1, 200, at, at + interval '1 second'
  FROM chunk_steps
  JOIN (
    SELECT id, json_agg(json_build_object('sku', sku, 'location', :location::text, 'quantity', quantity)) AS shown
    FROM chunk_lines
    GROUP BY id
  ) lines USING (id)
  WHERE action IS NOT NULL
  ORDER BY at, n`,
  `
  INSERT INTO idempotency_keys (caller, path, key, fingerprint, outcome, created_at)
  SELECT
    'anonymous', '/v1/reservations', gen_random_uuid()::text, encode(sha256(id::text::bytea), 'base64'),
    json_build_object('ok', true, 'reservation', shown, 'changed', true), at
  FROM chunk_steps
  WHERE version = 1
    AND n % 2 = 0
  ORDER BY n`,
];

/** What is in the temporary tables of a chunk (past-reservations.ts), as the ledger would have written it. */
export const writePast: readonly string[] = [...writeReservations, ...writeMovements, ...writeTheRest];
