-- The first 1,000 characters of what the gateway answered to an attempt. Null: it answered nothing, or the attempt is older.
ALTER TABLE warehouse_sync_attempts ADD COLUMN answer text;
