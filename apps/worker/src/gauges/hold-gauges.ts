import { type Database } from '@holdfast/db';
import { countHolds } from '@holdfast/reservations';
import type { Registry } from 'prom-client';
import { lastKnown, SCRAPE_READ_TIMEOUT_MS, showGauge } from '@holdfast/runtime';

/**
 * With 1,000,000 holds a count takes some 100 ms: so it is made once in so long, however often a worker is
 * scraped.
 */
const KEEP_MS = 10_000;

/** Shows how many holds there are. Every worker reports the same: take the largest, not the sum. */
export function watchHolds(registry: Registry, database: Database): void {
  const counts = lastKnown(() => countHolds(database.prisma), {
    first: { active: Number.NaN, overdue: Number.NaN, oldestOverdueSeconds: Number.NaN },
    timeoutMs: SCRAPE_READ_TIMEOUT_MS,
    keepMs: KEEP_MS,
  });
  showGauge(
    registry,
    'holdfast_holds_active',
    'Holds whose time has not come.',
    async () => (await counts()).active,
  );
  showGauge(
    registry,
    'holdfast_holds_overdue',
    'Holds past their time that still keep their stock.',
    async () => (await counts()).overdue,
  );
  showGauge(
    registry,
    'holdfast_oldest_overdue_hold_seconds',
    'For how long the oldest hold that still keeps its stock has been due.',
    async () => (await counts()).oldestOverdueSeconds,
  );
}
