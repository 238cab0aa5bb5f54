import { type Database } from '@holdfast/db';
import { countDeadEvents } from '@holdfast/events';
import { lastKnown, SCRAPE_READ_TIMEOUT_MS, showGauge } from '@holdfast/runtime';
import type { Registry } from 'prom-client';

/**
 * Shows how many events of other services wait for an operator. Every worker reports the same: take the
 * largest, not the sum.
 */
export function watchDeadEvents(registry: Registry, database: Database): void {
  const count = lastKnown(() => countDeadEvents(database.prisma), {
    first: Number.NaN,
    timeoutMs: SCRAPE_READ_TIMEOUT_MS,
  });
  showGauge(registry, 'holdfast_dead_events', 'Events of other services that could not be processed.', count);
}
