import { createTestDatabase, eventually, together, type TestDatabase } from '@holdfast/testing';
import { Registry } from 'prom-client';
import { line, reserve } from './fixtures/commands.ts';
import { Shop } from './fixtures/shop.ts';
import { Ledger, watchLedger } from './index.ts';
import { LEDGER_LIMITS, LEDGER_SETTINGS } from './limits.ts';

const limits: { -readonly [Name in keyof typeof LEDGER_LIMITS]: number } = LEDGER_LIMITS;
let database: TestDatabase;
let shop: Shop;
let ledger: Ledger;
let registry: Registry;
let warnings: string[];

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await new Shop(database.url).open();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await ledger.close();
});
afterAll(async () => {
  await shop.close();
  await database.drop();
});

function openWatchedLedger(): Ledger {
  registry = new Registry();
  warnings = [];
  return new Ledger({
    databaseUrl: database.url,
    applicationName: 'watched',
    locking: 'pessimistic',
    observer: watchLedger(registry, { warn: (event) => warnings.push(event) }),
  });
}

/** What Prometheus would read; not a number where there is no such series. */
async function valueOf(series: string): Promise<number> {
  const found = (await registry.metrics()).split('\n').find((line) => line.startsWith(`${series} `));
  return Number(found?.slice(series.length) ?? Number.NaN);
}

test('a batch is seen with its commands, its lines, its wait and its transaction', async () => {
  ledger = openWatchedLedger();
  await ledger.submit(reserve([line(await shop.sku()), line(await shop.sku())]));
  expect(await valueOf('holdfast_ledger_batch_commands_sum')).toBe(1);
  expect(await valueOf('holdfast_ledger_batch_lines_sum')).toBe(2);
  expect(await valueOf('holdfast_ledger_wait_seconds_count')).toBe(1);
  expect(await valueOf('holdfast_ledger_batch_seconds_sum')).toBeGreaterThan(0);
  const committed = 'holdfast_ledger_transaction_seconds_count{locking="pessimistic",outcome="committed"}';
  expect(await valueOf(committed)).toBe(1);
});

test('while somebody outside holds a lock, it is seen what waits, what is refused, and what came to nothing', async () => {
  jest.replaceProperty(LEDGER_SETTINGS, 'lock_timeout', '60ms');
  jest.replaceProperty(limits, 'pendingLinesMax', 2);
  jest.replaceProperty(limits, 'batchesInFlightMax', 1);
  ledger = openWatchedLedger();
  const sku = await shop.stock(ledger, 10);
  const lock = await shop.lock(sku);
  const calls = together(4, () => ledger.submit(reserve([line(sku)])));
  await eventually(async () => (await valueOf('holdfast_ledger_pending_lines')) === 2);
  expect(await valueOf('holdfast_ledger_pending_lines_max')).toBe(2);
  expect(await valueOf('holdfast_ledger_overloaded_total')).toBe(1);

  await calls;
  await lock.letGo();
  const tries = 2 * LEDGER_LIMITS.triesMax; // a batch of one, then a batch of those who waited
  expect(await valueOf('holdfast_ledger_failed_commands_total{reason="overloaded"}')).toBe(3);
  expect(await valueOf('holdfast_ledger_failed_tries_total{reason="conflict"}')).toBe(tries);
  const failed = 'holdfast_ledger_transaction_seconds_count{locking="pessimistic",outcome="failed"}';
  expect(await valueOf(failed)).toBe(tries);
  expect(warnings).toEqual(Array.from({ length: tries }, () => 'ledger.try_failed'));
});
