import { readNewestEnd, type Database, type RunTrigger } from '@holdfast/db';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { lastKnown } from '@holdfast/runtime';

export interface ReconcileMetrics {
  /** This worker has ended a run, which took so long. */
  ended(trigger: RunTrigger, status: 'succeeded' | 'failed', ms: number): void;
}

/** A scrape waits no longer for the database. */
const READ_TIMEOUT_MS = 500;

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
  // Not a number until the first run has ended: 0 would be a claim.
  const newest = lastKnown(() => readNewestEnd(database.prisma), { first: null, timeoutMs: READ_TIMEOUT_MS });
  const gauge = (name: string, help: string, which: 'issues' | 'finishedAt') =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set((await newest())?.[which] ?? Number.NaN);
      },
    });
  gauge(
    'holdfast_reconcile_issues',
    'Wrong counters that the newest reconciliation run of all workers has found.',
    'issues',
  );
  gauge(
    'holdfast_reconcile_last_finished_timestamp_seconds',
    'When the newest reconciliation run of all workers ended.',
    'finishedAt',
  );
  return {
    ended(trigger, status, ms) {
      runs.inc({ trigger, status });
      seconds.observe(ms / 1_000);
    },
  };
}
