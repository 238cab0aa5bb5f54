/** Each hold ends once for each time it was acquired; a second end would show as stock given back twice. */
export const HOLDS: Readonly<Record<string, string>> = {
  'what a reservation took it still holds, or has given back once': `
    WITH moved AS (
      SELECT reservation_id, sku, location, sum(reserved_delta) AS still_reserved
      FROM stock_movements
      WHERE reservation_id IS NOT NULL
      GROUP BY reservation_id, sku, location
    ), held AS (
      SELECT part.reservation_id, line.sku, part.location, sum(part.quantity) AS quantity
      FROM line_allocations AS part
      JOIN reservation_lines AS line USING (reservation_id, line_no)
      JOIN reservations AS reservation ON reservation.id = part.reservation_id
      WHERE reservation.status = 'held'
      GROUP BY part.reservation_id, line.sku, part.location
    )
    SELECT reservation_id, sku, location, moved.still_reserved, held.quantity
    FROM moved
    FULL JOIN held USING (reservation_id, sku, location)
    WHERE coalesce(moved.still_reserved, 0) <> coalesce(held.quantity, 0)`,
  // Expiry and cancel publish a 'released' too, whose data has their status. A 'confirmed' after an 'expired'
  // took the stock anew; one without a 'reserved' never was a hold.
  'a hold ends once': `
    WITH told AS (
      SELECT reservation_id,
             count(*) FILTER (WHERE type = 'warehouse.inventory.waiting') AS waited,
             count(*) FILTER (WHERE type = 'warehouse.inventory.reserved') AS reserved,
             count(*) FILTER (WHERE type = 'warehouse.inventory.confirmed') AS confirmed,
             count(*) FILTER (WHERE type = 'warehouse.inventory.expired') AS expired,
             count(*) FILTER (WHERE type = 'warehouse.inventory.released'
                                AND data ->> 'status' = 'released') AS released,
             count(*) FILTER (WHERE type = 'warehouse.inventory.released'
                                AND data ->> 'status' = 'expired') AS released_by_expiry
      FROM events
      WHERE reservation_id IS NOT NULL
      GROUP BY reservation_id
    ), ends AS (
      SELECT *, CASE WHEN reserved = 0 OR expired > 0 THEN 0 ELSE confirmed END AS confirmed_from_hold,
             waited = 1 AND reserved = 0 AS was_never_held
      FROM told
    )
    SELECT reservation.id, reservation.status, ends.*
    FROM reservations AS reservation
    LEFT JOIN ends ON ends.reservation_id = reservation.id
    WHERE reservation.status <> 'withdrawn' -- no reservation was known under this id
      AND was_never_held IS NOT TRUE
      AND (ends.reservation_id IS NULL
       OR reserved > 1
       OR confirmed > 1
       OR reserved + confirmed = 0
       OR released_by_expiry <> expired
       OR released + expired + confirmed_from_hold <> CASE WHEN reservation.status = 'held' THEN 0 ELSE reserved END)`,
};
