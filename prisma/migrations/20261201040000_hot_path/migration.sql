-- Whether processes may answer from Redis (HOT_PATH=redis): not until `closed_until`, as one of them commits without being able
-- to mark there what it changes. `closings` counts how often that was so.
CREATE TABLE hot_path (
  is_only       boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  closings      bigint NOT NULL DEFAULT 0,
  closed_since  timestamptz NOT NULL,
  closed_until  timestamptz NOT NULL
);
INSERT INTO hot_path (closed_since, closed_until) VALUES ('-infinity', '-infinity');

-- The hot path reads all cancelled orders when Redis has lost them.
CREATE INDEX orders_cancelled ON orders (order_id) WHERE cancelled_at IS NOT NULL;
