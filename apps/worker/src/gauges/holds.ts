import { countHolds, type Database } from '@holdfast/db';
import { Gauge, type Registry } from 'prom-client';
import { lastKnown } from '@holdfast/runtime';

/** A scrape waits no longer for the database. */
const READ_TIMEOUT_MS = 500;
/** With 1,000,000 holds a count takes some 100 ms: so it is made once in so long, however often a worker is scraped. */
const KEEP_MS = 10_000;

/** Shows how many holds there are. Every worker tells the same: take the largest, not the sum. */
export function watchHolds(registry: Registry, database: Database): void {
  // Not a number until they were counted for the first time: 0 would be a claim.
  const counts = lastKnown(() => countHolds(database.prisma), {
    first: { active: Number.NaN, overdue: Number.NaN, oldestOverdueSeconds: Number.NaN },
    timeoutMs: READ_TIMEOUT_MS,
    keepMs: KEEP_MS,
  });
  const gauge = (name: string, help: string, which: keyof Awaited<ReturnType<typeof counts>>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set((await counts())[which]);
      },
    });
  gauge('holdfast_holds_active', 'Holds whose time has not come.', 'active');
  gauge('holdfast_holds_overdue', 'Holds past their time that still keep their stock.', 'overdue');
  gauge(
    'holdfast_oldest_overdue_hold_seconds',
    'For how long the oldest hold that still keeps its stock has been due.',
    'oldestOverdueSeconds',
  );
}
