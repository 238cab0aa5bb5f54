import { type Database } from '@holdfast/db';
import { readNewestEnd, type RunTrigger } from '@holdfast/reconciliation';
import { Counter, Histogram, type Registry } from 'prom-client';
import { lastKnown, SCRAPE_READ_TIMEOUT_MS, showGauge } from '@holdfast/runtime';

export interface ReconcileMetrics {
  /** This worker has ended a run, which took so long. */
  ended(trigger: RunTrigger, status: 'succeeded' | 'failed', ms: number): void;
}

/** What this worker has run, and how the newest run ended, whichever worker ran it. */
export function createReconcileMetrics(registry: Registry, database: Database): ReconcileMetrics {
  const registers = [registry];
  const runs = new Counter({
    name: 'holdfast_reconcile_runs_total',
    help: 'Reconciliation runs that this worker has ended, by what asked for them and how they ended.',
    labelNames: ['trigger', 'status'] as const,
    registers,
  });
  const seconds = new Histogram({
    name: 'holdfast_reconcile_seconds',
    help: 'How long a reconciliation run took this worker.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
    registers,
  });
  const newest = lastKnown(() => readNewestEnd(database.prisma), {
    first: null,
    timeoutMs: SCRAPE_READ_TIMEOUT_MS,
  });
  showGauge(
    registry,
    'holdfast_reconcile_issues',
    'Wrong counters that the newest reconciliation run of all workers has found.',
    async () => (await newest())?.issues ?? Number.NaN,
  );
  showGauge(
    registry,
    'holdfast_reconcile_last_finished_timestamp_seconds',
    'When the newest reconciliation run of all workers ended.',
    async () => (await newest())?.finishedAt ?? Number.NaN,
  );
  return {
    ended(trigger, status, ms) {
      runs.inc({ trigger, status });
      seconds.observe(ms / 1_000);
    },
  };
}
