-- What was asked of a SKU and not given, by second: refused calls by the code of the refusal, and calls that wait in line.
-- Each API adds what it has counted, every second.
CREATE TABLE demand_counts (
  sku    text NOT NULL,
  at     timestamptz(0) NOT NULL,
  kind   text NOT NULL,
  calls  integer NOT NULL CHECK (calls > 0),
  units  bigint NOT NULL CHECK (units >= 0),
  PRIMARY KEY (sku, at, kind)
);
CREATE INDEX demand_counts_age ON demand_counts (at);

-- How long before its end a hold is to be announced as `expiring`. Null: it is not.
ALTER TABLE reservations ADD COLUMN notify_before_seconds integer;

-- When that is, for holds that have it. A table of its own, so that other holds pay for no index. A row stays until its time,
-- whatever becomes of the hold.
CREATE TABLE expiry_notices (
  reservation_id  uuid PRIMARY KEY,
  notify_at       timestamptz(3) NOT NULL
);
CREATE INDEX expiry_notices_due ON expiry_notices (notify_at);
