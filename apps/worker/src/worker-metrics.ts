import { queueNames } from '@holdfast/jobs';
import { Counter, Histogram, type Registry } from 'prom-client';

/** What this worker has done. */
export function createWorkerMetrics(registry: Registry) {
  const registers = [registry];
  const jobsFailed = new Counter({
    name: 'holdfast_jobs_failed_total',
    help: 'Jobs that this worker gave up, by queue.',
    labelNames: ['queue'] as const,
    registers,
  });
  for (const queue of queueNames) jobsFailed.inc({ queue }, 0); // so that the first one is a rise
  return {
    holdsExpired: new Counter({
      name: 'holdfast_holds_expired_total',
      help: 'Holds whose stock this worker gave back after their time.',
      registers,
    }),
    expiryLag: new Histogram({
      name: 'holdfast_expiry_lag_seconds',
      help: 'How long the oldest hold of a chunk had been due when it was found.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300],
      registers,
    }),
    syncAttempts: new Counter({
      name: 'holdfast_warehouse_sync_attempts_total',
      help: 'Attempts at the Warehouse Gateway, by outcome; withheld: nothing was sent.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    eventsNumbered: new Counter({
      name: 'holdfast_events_numbered_total',
      help: 'Events to which this worker gave their place in the feed.',
      registers,
    }),
    eventsPublished: new Counter({
      name: 'holdfast_events_published_total',
      help: 'Events that this worker gave to a sink, by sink; those that it does not want included.',
      labelNames: ['sink'] as const,
      registers,
    }),
    jobsFailed,
    reconcileRuns: new Counter({
      name: 'holdfast_reconcile_runs_total',
      help: 'Reconciliation runs that this worker has ended, by what asked for them and how they ended.',
      labelNames: ['trigger', 'status'] as const,
      registers,
    }),
    reconcileSeconds: new Histogram({
      name: 'holdfast_reconcile_seconds',
      help: 'How long a reconciliation run took this worker.',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
      registers,
    }),
    rowsForgotten: new Counter({
      name: 'holdfast_rows_forgotten_total',
      help: 'Rows past their retention that this worker deleted, by table.',
      labelNames: ['table'] as const,
      registers,
    }),
  };
}
