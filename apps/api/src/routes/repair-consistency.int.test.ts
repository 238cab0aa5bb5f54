import { z } from 'zod';
import { consistencyAnswer } from '../schemas/consistency.ts';
import { repairAnswer } from '../schemas/repair.ts';
import { isReplay, openShop, withKey, type ApiShop } from '../testing/open-shop.ts';

let shop: ApiShop;
let sku: string;

/** 20 units in NEAR: 4 held, 3 sold. */
beforeEach(async () => {
  shop = await openShop();
  sku = await shop.stock({ NEAR: 20, FAR: 5 });
  await shop.hold(sku, 4);
  await shop.confirmed(sku, 3);
});
afterEach(() => shop.close());

const issuesOf = async (deep = false) => {
  const { body } = await shop.api.call('get', `/v1/inventory/consistency${deep ? '?deep=true' : ''}`);
  return consistencyAnswer.parse(body).issues.map(({ kind, expected, actual }) => [kind, expected, actual]);
};
const repair = async (body: object = {}, query = '') =>
  repairAnswer.parse((await shop.api.call('post', `/v1/inventory/consistency/repair${query}`, body)).body);
const repairOnce = (key: string) =>
  shop.api.call('post', '/v1/inventory/consistency/repair', {}, withKey(key));
const movements = async () => {
  const { body } = await shop.api.call('get', `/v1/stock-movements?sku=${sku}&location=NEAR`);
  const list = z.object({ data: z.array(z.looseObject({ kind: z.string(), level_seq: z.int() })) });
  return list.parse(body).data;
};
const damage = (change: string) =>
  shop.sql.query(`UPDATE stock_levels SET ${change} WHERE sku = $1 AND location = 'NEAR'`, [sku]);

const DAMAGES: readonly [string, string, number, number][] = [
  ['on_hand = on_hand + 7', 'on_hand', 20, 27],
  ['on_hand = on_hand - 7', 'on_hand', 20, 13],
  ['reserved = 0', 'reserved', 4, 0],
  ['reserved = reserved + 5', 'reserved', 4, 9],
  ['allocated = allocated - 1', 'allocated', 3, 2],
  ['allocated = allocated + 2', 'allocated', 3, 5],
  ['level_seq = level_seq - 2', 'level_seq', 3, 1],
];

describe('a counter that somebody has changed', () => {
  test.each(DAMAGES)(
    '%s: is found, mended, and the mend is in the movements',
    async (change, kind, right, wrong) => {
      await damage(change);
      expect(await issuesOf()).toContainEqual([kind, right, wrong]);

      const { repairs, unrepaired } = await repair();

      expect(repairs).toEqual([{ sku, location: 'NEAR', kind, expected: right, actual: wrong }]);
      expect(unrepaired).toEqual([]);
      expect(await issuesOf(true)).toEqual([]);
      expect(await shop.counters(sku)).toEqual({ on_hand: 25, reserved: 4, allocated: 3 });
      const drift = { kind: 'drift', caller: 'anonymous' };
      const mend = { kind: 'repair', caller: 'anonymous', on_hand: 20, reserved: 4, allocated: 3 };
      expect(await movements()).toMatchObject(
        kind === 'level_seq' ? [drift, {}, {}, {}] : [mend, drift, {}, {}, {}],
      );
    },
  );

  test('is mended after a dry run that only said so', async () => {
    await damage('on_hand = on_hand + 7');
    const foretold = await repair({ dry_run: true });
    expect(foretold).toMatchObject({
      dry_run: true,
      repairs: [{ kind: 'on_hand', expected: 20, actual: 27 }],
    });
    expect(await shop.counters(sku)).toMatchObject({ on_hand: 32 });
    expect((await repair()).repairs).toEqual(foretold.repairs);
  });

  test('is mended once for a repeated key, and the repeat is told the same', async () => {
    await damage('on_hand = on_hand + 7');
    const [first, again] = [await repairOnce('night shift'), await repairOnce('night shift')];
    expect(again.body).toEqual(first.body);
    expect([isReplay(first), isReplay(again)]).toEqual([false, true]);
    expect(await movements()).toHaveLength(5);
  });
});

test('a level that somebody has deleted comes back with all that it had', async () => {
  await shop.sql.query(`DELETE FROM stock_levels WHERE sku = $1 AND location = 'NEAR'`, [sku]);
  expect(await issuesOf()).toEqual(
    expect.arrayContaining([
      ['reserved', 4, 0],
      ['allocated', 3, 0],
    ]),
  );
  const foretold = await repair({ dry_run: true });
  expect(await repair()).toEqual({ ...foretold, dry_run: false });
  expect(await issuesOf(true)).toEqual([]);
  expect(await shop.counters(sku)).toEqual({ on_hand: 25, reserved: 4, allocated: 3 });
});

test('with nothing to mend, nothing is done; a shortfall is no damage', async () => {
  await shop.api.call('put', `/v1/stock-levels/${sku}/NEAR`, { on_hand: 2 });
  expect(await issuesOf()).toEqual([['shortfall', 0, 5]]);
  expect(await repair()).toEqual({ dry_run: false, repairs: [], unrepaired: [] });
  expect(await movements()).toHaveLength(4);
});

test('on_hand that was changed before the ledger went on is found by the sums, and mended', async () => {
  await damage('on_hand = on_hand + 7');
  await shop.api.call('post', '/v1/stock-adjustments', {
    lines: [{ sku, location: 'NEAR', delta: 1, reason: 'receipt' }],
  });
  expect(await issuesOf()).toEqual([]);
  expect(await issuesOf(true)).toEqual([['on_hand', 21, 28]]);
  expect((await repair({}, '?deep=false')).repairs).toEqual([]);

  expect((await repair()).repairs).toMatchObject([{ kind: 'on_hand', expected: 21, actual: 28 }]);
  expect(await issuesOf(true)).toEqual([]);
  // What was written in between jumps for good, and would be found when the books are checked at the end.
  await shop.sql.query(`
    ALTER TABLE stock_movements DISABLE TRIGGER USER;
    TRUNCATE stock_movements, stock_levels, reservations, reservation_lines, line_allocations`);
});
