-- Reservations that change: parts that are given back, cancelled or returned, quantities that are replaced, units that move to
-- another location, ids that clients choose.

ALTER TABLE reservations
  ADD COLUMN customer_id   text,
  -- The only locations that may give stock, in this order. Null: all, by their priority.
  ADD COLUMN locations     text[],
  -- Null: `reject`.
  ADD COLUMN if_short      text,
  ADD COLUMN withdrawn_at  timestamptz(3),
  -- Of a create's content, where the client chose the id.
  ADD COLUMN create_fingerprint text,
  DROP CONSTRAINT reservations_status_check,
  DROP CONSTRAINT reservations_sourcing_check;

ALTER TABLE reservations
  ADD CONSTRAINT reservations_status_check
    CHECK (status IN ('held', 'confirmed', 'fulfilled', 'released', 'expired', 'cancelled', 'withdrawn')) NOT VALID,
  ADD CONSTRAINT reservations_sourcing_check
    CHECK (sourcing IN ('split', 'no_split', 'single_location', 'prefer_single_location')) NOT VALID,
  ADD CONSTRAINT reservations_if_short_check CHECK (if_short IN ('reject', 'partial')) NOT VALID;
ALTER TABLE reservations VALIDATE CONSTRAINT reservations_status_check;
ALTER TABLE reservations VALIDATE CONSTRAINT reservations_sourcing_check;
ALTER TABLE reservations VALIDATE CONSTRAINT reservations_if_short_check;

-- `requested_quantity`: what was asked for, where that is not `quantity`. A hold that takes what there is may have lines of 0.
ALTER TABLE reservation_lines
  ADD COLUMN requested_quantity  integer CHECK (requested_quantity > 0),
  ADD COLUMN returned_quantity   integer NOT NULL DEFAULT 0,
  DROP CONSTRAINT reservation_lines_quantity_check,
  ADD CONSTRAINT reservation_lines_quantity_check CHECK (quantity >= 0),
  ADD CONSTRAINT reservation_lines_returned_check CHECK (returned_quantity BETWEEN 0 AND fulfilled_quantity);

ALTER TABLE line_allocations
  ADD COLUMN cancelled_quantity  integer NOT NULL DEFAULT 0,
  ADD COLUMN returned_quantity   integer NOT NULL DEFAULT 0;

-- Until now a cancel took everything that had not left, and allocations did not say so.
UPDATE line_allocations a
SET cancelled_quantity = a.quantity - a.fulfilled_quantity
FROM reservation_lines line
WHERE line.reservation_id = a.reservation_id
  AND line.line_no = a.line_no
  AND line.cancelled_quantity > 0;

ALTER TABLE line_allocations
  ADD CONSTRAINT line_allocations_cancelled_check
    CHECK (cancelled_quantity >= 0 AND fulfilled_quantity + cancelled_quantity <= quantity),
  ADD CONSTRAINT line_allocations_returned_check CHECK (returned_quantity BETWEEN 0 AND fulfilled_quantity);

-- Parts of a reservation that calls have dealt with under an id of the client's: each counts once, for ever. `parts`: the
-- lines as they were asked for; null: all that was left.
ALTER TABLE reservation_fulfillments RENAME TO reservation_parts;
ALTER TABLE reservation_parts RENAME COLUMN fulfillment_id TO part_id;
ALTER TABLE reservation_parts
  ADD COLUMN kind text NOT NULL DEFAULT 'fulfillment'
    CHECK (kind IN ('fulfillment', 'release', 'cancellation', 'return')),
  DROP CONSTRAINT reservation_fulfillments_pkey,
  ADD CONSTRAINT reservation_parts_pkey PRIMARY KEY (reservation_id, kind, part_id);
ALTER TABLE reservation_parts ALTER COLUMN kind DROP DEFAULT;

ALTER TABLE stock_movements DROP CONSTRAINT stock_movements_kind_check;
ALTER TABLE stock_movements ADD CONSTRAINT stock_movements_kind_check
  CHECK (kind IN (
    'reserve', 'confirm', 'release', 'expire', 'cancel', 'fulfill', 'return', 'reallocate', 'set', 'adjust', 'drift', 'repair'
  ))
  NOT VALID;
ALTER TABLE stock_movements VALIDATE CONSTRAINT stock_movements_kind_check;

-- Whether the sync is of the end of its reservation: only such a one replaces what was not sent before it.
ALTER TABLE warehouse_syncs ADD COLUMN ends_reservation boolean NOT NULL DEFAULT false;
UPDATE warehouse_syncs
SET ends_reservation = true
WHERE action <> 'confirm'
  AND state IN ('pending', 'in_flight', 'failed');
