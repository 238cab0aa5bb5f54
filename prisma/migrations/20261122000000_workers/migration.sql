-- The gateway's limit, where there is no Redis to share it through: one row that all workers take their slots from, one
-- after the other, by this database's clock (packages/db/src/gateway-slots.ts, docs/decisions/0014).
CREATE TABLE gateway_pace (
  is_only       boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  next_slot_at  timestamptz NOT NULL,
  paused_until  timestamptz NOT NULL
);

INSERT INTO gateway_pace (next_slot_at, paused_until) VALUES ('-infinity', '-infinity');

-- Attempts of a sync that do not count any more, because an operator had it tried again.
ALTER TABLE warehouse_syncs
  ADD COLUMN attempts_forgiven integer NOT NULL DEFAULT 0,
  ADD CONSTRAINT warehouse_syncs_forgiven CHECK (attempts_forgiven BETWEEN 0 AND attempts);

-- What the list of syncs reads by, newest first. What waits has its indexes; what succeeded is nearly all there is, and
-- is found along the primary key.
CREATE INDEX warehouse_syncs_failed ON warehouse_syncs (id) WHERE state = 'failed';
CREATE INDEX warehouse_syncs_superseded ON warehouse_syncs (id) WHERE state = 'superseded';
