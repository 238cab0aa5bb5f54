import { together, withKey } from '@holdfast/testing';
import { countReservations, idsOf, sendBatch, shortly, oneLine } from '../testing/batch-calls.ts';
import { isReplay, scenarioOfSuite, repliesOf } from '../testing/api-scenario.ts';
import type { TestApi } from '../testing/start-api.ts';

let other: TestApi;

const scenario = scenarioOfSuite();
beforeAll(async () => {
  other = await scenario.openApi();
});

const one = () => [scenario.api];
const two = () => [scenario.api, other];
type Apis = () => TestApi[];

/** The same batch many times, released together, in turn through each API. */
async function atOnce(apis: Apis, reservations: readonly object[], rest: object = {}, key?: string) {
  const servers = apis();
  return repliesOf(
    await together(12, (number) =>
      sendBatch(
        servers[number % servers.length] ?? scenario.api,
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
    const sku = await scenario.newSku(100);
    const replies = await atOnce(apis, [oneLine(sku, 1), oneLine(sku, 2)], rest, `${where} ${what}`);
    expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => status));
    expect(new Set(replies.map((reply) => idsOf(reply).join())).size).toBe(1);
    expect(replies.filter((reply) => !isReplay(reply))).toHaveLength(1);
    expect(await scenario.counters(sku)).toEqual([100, 3, 0]);
    expect(await countReservations(scenario, sku)).toBe(2);
  });

  test.each([
    ['each for itself', {}, 200],
    ['atomic', { atomic: true }, 201],
  ])('with the same keys of entries (%s) have one effect and one answer', async (what, rest, status) => {
    const sku = await scenario.newSku(100);
    const [a, b] = [`${where} ${what} a`, `${where} ${what} b`];
    const replies = await atOnce(apis, [oneLine(sku, 1, a), oneLine(sku, 2, b)], rest);
    expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => status));
    expect(new Set(replies.map((reply) => idsOf(reply).join())).size).toBe(1);
    const came = replies.map((reply) => shortly(reply).join());
    expect(came.filter((each) => each === '201,201')).toHaveLength(1);
    expect(came.filter((each) => each === '201 replayed,201 replayed')).toHaveLength(11);
    expect(await scenario.counters(sku)).toEqual([100, 3, 0]);
    expect(await countReservations(scenario, sku)).toBe(2);
  });
});

test('batches that share some keys, in opposite order, have one effect for each key', async () => {
  const sku = await scenario.newSku(100);
  const sent = ['x', 'y', 'z'].map((key) => oneLine(sku, 1, `shared ${key}`));
  const replies = repliesOf(
    await together(12, (number) =>
      sendBatch(number % 2 ? other : scenario.api, [
        ...(number % 3 ? sent : sent.toReversed()),
        oneLine(sku, 1, `own ${number}`),
      ]),
    ),
  );
  expect(replies.flatMap(shortly).filter((came) => came === '201')).toHaveLength(3 + 12);
  expect(replies.flatMap(shortly).filter((came) => came === '201 replayed')).toHaveLength(3 * 11);
  expect(await countReservations(scenario, sku)).toBe(15);
});

test('the last units go to whole batches only, when they are atomic', async () => {
  const sku = await scenario.newSku(10);
  const replies = repliesOf(
    await together(12, (number) =>
      sendBatch(number % 2 ? other : scenario.api, [oneLine(sku, 1), oneLine(sku, 2)], { atomic: true }),
    ),
  );
  const statuses = replies.map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(3);
  expect(statuses.filter((status) => status === 409)).toHaveLength(9);
  expect(await scenario.counters(sku)).toEqual([10, 9, 0]);
});

test('carts with the same SKUs in opposite order never lock each other out', async () => {
  const warn = [scenario.api, other].map(({ context }) => jest.spyOn(context.log, 'warn'));
  const skus: string[] = [];
  for (let number = 0; number < 5; number += 1) skus.push(await scenario.newSku({ EAST: 500, WEST: 500 }));
  const cart = { lines: skus.map((sku) => ({ sku, quantity: 1 })) };
  const back = { lines: cart.lines.toReversed() };

  const replies = repliesOf(
    await together(40, (number) =>
      number % 2 ? sendBatch(other, [cart, back]) : sendBatch(scenario.api, [back, cart]),
    ),
  );

  expect(replies.flatMap(shortly)).toEqual(Array.from({ length: 80 }, () => '201'));
  for (const sku of skus) {
    expect(await scenario.counters(sku)).toEqual([1_000, 80, 0]);
  }
  // On a busy machine a wait for a lock may take longer than one try; a deadlock would be a conflict.
  const calls: unknown[][] = warn.flatMap(({ mock }) => mock.calls);
  expect(calls.filter((call) => !JSON.stringify(call).includes('"reason":"locked"'))).toEqual([]);
});
