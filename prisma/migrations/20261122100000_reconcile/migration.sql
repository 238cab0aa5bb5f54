-- A run whose worker is killed is taken over when its heartbeat has run out (packages/db/src/reconciliation-turn.ts).
-- `takings` counts who has taken it: the number is the worker's proof that the run is still its own, so one that wakes up
-- late writes nothing. A taking-over keeps `started_at` and what was reported so far (`scanned` and the others, which are
-- written after each chunk); it looks at counters anew.
ALTER TABLE reconciliation_runs
  ADD COLUMN takings integer NOT NULL DEFAULT 0,
  ADD COLUMN heartbeat_until timestamptz(3);

-- Of the version before, which did not leave a heartbeat.
UPDATE reconciliation_runs
SET status = 'failed', error = 'interrupted by an upgrade', finished_at = clock_timestamp()
WHERE status = 'running';

ALTER TABLE reconciliation_runs
  ADD CONSTRAINT reconciliation_runs_heartbeat CHECK (status <> 'running' OR heartbeat_until IS NOT NULL);

-- One run at a time, over all workers: a queue may be flushed, or deliver twice.
CREATE UNIQUE INDEX reconciliation_runs_one_at_a_time ON reconciliation_runs (status) WHERE status = 'running';

-- The newest that ended: for metrics, and for a worker that starts.
CREATE INDEX reconciliation_runs_finished ON reconciliation_runs (finished_at) WHERE finished_at IS NOT NULL;
