import { type Database } from '@holdfast/db';
import { readShortfallTotals } from '@holdfast/stock';
import { lastKnown, SCRAPE_READ_TIMEOUT_MS, showGauge } from '@holdfast/runtime';
import type { Registry } from 'prom-client';

/** Shows what is promised and not on hand. Every worker reports the same: take the largest, not the sum. */
export function watchShortfalls(registry: Registry, database: Database): void {
  const shortfalls = lastKnown(() => readShortfallTotals(database.prisma), {
    first: { levels: Number.NaN, units: Number.NaN },
    timeoutMs: SCRAPE_READ_TIMEOUT_MS,
  });
  showGauge(
    registry,
    'holdfast_stock_shortfall_units',
    'Units that are promised and not on hand, in all levels.',
    async () => (await shortfalls()).units,
  );
  showGauge(
    registry,
    'holdfast_stock_levels_short',
    'Levels that have promised more than they have.',
    async () => (await shortfalls()).levels,
  );
}
