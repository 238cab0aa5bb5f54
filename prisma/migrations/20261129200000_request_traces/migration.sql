-- The request that an event or a sync comes from, for headers and log lines. Null: no request (a hold that ran out), a client
-- without `traceparent`, or a row of an older release.
ALTER TABLE events ADD COLUMN request_id text, ADD COLUMN traceparent text;
ALTER TABLE warehouse_syncs ADD COLUMN request_id text, ADD COLUMN traceparent text;
