/** Promises of the ledger, each as a query that finds nothing when it is kept. */
export type Invariants = Readonly<Record<string, string>>;

/**
 * Counters of customers. One that counts since another time than its SKU does is counted anew when it is
 * needed.
 */
export const CUSTOMERS: Invariants = {
  'a customer has as many units as the reservations say': `
    SELECT counter.customer_id, counter.sku, counter.taken, counted.units
    FROM customer_counters AS counter
    JOIN skus USING (sku)
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(
        CASE
          WHEN reservation.status IN ('waiting', 'held') THEN line.quantity
          ELSE line.confirmed_quantity - line.cancelled_quantity - line.returned_quantity
        END
      ), 0) AS units
      FROM reservations AS reservation
      JOIN reservation_lines AS line ON line.reservation_id = reservation.id
      WHERE reservation.customer_id = counter.customer_id
        AND reservation.created_at >= counter.since
        AND reservation.status NOT IN ('released', 'expired', 'withdrawn')
        AND line.sku = counter.sku
    ) AS counted
    WHERE counter.since = coalesce(skus.customer_limit_since, skus.customer_limit_set_at)
      AND counter.taken <> counted.units`,
};

/**
 * A unit that is promised at one location and missing there is owed, so no other location may sell its
 * replacement: at the end of each millisecond in which more is promised of a SKU, its locations together
 * have, or may backorder, at least as much as they owe.
 *
 * The movements of one millisecond are taken in the most favourable order: receipts first, counts last.
 * Inactive locations count as active, as no row says when they were switched. SKUs that were changed by SQL,
 * and those during whose movements the clock was set back, are left out.
 */
export const OWED: Invariants = {
  'no unit is sold that another location owes': `
    WITH movement AS (
      SELECT sku, location, level_seq, at, kind,
             on_hand_delta + coalesce(backorder_limit_delta, 0) - reserved_delta - allocated_delta AS units,
             reserved_delta + allocated_delta > 0 AND kind NOT IN ('repair', 'reallocate') AS is_promise,
             at < lag(at) OVER (PARTITION BY sku, location ORDER BY level_seq) AS is_set_back
      FROM stock_movements
    ), moment AS (
      SELECT sku, at, sum(units) AS units,
             coalesce(bool_or(is_promise), false) AS has_promise,
             coalesce(sum(units) FILTER (WHERE units > 0 OR is_promise), 0) AS units_at_best
      FROM movement
      GROUP BY sku, at
    ), balance AS (
      SELECT sku, at, has_promise,
             sum(units) OVER (PARTITION BY sku ORDER BY at) - units + units_at_best AS units
      FROM moment
    )
    SELECT sku, at, units
    FROM balance
    WHERE has_promise
      AND units < 0
      AND sku NOT IN (SELECT sku FROM movement WHERE kind = 'drift' OR is_set_back)`,
};
