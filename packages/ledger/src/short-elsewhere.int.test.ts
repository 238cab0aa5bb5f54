import { putLocation } from '@holdfast/stock';
import { eventually, together } from '@holdfast/testing';
import {
  adjustment,
  adjustStock,
  codeOf,
  confirm,
  EAST,
  expire,
  line,
  release,
  reserve,
  reserveBatch,
  setStock,
  WEST,
} from '@holdfast/testing/vocabulary';
import {
  count,
  endings,
  reservationIn,
  scenarioOfSuite,
  type WatchedLedger,
} from './fixtures/ledger-scenario.ts';
import type { Answer } from './index.ts';
import { LEDGER_SETTINGS } from './limits.ts';

// A unit that is promised at one location and missing there is owed: no other location may sell its replacement.

const scenario = scenarioOfSuite();
/** Prepares the stock, and changes it while the ledger under test waits. */
let helper: WatchedLedger;

/** A SKU with `held` units at EAST, all of them held, and the given number at WEST. */
async function stock(held: number, west: number): Promise<string> {
  const sku = await helper.newSku(held);
  reservationIn(await helper.submit(reserve([line(sku, held, EAST)])));
  await helper.submit(setStock(sku, west, WEST));
  return sku;
}

const adjust = (sku: string, ...deltas: readonly (readonly [location: string, delta: number])[]) =>
  adjustStock(...deltas.map(([location, delta]) => adjustment(sku, delta, location)));

const availableIn = ({ outcome }: Answer): readonly number[] =>
  !outcome.ok && outcome.refusal.code === 'insufficient_stock'
    ? outcome.refusal.lines.map(({ available }) => available)
    : [];

const untilItWaits = (ledger: WatchedLedger) =>
  eventually(async () => (await scenario.waitingForLock(ledger)) === 1);

describe('a SKU that is short at one location', () => {
  let ledger: WatchedLedger;
  beforeEach(() => {
    jest.replaceProperty(LEDGER_SETTINGS, 'lock_timeout', '20s'); // no lock wait in this suite times out
    helper = scenario.openLedger();
    ledger = scenario.openLedger();
  });
  afterEach(() => jest.restoreAllMocks());

  test('is sold elsewhere only as far as units are not owed, pinned or not', async () => {
    const sku = await stock(5, 10);
    await ledger.submit(setStock(sku, 3));
    expect(availableIn(await ledger.submit(reserve([line(sku, 10)])))).toEqual([8]);
    expect(availableIn(await ledger.submit(reserve([line(sku, 10, WEST)])))).toEqual([8]);
    expect(codeOf(await ledger.submit(reserve([line(sku, 8)])))).toBe('ok');
    expect(availableIn(await ledger.submit(reserve([line(sku, 1)], { ttlSeconds: null })))).toEqual([0]);
    await ledger.submit(adjust(sku, [EAST, 1]));
    expect(codeOf(await ledger.submit(reserve([line(sku, 1)], { ttlSeconds: null })))).toBe('ok');
  });

  test('is sold out when its only unit was moved away after the promise', async () => {
    const sku = await ledger.newSku(1);
    await ledger.submit(setStock(sku, 0, WEST));
    await ledger.hold(sku, 1, { ttlSeconds: null });
    await ledger.submit(adjust(sku, [EAST, -1], [WEST, 1]));
    expect(availableIn(await ledger.submit(reserve([line(sku)], { ttlSeconds: null })))).toEqual([0]);
  });

  test('has nothing for an expired hold that is reacquired', async () => {
    const sku = await stock(2, 2);
    const { id } = reservationIn(await ledger.submit(reserve([line(sku, 2, WEST)])));
    await scenario.makeDue(id);
    await ledger.submit(expire(id));
    await ledger.submit(adjust(sku, [EAST, -1]));
    expect(availableIn(await ledger.submit(confirm(id, { onExpired: 'reacquire' })))).toEqual([1]);
    await ledger.submit(adjust(sku, [EAST, 1]));
    expect(codeOf(await ledger.submit(confirm(id, { onExpired: 'reacquire' })))).toBe('ok');
  });

  test('owes what is missing at an inactive location', async () => {
    const sku = await scenario.sku();
    const db = scenario.openDatabase();
    const place = `OLD-${sku}`;
    await putLocation(db, place, {});
    await ledger.submit(setStock(sku, 5, place));
    await ledger.submit(setStock(sku, 4, WEST));
    const { id } = reservationIn(await ledger.submit(reserve([line(sku, 3, place)])));
    await ledger.submit(setStock(sku, 1, place));
    await putLocation(db, place, { active: false });
    expect(availableIn(await ledger.submit(reserve([line(sku, 4)])))).toEqual([2]);
    await ledger.submit(release(id));
    expect(availableIn(await ledger.submit(reserve([line(sku, 5)])))).toEqual([4]);
    await putLocation(db, place, { active: true });
    expect(codeOf(await ledger.submit(reserve([line(sku, 5)])))).toBe('ok');
  });

  test.each(['a create', 'a batch', 'a hold that is reacquired'])(
    'is short for %s that arrives during the count',
    async (what) => {
      const sku = await stock(5, 10);
      const late = reservationIn(await helper.submit(reserve([line(sku, 10, WEST)]))).id;
      await scenario.makeDue(late);
      await helper.submit(expire(late));
      const lock = await scenario.lock(sku);
      const counted = helper.submit(setStock(sku, 3));
      await untilItWaits(helper);
      const one = reserve([line(sku, 10, WEST)]);
      const promised = ledger.submit(
        what === 'a create'
          ? one
          : what === 'a batch'
            ? reserveBatch([one], { atomic: true })
            : confirm(late, { onExpired: 'reacquire' }),
      );
      await untilItWaits(ledger);
      await lock.unlock();
      expect([codeOf(await counted), codeOf(await promised)]).toEqual(['ok', 'insufficient_stock']);
      expect(availableIn(await promised)).toEqual([8]);
    },
  );

  test('is not short yet for a create that arrives before the count', async () => {
    const sku = await stock(5, 10);
    const lock = await scenario.lock(sku);
    const created = ledger.submit(reserve([line(sku, 10, WEST)]));
    await untilItWaits(ledger);
    const counted = helper.submit(setStock(sku, 3));
    await untilItWaits(helper);
    await lock.unlock();
    expect([codeOf(await counted), codeOf(await created)]).toEqual(['ok', 'ok']);
    expect(availableIn(await ledger.submit(reserve([line(sku)])))).toEqual([0]);
  });

  test('is short for a create that waits while the short level is created', async () => {
    const sku = await helper.newSku(10);
    const busy = await helper.newSku(1);
    // The create waits for EAST, the only level of the SKU at that time.
    const first = [busy, sku].toSorted()[0] ?? '';
    const [waiting, owed] = first === busy ? [busy, sku] : [sku, busy];
    await helper.submit(setStock(owed, 10));
    const lock = await scenario.lock(waiting);
    const created = ledger.submit(reserve([line(waiting), line(owed, 3)]));
    await untilItWaits(ledger);
    await helper.submit(setStock(owed, 5, WEST));
    reservationIn(await helper.submit(reserve([line(owed, 5, WEST), line(owed, 7, EAST)])));
    await helper.submit(setStock(owed, 2, WEST));
    await lock.unlock();
    expect(availableIn(await created)).toEqual([0]);
    expect(await scenario.counters(owed)).toEqual([10, 7, 0]);
  });

  test('may be repaired at another location: promises that exist already are not new promises', async () => {
    const sku = await stock(5, 10);
    reservationIn(await ledger.submit(reserve([line(sku, 4, WEST)])));
    await ledger.submit(setStock(sku, 3));
    await scenario.sql.query('UPDATE stock_levels SET reserved = 1 WHERE sku = $1 AND location = $2', [
      sku,
      WEST,
    ]);
    const levels = [{ sku, location: WEST }];
    await ledger.submit({ kind: 'repair-stock', levels, dryRun: false, caller: 'operator' });
    expect(availableIn(await ledger.submit(reserve([line(sku, 6)])))).toEqual([4]);
    expect(ledger.failures).toEqual([]);
  });

  test('with creates and counts released together no unit that is owed is sold', async () => {
    const UNITS = 20;
    const sku = await stock(UNITS, UNITS);
    const other = scenario.openLedger();
    const answers = await together(3 * UNITS, (number) => {
      const by = number % 2 === 0 ? ledger : other;
      return by.submit(number % 3 === 0 ? adjust(sku, [EAST, -1]) : reserve([line(sku)]));
    });
    const ended = endings(answers);
    expect(count(ended, 'ok') + count(ended, 'insufficient_stock')).toBe(3 * UNITS);
    expect(count(ended, 'ok')).toBeGreaterThan(UNITS);
    // The invariants check that no owed unit was sold.
    expect(availableIn(await ledger.submit(reserve([line(sku)])))).toEqual([0]);
  });
});
