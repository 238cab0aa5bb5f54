import { eventually } from '@holdfast/testing';
import { codeOf, confirm, line, reserve } from '@holdfast/testing/vocabulary';
import { scenarioOfSuite, type WatchedLedger, waitLongForLocks } from '../fixtures/ledger-scenario.ts';

const scenario = scenarioOfSuite();
/** Prepares the stock, and changes it while the ledger under test waits. */
let helper: WatchedLedger;

waitLongForLocks();
beforeEach(() => {
  helper = scenario.openLedger();
});

const untilItWaits = (ledger: WatchedLedger) =>
  eventually(async () => (await scenario.waitingForLock(ledger)) === 1);
const isDue = (id: string) =>
  scenario.rows('reservations WHERE id = $1 AND expires_at <= clock_timestamp()', [id]).then(Boolean);

let ledger: WatchedLedger;
let sku: string;
beforeEach(async () => {
  ledger = scenario.openLedger();
  sku = await helper.newSku(10);
});

test('a change that is under way is waited for, and noticed', async () => {
  const lock = await scenario.lock(sku);
  const answer = ledger.submit(reserve([line(sku, 8)]));
  await untilItWaits(ledger);
  await lock.client.query('UPDATE stock_levels SET safety_stock = 3 WHERE sku = $1', [sku]);
  await lock.client.query('COMMIT');
  expect(codeOf(await answer)).toBe('insufficient_stock');
  await lock.unlock();
});

test('a change that is rolled back has no effect', async () => {
  const lock = await scenario.lock(sku);
  const answer = ledger.submit(reserve([line(sku, 8)]));
  await untilItWaits(ledger);
  await lock.client.query('UPDATE stock_levels SET safety_stock = 3 WHERE sku = $1', [sku]);
  await lock.unlock();
  expect(codeOf(await answer)).toBe('ok');
  expect(await scenario.counters(sku)).toEqual([10, 8, 0]);
});

test('a hold whose time passes while the lock is waited for is past its time', async () => {
  const { id } = await helper.hold(sku, 2);
  const lock = await scenario.lock(sku);
  await scenario.sql.query(
    `UPDATE reservations SET expires_at = clock_timestamp() + interval '400 ms' WHERE id = $1`,
    [id],
  );
  const late = ledger.submit(confirm(id));
  await untilItWaits(ledger);
  await eventually(() => isDue(id));
  await lock.unlock();

  expect(codeOf(await late)).toBe('reservation_expired');
  expect(await scenario.counters(sku)).toEqual([10, 0, 0]);
  expect(await scenario.rows(`reservations WHERE id = $1 AND status = 'expired'`, [id])).toBe(1);
});

test('due holds that another session is giving back are skipped', async () => {
  const due = (await helper.hold(sku, 4)).id;
  await scenario.makeDue(due);
  const session = await scenario.connect();
  await session.query('BEGIN');
  await session.query('SELECT FROM reservations WHERE id = $1 FOR UPDATE', [due]);
  expect(codeOf(await ledger.submit(reserve([line(sku, 7)])))).toBe('insufficient_stock');
  expect(codeOf(await ledger.submit(reserve([line(sku, 6)])))).toBe('ok');
  await session.query('ROLLBACK');
  expect(codeOf(await ledger.submit(reserve([line(sku, 4)])))).toBe('ok');
});
