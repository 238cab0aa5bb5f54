/**
 * Counters of customers. One that counts since another time than its SKU does is counted anew when it is
 * needed.
 */
export const CUSTOMERS: Readonly<Record<string, string>> = {
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
