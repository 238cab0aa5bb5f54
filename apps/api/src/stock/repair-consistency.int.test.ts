import { withKey, ofTest } from '@holdfast/testing';
import { z } from 'zod';
import { consistencyAnswer, repairAnswer } from './consistency-schema.ts';
import { isReplay, openScenario } from '../testing/api-scenario.ts';

let sku: string;

/** 20 units in EAST: 4 held, 3 sold. */
const scenario = ofTest(() => openScenario());
beforeEach(async () => {
  sku = await scenario.newSku({ EAST: 20, WEST: 5 });
  await scenario.hold(sku, 4);
  await scenario.confirmed(sku, 3);
});

const issuesOf = async (deep = false) => {
  const { body } = await scenario.api.call('get', `/v1/inventory/consistency${deep ? '?deep=true' : ''}`);
  return consistencyAnswer.parse(body).issues.map(({ kind, expected, actual }) => [kind, expected, actual]);
};
const repair = async (body: object = {}, query = '') =>
  repairAnswer.parse(
    (await scenario.api.call('post', `/v1/inventory/consistency/repair${query}`, body)).body,
  );
const repairOnce = (key: string) =>
  scenario.api.call('post', '/v1/inventory/consistency/repair', {}, withKey(key));
const movements = async () => {
  const { body } = await scenario.api.call('get', `/v1/stock-movements?sku=${sku}&location=EAST`);
  const list = z.object({ data: z.array(z.looseObject({ kind: z.string(), level_seq: z.int() })) });
  return list.parse(body).data;
};
const damage = (change: string) =>
  scenario.sql.query(`UPDATE stock_levels SET ${change} WHERE sku = $1 AND location = 'EAST'`, [sku]);

const DAMAGES: readonly [string, string, number, number][] = [
  ['on_hand = on_hand + 7', 'on_hand', 20, 27],
  ['on_hand = on_hand - 7', 'on_hand', 20, 13],
  ['reserved = 0', 'reserved', 4, 0],
  ['reserved = reserved + 5', 'reserved', 4, 9],
  ['allocated = allocated - 1', 'allocated', 3, 2],
  ['allocated = allocated + 2', 'allocated', 3, 5],
  ['level_seq = level_seq - 2', 'level_seq', 3, 1],
];

describe('a counter that was changed by hand', () => {
  test.each(DAMAGES)(
    '%s: is found and repaired, and the repair is in the movements',
    async (change, kind, right, wrong) => {
      await damage(change);
      expect(await issuesOf()).toContainEqual([kind, right, wrong]);

      const { repairs, unrepaired } = await repair();

      expect(repairs).toEqual([{ sku, location: 'EAST', kind, expected: right, actual: wrong }]);
      expect(unrepaired).toEqual([]);
      expect(await issuesOf(true)).toEqual([]);
      expect(await scenario.counters(sku)).toEqual([25, 4, 3]);
      const drift = { kind: 'drift', caller: 'anonymous' };
      const repaired = { kind: 'repair', caller: 'anonymous', on_hand: 20, reserved: 4, allocated: 3 };
      expect(await movements()).toMatchObject(
        kind === 'level_seq' ? [drift, {}, {}, {}] : [repaired, drift, {}, {}, {}],
      );
    },
  );

  test('is repaired after a dry run that only reports it', async () => {
    await damage('on_hand = on_hand + 7');
    const planned = await repair({ dry_run: true });
    expect(planned).toMatchObject({
      dry_run: true,
      repairs: [{ kind: 'on_hand', expected: 20, actual: 27 }],
    });
    expect((await scenario.counters(sku))[0]).toBe(32);
    expect((await repair()).repairs).toEqual(planned.repairs);
  });

  test('is repaired once for a repeated key, and the repeat gets the same answer', async () => {
    await damage('on_hand = on_hand + 7');
    const [first, again] = [await repairOnce('night shift'), await repairOnce('night shift')];
    expect(again.body).toEqual(first.body);
    expect([isReplay(first), isReplay(again)]).toEqual([false, true]);
    expect(await movements()).toHaveLength(5);
  });
});

test('a level that was deleted by hand comes back with all that it had', async () => {
  await scenario.sql.query(`DELETE FROM stock_levels WHERE sku = $1 AND location = 'EAST'`, [sku]);
  expect(await issuesOf()).toEqual(
    expect.arrayContaining([
      ['reserved', 4, 0],
      ['allocated', 3, 0],
    ]),
  );
  const planned = await repair({ dry_run: true });
  expect(await repair()).toEqual({ ...planned, dry_run: false });
  expect(await issuesOf(true)).toEqual([]);
  expect(await scenario.counters(sku)).toEqual([25, 4, 3]);
});

test('with nothing to repair, nothing is done; a shortfall is no damage', async () => {
  await scenario.setStock(sku, 2);
  expect(await issuesOf()).toEqual([['shortfall', 0, 5]]);
  expect(await repair()).toEqual({ dry_run: false, repairs: [], unrepaired: [] });
  expect(await movements()).toHaveLength(4);
});

test('on_hand that was changed before the ledger went on is found by the sums, and repaired', async () => {
  await damage('on_hand = on_hand + 7');
  await scenario.api.call('post', '/v1/stock-adjustments', {
    lines: [{ sku, location: 'EAST', delta: 1, reason: 'receipt' }],
  });
  expect(await issuesOf()).toEqual([]);
  expect(await issuesOf(true)).toEqual([['on_hand', 21, 28]]);
  expect((await repair({}, '?deep=false')).repairs).toEqual([]);

  expect((await repair()).repairs).toMatchObject([{ kind: 'on_hand', expected: 21, actual: 28 }]);
  expect(await issuesOf(true)).toEqual([]);
  // A movement written in between would leave a permanent gap, which the check of the invariants would find.
  await scenario.sql.query(`
    ALTER TABLE stock_movements DISABLE TRIGGER USER;
    TRUNCATE stock_movements, stock_levels, reservations, reservation_lines, line_allocations`);
});
