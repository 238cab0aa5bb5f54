import { readShortfallTotals, type Database } from '@holdfast/db';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { queueNames } from '@holdfast/jobs';
import { lastKnown } from '@holdfast/runtime';

export interface WorkerMetrics {
  readonly holdsExpired: Counter;
  readonly expiryLag: Histogram;
  readonly syncAttempts: Counter<'outcome'>;
  readonly jobsFailed: Counter<'queue'>;
  readonly rowsForgotten: Counter<'table'>;
  readonly shortfallUnits: Gauge;
  readonly levelsShort: Gauge;
}

/** A scrape waits no longer for the database. */
const READ_TIMEOUT_MS = 500;

export function createWorkerMetrics(registry: Registry, database: Database): WorkerMetrics {
  const registers = [registry];
  // Not a number until it was read for the first time: 0 would be a claim.
  const shortfalls = lastKnown(() => readShortfallTotals(database.prisma), {
    first: { levels: Number.NaN, units: Number.NaN },
    timeoutMs: READ_TIMEOUT_MS,
  });
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
    jobsFailed,
    rowsForgotten: new Counter({
      name: 'holdfast_rows_forgotten_total',
      help: 'Rows past their retention that this worker deleted, by table.',
      labelNames: ['table'] as const,
      registers,
    }),
    shortfallUnits: new Gauge({
      name: 'holdfast_stock_shortfall_units',
      help: 'Units that are promised and not on hand, in all levels.',
      registers,
      async collect() {
        this.set((await shortfalls()).units);
      },
    }),
    levelsShort: new Gauge({
      name: 'holdfast_stock_levels_short',
      help: 'Levels that have promised more than they have.',
      registers,
      async collect() {
        this.set((await shortfalls()).levels);
      },
    }),
  };
}
