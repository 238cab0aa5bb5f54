-- A sync waits in its row until its turn is near. Then it is given to the queue for a time: until then its job is expected to
-- run. Reads and writes wait for an instant only.

ALTER TABLE warehouse_syncs ADD COLUMN queued_until timestamptz(3);
DROP INDEX warehouse_syncs_pending;
