-- The line in which syncs wait for the warehouse: urgent ones first, then by time. Writes of syncs wait while the index is
-- built; reads do not.

CREATE INDEX warehouse_syncs_line ON warehouse_syncs ((action IN ('confirm', 'cancel')), next_attempt_at)
  WHERE state = 'pending';
