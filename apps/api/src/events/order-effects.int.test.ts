import { scenarioOfSuite } from '../testing/api-scenario.ts';
import { created, paid, statusChanged, sendEvents } from '../testing/order-events.ts';
import type { TestApi } from '../testing/start-api.ts';

let api: TestApi;
let other: TestApi;

const scenario = scenarioOfSuite();
beforeAll(async () => {
  api = scenario.api;
  other = await scenario.openApi();
});

let orders = 0;

async function halfExpired() {
  const sku = await scenario.newSku(10);
  const id = `o-${++orders}`;
  const expired = await scenario.hold(sku, 2, { order_id: id });
  const held = await scenario.hold(sku, 3, { order_id: id });
  await scenario.makeDue(expired.id);
  return { id, sku, expired: expired.id, held: held.id };
}

describe('an order that is paid when one of its two holds has expired', () => {
  test('reacquires the expired one if the payment says so', async () => {
    const order = await halfExpired();
    expect(
      await sendEvents(api, paid(order.id, { on_expired: 'reacquire', payment_reference: 'p-1' })),
    ).toMatchObject([
      {
        state: 'processed',
        problem: null,
        note: null,
        effects: [
          { reservation_id: order.expired, effect: 'confirmed' },
          { reservation_id: order.held, effect: 'confirmed' },
        ],
      },
    ]);
    expect(await scenario.counters(order.sku)).toEqual([10, 0, 5]);
  });

  test('confirms the other and refuses the expired one, with an event that names what is missing', async () => {
    const order = await halfExpired();
    await scenario.setStock(order.sku, 4);
    const payment = paid(order.id, { on_expired: 'reacquire', payment_reference: 'p-1' });
    const [result] = await sendEvents(api, payment);
    expect(result).toMatchObject({
      state: 'processed',
      problem: { code: 'insufficient_stock' },
      effects: [
        { reservation_id: order.expired, effect: 'refused' },
        { reservation_id: order.held, effect: 'confirmed' },
      ],
    });
    const { rows } = await scenario.sql.query<{ changed: unknown }>(
      `SELECT changed FROM events WHERE type = 'warehouse.inventory.confirm_refused' AND reservation_id = $1`,
      [order.expired],
    );
    expect(rows).toMatchObject([
      {
        changed: {
          payment_reference: 'p-1',
          final: true,
          refusal: { code: 'insufficient_stock', lines: [{ sku: order.sku, requested: 2, available: 1 }] },
        },
      },
    ]);
    // The outcome is stored, with the effects.
    expect(await sendEvents(other, payment)).toEqual([{ ...result, state: 'duplicate' }]);
  });
});

test('created again after its hold has expired says that nothing was reserved, and why', async () => {
  const sku = await scenario.newSku(10);
  const order = { id: `o-${++orders}`, lines: [{ sku, quantity: 3 }] };
  const [first] = await sendEvents(api, created(order.id, order.lines));
  await scenario.makeDue(first?.reservation_id ?? '');
  const again = created(order.id, order.lines);
  const [result] = await sendEvents(api, again);
  expect(result).toMatchObject({
    state: 'processed',
    problem: null,
    effects: [],
    note: expect.stringContaining('reserved'),
  });
  expect(await sendEvents(other, again)).toEqual([{ ...result, state: 'duplicate' }]);
  expect(await sendEvents(api, statusChanged(order.id, 'on_its_way'))).toMatchObject([
    { state: 'processed', effects: [], note: expect.stringContaining('on_its_way') },
  ]);
});
