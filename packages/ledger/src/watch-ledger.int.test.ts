import { eventually, together } from '@holdfast/testing';
import { Registry } from 'prom-client';
import { line, reserve } from '@holdfast/testing/vocabulary';
import { scenarioOfSuite, limits } from './fixtures/ledger-scenario.ts';
import { Ledger, watchLedger } from './index.ts';
import { LEDGER_SETTINGS } from './limits.ts';

const scenario = scenarioOfSuite();
let ledger: Ledger;
let registry: Registry;
let warnings: unknown[];

afterEach(async () => {
  jest.restoreAllMocks();
  await ledger.close();
});

function openWatchedLedger(): Ledger {
  registry = new Registry();
  warnings = [];
  return new Ledger({
    databaseUrl: scenario.url,
    applicationName: 'watched',
    observer: watchLedger(registry, { warn: (...line) => warnings.push(line) }),
  });
}

/** The value that Prometheus would read; NaN if there is no such series. */
async function valueOf(series: string): Promise<number> {
  const found = (await registry.metrics()).split('\n').find((line) => line.startsWith(`${series} `));
  return Number(found?.slice(series.length) ?? Number.NaN);
}

test('a batch is seen with its commands, its lines, its wait and its transaction', async () => {
  ledger = openWatchedLedger();
  await ledger.submit(reserve([line(await scenario.sku()), line(await scenario.sku())]));
  await eventually(async () => (await valueOf('holdfast_ledger_batch_commands_sum')) === 1); // its callers are answered first
  expect(await valueOf('holdfast_ledger_batch_lines_sum')).toBe(2);
  expect(await valueOf('holdfast_ledger_wait_seconds_count')).toBe(1);
  expect(await valueOf('holdfast_ledger_batch_seconds_sum')).toBeGreaterThan(0);
  const committed = 'holdfast_ledger_transaction_seconds_count{outcome="committed"}';
  expect(await valueOf(committed)).toBe(1);
});

test('while the pending list is full, the metrics show what waits and what is refused', async () => {
  jest.replaceProperty(limits, 'pendingLinesMax', 2);
  jest.replaceProperty(limits, 'batchesInFlightMax', 1);
  jest.replaceProperty(LEDGER_SETTINGS, 'lock_timeout', '20s');
  ledger = openWatchedLedger();
  const sku = await scenario.openLedger().newSku(10);
  const lock = await scenario.lock(sku);
  const calls = together(4, () => ledger.submit(reserve([line(sku)])));
  await eventually(async () => (await valueOf('holdfast_ledger_pending_lines')) === 2);
  expect(await valueOf('holdfast_ledger_pending_lines_max')).toBe(2);
  expect(await valueOf('holdfast_ledger_overloaded_total')).toBe(1);
  await lock.unlock();
  await calls;
  expect(await valueOf('holdfast_ledger_failed_tries_total{reason="locked"}')).toBeNaN();
});

test('while another session keeps a row locked, metrics and log show what is blocked, by which row, and what failed', async () => {
  ledger = openWatchedLedger();
  const sku = await scenario.openLedger().newSku(10);
  const lock = await scenario.lock(sku);
  const calls = together(3, () => ledger.submit(reserve([line(sku)])));
  await eventually(async () => (await valueOf('holdfast_ledger_blocked_commands')) === 3);
  expect(await valueOf('holdfast_ledger_locked_rows')).toBe(1);
  expect(warnings).toContainEqual([
    'ledger.rows_locked',
    { commands: expect.any(Number), rows: [JSON.stringify(['stock_levels', sku, 'EAST'])] },
  ]);

  jest.replaceProperty(limits, 'blockedTimeMaxMs', 0); // they are refused when they are next looked at
  await calls;
  await lock.unlock();
  expect(await valueOf('holdfast_ledger_blocked_total')).toBe(3);
  expect(await valueOf('holdfast_ledger_failed_commands_total{reason="overloaded"}')).toBe(3);
  await eventually(async () => (await valueOf('holdfast_ledger_locked_rows')) === 0);
  expect(await valueOf('holdfast_ledger_blocked_commands')).toBe(0);
  const failed = 'holdfast_ledger_transaction_seconds_count{outcome="failed"}';
  expect(await valueOf(failed)).toBe(await valueOf('holdfast_ledger_failed_tries_total{reason="locked"}'));
});
