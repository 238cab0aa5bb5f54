-- What left the warehouse under a name of the caller's: it counts once for each reservation, for ever, so these rows
-- outlive the idempotency keys. `parts` is what was asked for; null: all that was left.
CREATE TABLE reservation_fulfillments (
  reservation_id  uuid NOT NULL,
  fulfillment_id  text NOT NULL,
  parts           json,
  created_at      timestamptz(3) NOT NULL,
  PRIMARY KEY (reservation_id, fulfillment_id)
);
