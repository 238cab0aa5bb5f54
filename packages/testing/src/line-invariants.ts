/** A waiting reservation is in no counter. Its rows in the line are those of its lines, until its wait ends. */
export const IN_LINE: Readonly<Record<string, string>> = {
  'what waits has no allocations, and nothing was moved for it': `
    SELECT reservation.id
    FROM reservations AS reservation
    WHERE status = 'waiting'
      AND (
        EXISTS (SELECT FROM line_allocations WHERE reservation_id = reservation.id)
        OR EXISTS (SELECT FROM stock_movements WHERE reservation_id = reservation.id)
        OR EXISTS (SELECT FROM warehouse_syncs WHERE reservation_id = reservation.id)
      )`,
  'the line has what waits, and nothing else': `
    SELECT reservation_id, line.sku, line.quantity, in_line.sku AS sku_in_line, in_line.units
    FROM (
      SELECT reservation_id, line_no, sku, quantity, wait_priority, wait_arrival, waiting_until
      FROM reservation_lines
      JOIN reservations ON id = reservation_id
      WHERE status = 'waiting'
    ) AS line
    FULL JOIN (
      SELECT reservation_id, line_no, min(sku) AS sku, sum(units) AS units, min(rank) AS rank,
             min(arrival) AS arrival, min(waiting_until) AS waiting_until
      FROM waiting_lines
      GROUP BY reservation_id, line_no
    ) AS in_line USING (reservation_id, line_no)
    WHERE (line.sku, line.quantity, 9 - line.wait_priority, line.wait_arrival, line.waiting_until)
          IS DISTINCT FROM (in_line.sku, in_line.units, in_line.rank, in_line.arrival, in_line.waiting_until)`,
  'who waits was published as waiting, and as nothing else': `
    SELECT id
    FROM reservations
    WHERE status = 'waiting'
      AND (SELECT array_agg(DISTINCT type ORDER BY type)
           FROM events
           WHERE reservation_id = reservations.id AND type <> 'warehouse.inventory.confirm_refused')
          IS DISTINCT FROM CASE WHEN version = 1 THEN ARRAY['warehouse.inventory.waiting']
                           ELSE ARRAY['warehouse.inventory.changed', 'warehouse.inventory.waiting'] END`,
  'who waits is short of something': `
    SELECT id
    FROM reservations
    WHERE status = 'waiting'
      AND NOT EXISTS (SELECT FROM waiting_lines WHERE reservation_id = id AND is_short)`,
};
