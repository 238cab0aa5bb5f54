-- Payments that were refused for a reservation and published as `confirm_refused`, for ever: one that was refused for good
-- is refunded, and must never confirm the reservation afterwards. The reference is empty where the call named none.
CREATE TABLE refused_payments (
  reservation_id     uuid NOT NULL,
  payment_reference  text NOT NULL,
  final              boolean NOT NULL,
  refused_at         timestamptz(3) NOT NULL,
  PRIMARY KEY (reservation_id, payment_reference)
);

-- What was published before. A hold that had only run out may still be reacquired; everything else was final.
INSERT INTO refused_payments (reservation_id, payment_reference, final, refused_at)
SELECT
  reservation_id,
  coalesce(changed ->> 'payment_reference', ''),
  coalesce(bool_or(changed -> 'refusal' ->> 'code' <> 'reservation_expired'), true),
  max(time)
FROM events
WHERE type = 'warehouse.inventory.confirm_refused'
  AND reservation_id IS NOT NULL
GROUP BY 1, 2;
