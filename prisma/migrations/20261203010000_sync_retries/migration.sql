-- Who had a sync tried again by hand, when and why, by the number of attempts before. Null: it was never tried again, or then
-- the release was older.
ALTER TABLE warehouse_syncs ADD COLUMN retries jsonb;
