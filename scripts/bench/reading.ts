/**
 * How long reading takes where there is much to read: single SKUs and pages, in process as the API reads them and over
 * HTTP, as a multiple of the least that the driver can do; and what a check of everything takes, in time and memory.
 */
import { openDatabase } from '@holdfast/db';
import { withProgress } from '../bootstrap/progress.mjs';
import { showProgress } from '../progress-bar.ts';
import { say } from './measure.ts';
import { CAN_SETTLE } from './memory.ts';
import type { Options } from './options.ts';
import { settleDatabase } from './preload/fill.ts';
import { timeCalls, type CallTimes } from './reading/call-times.ts';
import { fillStock, LEVELS_PER_SKU } from './reading/fill-stock.ts';
import { explainLowStock, type Plan } from './reading/low-stock-plan.ts';
import { timeOperations, type Operation } from './reading/operations.ts';
import { availability, bareSelect, lowStockPages, movementPages } from './reading/readings.ts';
import { findSubjects } from './reading/subjects.ts';
import type { Stage } from './stage.ts';

/** Availability of one SKU, as a multiple of the bare SELECT of its levels. */
export const AVAILABILITY_TARGET = 5;

export interface ReadingResult {
  readonly skus: number;
  readonly levels: number;
  readonly movements: number;
  readonly openHolds: number;
  readonly gigabytes: number;
  /** By name, of each round. */
  readonly calls: Readonly<Record<string, readonly CallTimes[]>>;
  readonly names: Readonly<Record<'bare' | 'availability', string>>;
  readonly lowStockPlans: Readonly<Record<string, Plan>>;
  readonly operations: readonly Operation[];
}

const ROUNDS = 5;

export async function benchReading(
  stage: Stage,
  { rounds, levels, movementsPerLevel }: Options,
): Promise<ReadingResult> {
  const database = await stage.createDatabase('bench_reading');
  const skus = Math.ceil(levels / LEVELS_PER_SKU);
  const total = skus * LEVELS_PER_SKU * movementsPerLevel;
  const progress = showProgress(`Writing ${total.toLocaleString('en')} movements`, total);
  await fillStock(database.url, { skus, movementsPerLevel }, progress);
  const filled = await withProgress('Vacuuming and analysing', () => settleDatabase(database.url));

  const api = await stage.startApp('api', { DATABASE_URL: database.url, ...CAN_SETTLE });
  const db = openDatabase(database.url, { poolMax: 1, applicationName: 'holdfast bench' });
  const subjects = await findSubjects(db, api.url, skus);
  const bare = bareSelect(db, subjects);
  const one = availability(db, subjects);
  const lowPages = lowStockPages(db, subjects);
  const readings = [bare, one, ...lowPages, ...movementPages(db, subjects)];

  const calls: Record<string, CallTimes[]> = Object.fromEntries(readings.map(({ name }) => [name, []]));
  for (let round = 0; round <= (rounds ?? ROUNDS); round += 1) {
    // Who comes first changes, so that none gains by its place.
    for (const reading of round % 2 === 0 ? readings : readings.toReversed()) {
      const times = await timeCalls(reading, api.url, round);
      if (round > 0) calls[reading.name]?.push(times);
    }
    say(round === 0 ? 'warm-up: done' : `round ${round}: done`);
  }
  const lowStockPlans: Record<string, Plan> = {};
  for (const { name, afterSku } of lowPages) lowStockPlans[name] = await explainLowStock(db, afterSku);
  await db.close();
  const operations = await timeOperations(api);
  await api.stop();
  await database.drop();
  return {
    skus,
    levels: skus * LEVELS_PER_SKU,
    movements: filled.movements,
    openHolds: filled.reservations,
    gigabytes: filled.gigabytes,
    calls,
    names: { bare: bare.name, availability: one.name },
    lowStockPlans,
    operations,
  };
}
