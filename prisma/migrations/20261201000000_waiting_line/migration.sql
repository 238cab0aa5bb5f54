-- Reservations that wait in line for stock (docs/decisions/0036). They count on no level.

ALTER TABLE reservations
  -- When a hold that had to wait got its stock. Null: when it was created.
  ADD COLUMN held_at        timestamptz(3),
  -- The four of a reservation that may wait. Null in all others.
  ADD COLUMN wait_priority  smallint,
  ADD COLUMN wait_arrival   bigint,
  ADD COLUMN hold_ms        integer,
  ADD COLUMN waiting_until  timestamptz(3),
  DROP CONSTRAINT reservations_status_check,
  DROP CONSTRAINT reservations_if_short_check;

-- Not validated: that would read all reservations, and the older ones kept narrower rules.
ALTER TABLE reservations
  ADD CONSTRAINT reservations_status_check CHECK (
    status IN ('waiting', 'held', 'confirmed', 'fulfilled', 'released', 'expired', 'cancelled', 'withdrawn')
  ) NOT VALID,
  ADD CONSTRAINT reservations_if_short_check CHECK (if_short IN ('reject', 'partial', 'wait')) NOT VALID;

-- What waiting reservations ask for: a row for each line and location that may give it, and none once the waiting is over. A
-- table of its own, so that other reservations and their lines carry neither columns nor indexes for it.
CREATE TABLE waiting_lines (
  reservation_id  uuid NOT NULL,
  line_no         smallint NOT NULL,
  -- Empty: any location.
  location        text NOT NULL,
  sku             text NOT NULL,
  -- Of the line; 0 in all of its rows but the first.
  units           integer NOT NULL CHECK (units >= 0),
  -- The place in line: 9 less the priority, then microseconds since the epoch. The lower goes first.
  rank            smallint NOT NULL CHECK (rank BETWEEN 0 AND 9),
  arrival         bigint NOT NULL,
  waiting_until   timestamptz(3) NOT NULL,
  -- Whether the last attempt found too little for the line: then those further back may not take it here.
  is_short        boolean NOT NULL,
  PRIMARY KEY (reservation_id, line_no, location)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

CREATE INDEX waiting_lines_order ON waiting_lines (sku, rank, arrival) WHERE units > 0;
CREATE INDEX waiting_lines_short ON waiting_lines (sku, location, rank, arrival) WHERE is_short;
CREATE INDEX waiting_lines_due ON waiting_lines (waiting_until) WHERE line_no = 1 AND units > 0;
