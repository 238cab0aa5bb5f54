import { scenarioOfSuite, refused } from '../testing/api-scenario.ts';
import { paid, sendEvents } from '../testing/order-events.ts';
import type { TestApi } from '../testing/start-api.ts';

let other: TestApi;

const scenario = scenarioOfSuite();
beforeAll(async () => {
  other = await scenario.openApi();
});

const pay = { payment_reference: 'pay-1' };
const reacquire = { ...pay, on_expired: 'reacquire' };

/** An expired hold of 4, and its SKU with the given stock. */
async function late(onHand: number, rest: object = {}) {
  const sku = await scenario.newSku(10);
  const { id } = await scenario.hold(sku, 4, rest);
  await scenario.makeDue(id);
  await scenario.setStock(sku, onHand);
  return { id, sku, restock: () => scenario.setStock(sku, 10) };
}

/** The events in the feed about the payments of a reservation, in order. */
async function eventsOf(id: string) {
  const { rows } = await scenario.sql.query<{ type: string; id: string; changed: Record<string, unknown> }>(
    `SELECT type, id, changed
     FROM events
     WHERE reservation_id = $1
       AND type IN ('warehouse.inventory.confirm_refused', 'warehouse.inventory.confirmed')
     ORDER BY time, reservation_version, id`,
    [id],
  );
  return rows.map(({ type, changed }) => [
    type.replace('warehouse.inventory.', ''),
    changed['payment_reference'] ?? null,
    changed['final'] ?? changed['after_refusal'],
  ]);
}

describe('a late confirm that is followed by a reacquire', () => {
  test('that succeeds needs no refund: the refusal was not final, and `confirmed` has after_refusal', async () => {
    const { id } = await late(10);
    expect(await scenario.confirm(id, pay)).toMatchObject(refused(409, 'reservation_expired'));
    expect(await scenario.confirm(id, reacquire)).toMatchObject({ status: 200 });
    expect(await eventsOf(id)).toEqual([
      ['confirm_refused', 'pay-1', false],
      ['confirmed', null, true],
    ]);
  });

  test('that is refused needs a refund, and that payment never confirms the reservation, in any process', async () => {
    const { id, restock } = await late(3);
    await scenario.confirm(id, pay);
    expect(await scenario.confirm(id, reacquire)).toMatchObject(refused(409, 'insufficient_stock'));
    await restock();
    for (const api of [scenario.api, other]) {
      expect(await api.confirm(id, reacquire)).toMatchObject({ status: 409 });
    }
    expect(await eventsOf(id)).toEqual([
      ['confirm_refused', 'pay-1', false],
      ['confirm_refused', 'pay-1', true],
    ]);
    expect(await scenario.confirm(id, { ...reacquire, payment_reference: 'pay-2' })).toMatchObject({
      status: 200,
      body: { payment_reference: 'pay-2' },
    });
  });

  test('by an event of the order has the same result', async () => {
    const { id, restock } = await late(3, { order_id: 'late-order' });
    await sendEvents(scenario.api, paid('late-order', reacquire));
    await restock();
    expect(await sendEvents(other, paid('late-order', reacquire))).toMatchObject([
      { effects: [{ reservation_id: id, effect: 'refused' }], problem: { current_status: 'expired' } },
    ]);
    expect(await scenario.confirm(id, reacquire)).toMatchObject({ status: 409 });
  });
});

describe('a reservation that was created with confirm: true', () => {
  test('takes the payment and the order of a later confirm, once', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.confirmed(sku, 2);
    const named = { ...pay, order_id: 'sold-at-once' };
    const taken = { status: 200, body: { version: 2, order_id: 'sold-at-once', payment_reference: 'pay-1' } };
    expect(await scenario.confirm(id, named)).toMatchObject(taken);
    expect(await scenario.confirm(id, named)).toMatchObject(taken);
    expect(await scenario.confirm(id, { payment_reference: 'pay-2' })).toMatchObject(taken);
    expect(await scenario.confirm(id, { order_id: 'another' })).toMatchObject(
      refused(409, 'invalid_transition', { current_status: 'confirmed' }),
    );
    expect(await scenario.read(id)).toMatchObject(taken.body);
  });

  test('takes the payment of its order by an event', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.confirmed(sku, 2, { order_id: 'sold-and-paid' });
    expect(await sendEvents(scenario.api, paid('sold-and-paid', pay))).toMatchObject([
      { effects: [{ reservation_id: id, effect: 'changed' }] },
    ]);
    expect(await scenario.read(id)).toMatchObject({ version: 2, payment_reference: 'pay-1' });
  });
});
