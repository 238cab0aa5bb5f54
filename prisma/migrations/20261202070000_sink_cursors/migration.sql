-- How far a sink without a store of its own has got: the position of the last event that it has acknowledged.
CREATE TABLE sink_cursors (
  sink      text PRIMARY KEY,
  position  bigint NOT NULL CHECK (position >= 0),
  moved_at  timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
