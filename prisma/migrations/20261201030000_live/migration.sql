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
