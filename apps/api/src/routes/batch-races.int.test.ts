import { together } from '@holdfast/testing';
import { countReservations, idsOf, sendBatch, shortly, want } from '../testing/batch-calls.ts';
import { isReplay, openShop, repliesOf, withKey, type ApiShop } from '../testing/open-shop.ts';
import type { TestApi } from '../testing/start-api.ts';

let shop: ApiShop;
let other: TestApi;

beforeAll(async () => {
  shop = await openShop();
  other = await shop.openApi();
});
afterAll(() => shop.close());

const one = () => [shop.api];
const two = () => [shop.api, other];
type Apis = () => TestApi[];

/** The same batch many times, released together, in turn through each API. */
async function atOnce(apis: Apis, reservations: readonly object[], rest: object = {}, key?: string) {
  const doors = apis();
  return repliesOf(
    await together(12, (number) =>
      sendBatch(
        doors[number % doors.length] ?? shop.api,
        reservations,
        rest,
        key === undefined ? {} : withKey(key),
      ),
    ),
  );
}

describe.each([
  ['one process', one],
  ['two processes', two],
])('identical batches at the same moment in %s', (where, apis: Apis) => {
  test.each([
    ['each for itself', {}, 200],
    ['atomic', { atomic: true }, 201],
  ])('with one key of the whole (%s) have one effect and one answer', async (what, rest, status) => {
    const sku = await shop.stock({ NEAR: 100 });
    const replies = await atOnce(apis, [want(sku, 1), want(sku, 2)], rest, `${where} ${what}`);
    expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => status));
    expect(new Set(replies.map((reply) => idsOf(reply).join())).size).toBe(1);
    expect(replies.filter((reply) => !isReplay(reply))).toHaveLength(1);
    expect(await shop.counters(sku)).toEqual({ on_hand: 100, reserved: 3, allocated: 0 });
    expect(await countReservations(shop, sku)).toBe(2);
  });

  test.each([
    ['each for itself', {}, 200],
    ['atomic', { atomic: true }, 201],
  ])('with the same keys of entries (%s) have one effect and one answer', async (what, rest, status) => {
    const sku = await shop.stock({ NEAR: 100 });
    const [a, b] = [`${where} ${what} a`, `${where} ${what} b`];
    const replies = await atOnce(apis, [want(sku, 1, a), want(sku, 2, b)], rest);
    expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => status));
    expect(new Set(replies.map((reply) => idsOf(reply).join())).size).toBe(1);
    const came = replies.map((reply) => shortly(reply).join());
    expect(came.filter((each) => each === '201,201')).toHaveLength(1);
    expect(came.filter((each) => each === '201 replayed,201 replayed')).toHaveLength(11);
    expect(await shop.counters(sku)).toEqual({ on_hand: 100, reserved: 3, allocated: 0 });
    expect(await countReservations(shop, sku)).toBe(2);
  });
});

test('batches that share some keys, in opposite order, have one effect for each key', async () => {
  const sku = await shop.stock({ NEAR: 100 });
  const sent = ['x', 'y', 'z'].map((key) => want(sku, 1, `shared ${key}`));
  const replies = repliesOf(
    await together(12, (number) =>
      sendBatch(number % 2 ? other : shop.api, [
        ...(number % 3 ? sent : sent.toReversed()),
        want(sku, 1, `own ${number}`),
      ]),
    ),
  );
  expect(replies.flatMap(shortly).filter((came) => came === '201')).toHaveLength(3 + 12);
  expect(replies.flatMap(shortly).filter((came) => came === '201 replayed')).toHaveLength(3 * 11);
  expect(await countReservations(shop, sku)).toBe(15);
});

test('the last units go to whole batches only, when they are atomic', async () => {
  const sku = await shop.stock({ NEAR: 10 });
  const replies = repliesOf(
    await together(12, (number) =>
      sendBatch(number % 2 ? other : shop.api, [want(sku, 1), want(sku, 2)], { atomic: true }),
    ),
  );
  const statuses = replies.map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(3);
  expect(statuses.filter((status) => status === 409)).toHaveLength(9);
  expect(await shop.counters(sku)).toEqual({ on_hand: 10, reserved: 9, allocated: 0 });
});

test('carts with the same SKUs in opposite order never lock each other out', async () => {
  const warn = [shop.api, other].map(({ context }) => jest.spyOn(context.log, 'warn'));
  const skus: string[] = [];
  for (let number = 0; number < 5; number += 1) skus.push(await shop.stock({ NEAR: 500, FAR: 500 }));
  const cart = { lines: skus.map((sku) => ({ sku, quantity: 1 })) };
  const back = { lines: cart.lines.toReversed() };

  const replies = repliesOf(
    await together(40, (number) =>
      number % 2 ? sendBatch(other, [cart, back]) : sendBatch(shop.api, [back, cart]),
    ),
  );

  expect(replies.flatMap(shortly)).toEqual(Array.from({ length: 80 }, () => '201'));
  for (const sku of skus) {
    expect(await shop.counters(sku)).toEqual({ on_hand: 1_000, reserved: 80, allocated: 0 });
  }
  expect(warn.flatMap(({ mock }) => mock.calls)).toEqual([]);
});
