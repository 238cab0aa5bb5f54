import type { Database } from '@holdfast/db';
import { countDeadEvents } from '@holdfast/events';
import type { Producer } from '@holdfast/jobs';
import { readNewestEnd } from '@holdfast/reconciliation';
import { countHolds, countWaiting } from '@holdfast/reservations';
import { lastKnown, SCRAPE_READ_TIMEOUT_MS, showGauge } from '@holdfast/runtime';
import { readShortfallTotals, readSkusToGrant } from '@holdfast/stock';
import { Gauge, type Registry } from 'prom-client';

// What the fleet has to do. Every worker reports the same: take the largest, not the sum.

/**
 * Shows figures of one read, made again after `keepMs`; not a number before the first. Answers the newest
 * read.
 */
export function showRead<Value>(
  registry: Registry,
  read: () => Promise<Value>,
  keepMs: number,
  gauges: Readonly<Record<string, readonly [help: string, figureOf: (value: Value) => number]>>,
): () => Promise<Value | null> {
  const newest = lastKnown<Value | null>(read, { first: null, timeoutMs: SCRAPE_READ_TIMEOUT_MS, keepMs });
  for (const [name, [help, figureOf]] of Object.entries(gauges)) {
    showGauge(registry, name, help, async () => {
      const value = await newest();
      return value === null ? Number.NaN : figureOf(value);
    });
  }
  return newest;
}

/** With 1,000,000 holds a count takes some 100 ms. */
const KEEP_HOLDS_MS = 10_000;

export function watchHolds(registry: Registry, database: Database): void {
  showRead(registry, () => countHolds(database.prisma), KEEP_HOLDS_MS, {
    holdfast_holds_active: ['Holds whose time has not come.', ({ active }) => active],
    holdfast_holds_overdue: ['Due holds that still keep their stock.', ({ overdue }) => overdue],
    holdfast_oldest_overdue_hold_seconds: [
      'For how long the oldest hold that still keeps its stock has been due.',
      ({ oldestOverdueSeconds }) => oldestOverdueSeconds,
    ],
  });
}

/** Free units of a SKU get to those in line within a second, also while many come free. */
const NOT_GRANTED = { limit: 500, unchangedMs: 10_000 };

export function watchWaitingLine(registry: Registry, { prisma }: Database): void {
  showRead(registry, () => countWaiting(prisma), 0, {
    holdfast_waiting_reservations: ['Reservations that wait in line for stock.', (count) => count],
  });
  showRead(registry, () => readSkusToGrant(prisma, NOT_GRANTED), 0, {
    holdfast_skus_not_granted: [
      'SKUs that have had units to promise for 10 s, although a reservation waits for them.',
      ({ length }) => length,
    ],
  });
}

export function watchShortfalls(registry: Registry, database: Database): void {
  showRead(registry, () => readShortfallTotals(database.prisma), 0, {
    holdfast_stock_shortfall_units: [
      'Units that are promised and not on hand, in all levels.',
      ({ units }) => units,
    ],
    holdfast_stock_levels_short: ['Levels that have promised more than they have.', ({ levels }) => levels],
  });
}

export function watchDeadEvents(registry: Registry, database: Database): void {
  showRead(registry, () => countDeadEvents(database.prisma), 0, {
    holdfast_dead_events: ['Events of other services that could not be processed.', (count) => count],
  });
}

/** How the newest reconciliation run ended, whichever worker ran it. */
export function watchRuns(registry: Registry, database: Database): void {
  showRead(registry, () => readNewestEnd(database.prisma), 0, {
    holdfast_reconcile_issues: [
      'Wrong counters that the newest reconciliation run of all workers has found.',
      (newest) => newest?.issues ?? Number.NaN,
    ],
    holdfast_reconcile_last_finished_timestamp_seconds: [
      'When the newest reconciliation run of all workers ended.',
      (newest) => newest?.finishedAt ?? Number.NaN,
    ],
  });
}

/** Finished jobs are not counted: the queue always keeps the last few hundred. */
const JOB_STATES = ['waiting', 'prioritized', 'delayed', 'active', 'failed'];

/** Nothing is shown while the queue is away. */
export function watchQueues(registry: Registry, producer: Pick<Producer, 'jobCounts'>): void {
  const gauge = new Gauge({
    name: 'holdfast_queue_jobs',
    help: 'Jobs in a queue, by state.',
    labelNames: ['queue', 'state'] as const,
    registers: [],
    async collect() {
      const counted = await producer.jobCounts().catch(() => ({}));
      this.reset();
      for (const [queue, counts] of Object.entries<Readonly<Record<string, number>>>(counted)) {
        for (const state of JOB_STATES) this.set({ queue, state }, counts[state] ?? 0);
      }
    },
  });
  registry.registerMetric(gauge);
}
