import { together, withKey } from '@holdfast/testing';
import { scenarioOfSuite, parsed, refused, repliesOf, isReplay } from '../testing/api-scenario.ts';
import { cancelled, postEvents, resultsOf, shortly, sendEvents } from '../testing/order-events.ts';
import type { Reply, TestApi } from '../testing/start-api.ts';

let other: TestApi;

const scenario = scenarioOfSuite();
beforeAll(async () => {
  other = await scenario.openApi();
});

const lines = (sku: string, quantity = 1) => [{ sku, quantity }];

let orders = 0;

async function cancelledOrder(): Promise<string> {
  const orderId = `c-${++orders}`;
  expect(shortly(await sendEvents(scenario.api, cancelled(orderId)))).toEqual(['processed']);
  return orderId;
}

const orderCancelled = (more: object = {}) => refused(409, 'order_cancelled', more);

describe('for an order that is cancelled', () => {
  test('no reservation is created: held, confirmed, or in a batch', async () => {
    const sku = await scenario.newSku(5);
    const order_id = await cancelledOrder();
    expect(await scenario.create({ order_id, lines: lines(sku) })).toMatchObject(orderCancelled());
    expect(await scenario.create({ order_id, lines: lines(sku), confirm: true })).toMatchObject(
      orderCancelled(),
    );
    const reservations = [{ lines: lines(sku) }, { order_id, lines: lines(sku) }];
    const batch = await scenario.api.call('post', '/v1/reservations/batch', { reservations });
    expect(batch).toMatchObject({
      status: 200,
      body: { results: [{ status: 201 }, { status: 409, problem: { code: 'order_cancelled' } }] },
    });
    const atomic = await scenario.api.call('post', '/v1/reservations/batch', { reservations, atomic: true });
    expect(atomic).toMatchObject(orderCancelled());
    expect(await scenario.counters(sku)).toEqual([5, 1, 0]);
  });

  test('the refusal is preferred to an unknown SKU and to too little stock', async () => {
    const sku = await scenario.newSku(1);
    const order_id = await cancelledOrder();
    expect(await scenario.create({ order_id, lines: lines('NONE') })).toMatchObject(orderCancelled());
    expect(await scenario.create({ order_id, lines: lines(sku, 2) })).toMatchObject(orderCancelled());
  });

  test('the refusal is stored for its key', async () => {
    const sku = await scenario.newSku(1);
    const order_id = await cancelledOrder();
    const body = { order_id, lines: lines(sku) };
    await scenario.create(body, withKey(`key-${order_id}`));
    const again = await scenario.create(body, withKey(`key-${order_id}`));
    expect(again).toMatchObject(orderCancelled());
    expect(isReplay(again)).toBe(true);
  });

  test.each(['confirm', 'fulfill'])(
    'a hold without an order is not assigned to it by %s, and stays held',
    async (verb) => {
      const sku = await scenario.newSku(5);
      const order_id = await cancelledOrder();
      const { id } = await scenario.hold(sku, 2);
      expect(await scenario.verb(id, verb, { order_id })).toMatchObject(
        orderCancelled({ current_status: 'held' }),
      );
      expect(await scenario.read(id)).toMatchObject({ status: 'held', order_id: null });
    },
  );

  test('a confirmed reservation without an order is not assigned to it either', async () => {
    const sku = await scenario.newSku(5);
    const order_id = await cancelledOrder();
    const { id } = await scenario.confirmed(sku, 2);
    for (const verb of ['confirm', 'fulfill']) {
      expect(await scenario.verb(id, verb, { order_id })).toMatchObject(
        orderCancelled({ current_status: 'confirmed' }),
      );
    }
    expect(await scenario.read(id)).toMatchObject({ status: 'confirmed', order_id: null });
  });

  test.each<[state: string, end: (id: string) => Promise<unknown>]>([
    ['expired', (id) => scenario.makeDue(id)],
    ['released', (id) => scenario.release(id)],
    ['cancelled', async (id) => (await scenario.confirm(id), scenario.cancel(id))],
  ])('a reservation that is %s is neither confirmed nor reacquired', async (status, end) => {
    const sku = await scenario.newSku(5);
    const order_id = `c-${++orders}`;
    const { id } = await scenario.hold(sku, 2, { order_id });
    await end(id);
    await sendEvents(scenario.api, cancelled(order_id));
    for (const on_expired of ['reject', 'reacquire']) {
      expect(await scenario.confirm(id, { on_expired })).toMatchObject(
        orderCancelled({ current_status: status }),
      );
    }
    expect(await scenario.counters(sku)).toEqual([5, 0, 0]);
  });

  test('a repeated cancel ends reservations that were held or confirmed since the first', async () => {
    const sku = await scenario.newSku(9);
    const order_id = `c-${++orders}`;
    const [held, sold] = [await scenario.hold(sku, 2), await scenario.confirmed(sku, 3)];
    await sendEvents(scenario.api, cancelled(order_id));
    // As an older release may have stored it.
    await scenario.sql.query('UPDATE reservations SET order_id = $1 WHERE id = ANY($2)', [
      order_id,
      [held.id, sold.id],
    ]);
    const [again] = await sendEvents(scenario.api, cancelled(order_id));
    expect(again).toMatchObject({
      state: 'processed',
      problem: null,
      effects: [
        { reservation_id: held.id, effect: 'released' },
        { reservation_id: sold.id, effect: 'cancelled' },
      ],
    });
    expect(await scenario.counters(sku)).toEqual([9, 0, 0]);
    expect(await sendEvents(scenario.api, cancelled(order_id))).toMatchObject([
      { state: 'processed', effects: [], note: expect.stringContaining('cancelled') },
    ]);
  });
});

test('created and cancelled at the same instant in two processes: refused, or ended by the cancel', async () => {
  const sku = await scenario.newSku(1_000);
  const statuses: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    const order_id = `race-${round}`;
    const [first, second] = round % 2 === 0 ? [scenario.api, other] : [other, scenario.api];
    const settled = await together(2, (number) =>
      number === 0
        ? first.create({ order_id, confirm: round % 3 === 0, lines: lines(sku) })
        : postEvents(second, [cancelled(order_id)]),
    );
    const [create, cancel] = repliesOf(settled) as [Reply, Reply];
    expect(shortly(resultsOf(cancel))).toEqual(['processed']);
    const isMade = create.status === 201;
    if (!isMade) expect(create).toMatchObject(orderCancelled());
    statuses.push(isMade ? (await scenario.read(parsed(create).id)).status : 'refused');
  }
  expect(['refused', 'released', 'cancelled']).toEqual(expect.arrayContaining([...new Set(statuses)]));
  expect(await scenario.counters(sku)).toEqual([1_000, 0, 0]);
});
