-- The calls of the gateway that workers may make in a second, as they report it, and an index to count those that they made.
-- Writes of attempts wait while it is built; reads do not.
ALTER TABLE gateway_pace ADD COLUMN limit_per_second integer;
CREATE INDEX warehouse_sync_attempts_started ON warehouse_sync_attempts (started_at);
