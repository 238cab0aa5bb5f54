import { reservationAnswer } from '@holdfast/contract';
import { checkLedgerInvariants, together, ofTest } from '@holdfast/testing';
import type { z } from 'zod';
import { consistencyAnswer } from './consistency-schema.ts';
import { startOwnApi } from '../testing/start-api.ts';

const SKUS = ['A', 'B', 'C', 'D'];
const LOCATIONS = ['EAST', 'WEST'];

const api = ofTest(() => startOwnApi());
beforeEach(async () => {
  for (const location of LOCATIONS) await api.call('put', `/v1/locations/${location}`, {});
  for (const sku of SKUS) {
    await api.call('put', `/v1/skus/${sku}`, {});
    for (const location of LOCATIONS)
      await api.call('put', `/v1/stock-levels/${sku}/${location}`, { on_hand: 500 });
  }
});

const look = async (query: string): Promise<z.infer<typeof consistencyAnswer>> =>
  consistencyAnswer.parse((await api.call('get', `/v1/inventory/consistency${query}`)).body);
const check = () => look('');
const checkDeep = () => look('?deep=true');
const create = async (quantity: number, body: object = {}) => {
  const lines = SKUS.map((sku) => ({ sku, quantity }));
  const reply = await api.call('post', '/v1/reservations', { lines, ...body });
  return reservationAnswer.parse(reply.body).id;
};
/** Holds, and then confirms, gives back or leaves them; now and then stock comes in. */
async function buy(shopper: number): Promise<void> {
  for (let turn = 0; turn < 15; turn += 1) {
    const id = await create(1 + (turn % 3), turn % 5 === 0 ? { sourcing: 'no_split' } : {});
    if (turn % 4 !== 3) await api.call('post', `/v1/reservations/${id}/${turn % 2 ? 'confirm' : 'release'}`);
    if (turn % 9 === shopper) await api.call('put', '/v1/stock-levels/A/EAST', { on_hand: 1_000 + turn });
  }
}

const damage = (statement: TemplateStringsArray) => api.context.database.prisma.$executeRaw(statement);

test('an empty warehouse and a busy one are consistent, and the answer says what was looked at and when', async () => {
  const before = Date.now();
  await create(2);
  await create(3, { confirm: true });
  const { checked_at, ...rest } = await check();
  expect(rest).toEqual({ is_consistent: true, total_stock_levels: 8, issues: [] });
  // The database runs on this machine and has its clock.
  expect(Date.parse(checked_at)).toBeGreaterThanOrEqual(before - 1);
  expect(Date.parse(checked_at)).toBeLessThanOrEqual(Date.now() + 1);
});

test('checkout traffic never is an issue, however often it is looked at meanwhile', async () => {
  const bought = new AbortController();
  const found: Awaited<ReturnType<typeof check>>[] = [];
  const lookOn = async (each: typeof check) => {
    while (!bought.signal.aborted) found.push(await each());
  };
  const looking = Promise.all([lookOn(check), lookOn(check), lookOn(checkDeep)]);
  do {
    const shoppers = await together(8, buy);
    expect(shoppers.filter(({ status }) => status === 'rejected')).toEqual([]);
  } while (found.length <= 5);
  bought.abort();
  await looking;
  expect(found.filter((each) => !each.is_consistent || each.issues.length > 0)).toEqual([]);
  expect(await checkLedgerInvariants(api.databaseUrl)).toEqual([]);
});

test('a counter that was changed by hand is an issue, with what it should be and what it is', async () => {
  await create(2);
  await create(3, { confirm: true });
  await damage`UPDATE stock_levels SET on_hand = on_hand - 7 WHERE sku = 'A' AND location = 'EAST'`;
  await damage`UPDATE stock_levels SET reserved = 9 WHERE sku = 'B' AND location = 'EAST'`;
  await damage`UPDATE stock_levels SET allocated = 0 WHERE sku = 'C' AND location = 'EAST'`;
  expect(await check()).toMatchObject({
    is_consistent: false,
    total_stock_levels: 8,
    issues: [
      { sku: 'A', location: 'EAST', kind: 'on_hand', expected: 500, actual: 493 },
      { sku: 'B', location: 'EAST', kind: 'reserved', expected: 2, actual: 9 },
      { sku: 'C', location: 'EAST', kind: 'allocated', expected: 3, actual: 0 },
    ],
  });
});

test('what open reservations hold is compared, too: of a level that is gone as well', async () => {
  await create(2);
  await create(3, { confirm: true });
  await damage`UPDATE line_allocations SET quantity = 1 WHERE quantity = 2 AND line_no = 1`;
  await damage`DELETE FROM stock_levels WHERE sku = 'B' AND location = 'EAST'`;
  expect(await check()).toMatchObject({
    is_consistent: false,
    total_stock_levels: 7,
    issues: [
      { sku: 'A', location: 'EAST', kind: 'reserved', expected: 1, actual: 2 },
      { sku: 'B', location: 'EAST', kind: 'allocated', expected: 3, actual: 0 },
      { sku: 'B', location: 'EAST', kind: 'reserved', expected: 2, actual: 0 },
    ],
  });
});

test('counters below what they count from, and levels that are gone, are found by the sum of all movements', async () => {
  await damage`UPDATE stock_levels SET level_seq = 0 WHERE sku = 'A' AND location = 'EAST'`;
  await damage`DELETE FROM stock_levels WHERE sku = 'B' AND location = 'EAST'`;
  const levelSeq = { sku: 'A', location: 'EAST', kind: 'level_seq', expected: 1, actual: 0 };
  expect(await check()).toMatchObject({ is_consistent: false, total_stock_levels: 7, issues: [levelSeq] });
  expect(await look('?deep=false')).toMatchObject({ is_consistent: false, issues: [levelSeq] });
  expect(await checkDeep()).toMatchObject({
    is_consistent: false,
    total_stock_levels: 7,
    issues: [
      levelSeq,
      { sku: 'B', location: 'EAST', kind: 'level_seq', expected: 1, actual: 0 },
      { sku: 'B', location: 'EAST', kind: 'on_hand', expected: 500, actual: 0 },
    ],
  });
});

test('an issue that is found in several ways is named once', async () => {
  await create(2);
  await damage`UPDATE stock_levels SET reserved = 9 WHERE sku = 'B' AND location = 'EAST'`;
  const { issues } = await checkDeep();
  expect(issues).toEqual([{ sku: 'B', location: 'EAST', kind: 'reserved', expected: 2, actual: 9 }]);
});

test('a shortfall is named, and the counters agree all the same', async () => {
  await create(400, { confirm: true });
  await api.call('put', '/v1/stock-levels/C/EAST', { on_hand: 390 });
  const shortfall = { sku: 'C', location: 'EAST', kind: 'shortfall', expected: 0, actual: 10 };
  for (const each of [check, checkDeep]) {
    expect(await each()).toMatchObject({ is_consistent: true, issues: [shortfall] });
  }
  await damage`UPDATE stock_levels SET reserved = 1 WHERE sku = 'D' AND location = 'WEST'`;
  expect(await check()).toMatchObject({
    is_consistent: false,
    issues: [{ sku: 'D', location: 'WEST', kind: 'reserved', expected: 0, actual: 1 }, shortfall],
  });
});

test('many who ask at once are all answered, each with a check that began after they asked', async () => {
  const asked = Date.now();
  const first = check();
  const answers = await together(20, check);
  await first;
  const times = answers.map((each) =>
    each.status === 'fulfilled' ? Date.parse(each.value.checked_at) : Number.NaN,
  );
  expect(times.every((time) => time >= asked - 5)).toBe(true);
  await damage`UPDATE stock_levels SET reserved = 1 WHERE sku = 'D' AND location = 'WEST'`;
  const after = await together(5, check);
  expect(after.map((each) => each.status === 'fulfilled' && each.value.issues.length)).toEqual([
    1, 1, 1, 1, 1,
  ]);
});

test.each(['depth=all', 'deep=1', 'deep=', 'deep=TRUE', 'deep=true&deep=true'])(
  '?%s is refused',
  async (query) => {
    expect(await api.call('get', `/v1/inventory/consistency?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
  },
);
