import { together, withKey } from '@holdfast/testing';
import { isReplay, refused, repliesOf, scenarioOfSuite } from '../testing/api-scenario.ts';
import { completed, sendEvents, shortly } from '../testing/order-events.ts';

const scenario = scenarioOfSuite();

let orders = 0;

/** An order with this many holds of one unit each, oldest first. */
async function orderWith(holds: number, sku: string) {
  const orderId = `o/${(orders += 1)}`;
  const ids: string[] = [];
  for (let count = 0; count < holds; count += 1) {
    ids.push((await scenario.hold(sku, 1, { order_id: orderId })).id);
  }
  return { orderId, ids };
}

const statusesOf = async (orderId: string) => {
  const { body } = await scenario.order(orderId);
  return (body as { reservations: { status: string }[] }).reservations.map(({ status }) => status);
};

describe('an order', () => {
  test('is read with its reservations, oldest first, each as it is read by its id', async () => {
    const { orderId, ids } = await orderWith(2, await scenario.newSku(5));
    await scenario.orderVerb(orderId, 'confirm', { payment_reference: 'pay-1' });
    const { status, body } = await scenario.order(orderId);
    expect(status).toBe(200);
    const reservations = await Promise.all(ids.map((id) => scenario.read(id)));
    expect(body).toEqual({
      order_id: orderId,
      paid_at: reservations[0]?.confirmed_at,
      cancelled_at: null,
      reservations,
    });
  });

  test('of which nothing is known: 404, also after a call that was refused for it', async () => {
    expect(await scenario.order('o-unknown')).toMatchObject(refused(404, 'not_found'));
    expect(await scenario.orderVerb('o-unknown', 'confirm')).toMatchObject(refused(404, 'not_found'));
    expect(await scenario.orderVerb('o-unknown', 'fulfill')).toMatchObject(refused(404, 'not_found'));
    expect(await scenario.order('o-unknown')).toMatchObject(refused(404, 'not_found'));
  });

  test('of more than 200 reservations shows the newest, and a cancel ends them all', async () => {
    const sku = await scenario.newSku(205);
    const made = await together(205, () => scenario.tryHold(sku, 1, { order_id: 'big' }));
    expect(new Set(repliesOf(made).map(({ status }) => status))).toEqual(new Set([201]));
    expect(await statusesOf('big')).toHaveLength(200);
    expect((await scenario.orderVerb('big', 'cancel')).status).toBe(200);
    expect(await scenario.counters(sku)).toEqual([205, 0, 0]);
  });
});

describe('confirm', () => {
  test('confirms all its holds, and a repeat with the key is answered alike', async () => {
    const { orderId, ids } = await orderWith(2, await scenario.newSku(5));
    const body = { payment_reference: 'pay-1' };
    const first = await scenario.orderVerb(orderId, 'confirm', body, withKey(orderId));
    expect(first).toMatchObject({
      status: 200,
      body: {
        order: {
          reservations: [{ status: 'confirmed', payment_reference: 'pay-1' }, { status: 'confirmed' }],
        },
        results: ids.map((id) => ({ reservation_id: id, effect: 'confirmed', problem: null })),
      },
    });
    await scenario.orderVerb(orderId, 'cancel');
    const second = await scenario.orderVerb(orderId, 'confirm', body, withKey(orderId));
    expect([isReplay(second), second.body]).toEqual([true, first.body]);
  });

  test('all or none; with `atomic: false` what can be, and each refusal says why', async () => {
    const sku = await scenario.newSku(5);
    const { orderId, ids } = await orderWith(2, sku);
    await scenario.makeDue(ids[0] ?? '');
    expect(await scenario.orderVerb(orderId, 'confirm')).toMatchObject(
      refused(409, 'reservation_expired', { current_status: 'expired' }),
    );
    expect(await statusesOf(orderId)).toEqual(['expired', 'held']);
    expect(await scenario.orderVerb(orderId, 'confirm', { atomic: false })).toMatchObject({
      status: 200,
      body: {
        results: [
          {
            reservation_id: ids[0],
            effect: 'refused',
            problem: { code: 'reservation_expired', status: 409 },
          },
          { reservation_id: ids[1], effect: 'confirmed', problem: null },
        ],
      },
    });
    expect(await scenario.orderVerb(orderId, 'confirm', { on_expired: 'reacquire' })).toMatchObject({
      status: 200,
      body: { results: [{ reservation_id: ids[0], effect: 'confirmed' }] },
    });
    expect(await scenario.counters(sku)).toEqual([5, 0, 2]);
  });
});

describe('cancel', () => {
  test('an unknown order is remembered: a create that comes later is refused', async () => {
    const sku = await scenario.newSku(5);
    expect(await scenario.orderVerb('later', 'cancel', { reason: 'fraud' })).toMatchObject({
      status: 200,
      body: {
        order: { order_id: 'later', cancelled_at: expect.any(String) as string, reservations: [] },
        results: [{ reservation_id: null, effect: 'remembered', problem: null }],
      },
    });
    expect(await scenario.tryHold(sku, 1, { order_id: 'later' })).toMatchObject(
      refused(409, 'order_cancelled'),
    );
    expect(await scenario.orderVerb('later', 'confirm')).toMatchObject(refused(409, 'order_cancelled'));
    expect(await scenario.order('later')).toMatchObject({ status: 200 });
  });

  test('when all has shipped: 409', async () => {
    const { orderId } = await orderWith(1, await scenario.newSku(5));
    await scenario.orderVerb(orderId, 'fulfill');
    expect(await scenario.orderVerb(orderId, 'cancel')).toMatchObject(refused(409, 'invalid_transition'));
  });

  test('while creates, confirms and cancels race: nothing is alive once a cancel has answered', async () => {
    const sku = await scenario.newSku(100);
    const other = await scenario.openApi();
    for (let round = 0; round < 10; round += 1) {
      const { orderId } = await orderWith(1, sku);
      const path = `/v1/orders/${encodeURIComponent(orderId)}`;
      const settled = await together(12, (index) => {
        const api = index % 2 === 0 ? scenario.api : other;
        if (index % 3 === 0) return api.call('post', `${path}/confirm`, { on_expired: 'reacquire' });
        if (index === 4) return api.call('post', `${path}/cancel`);
        return api.call('post', '/v1/reservations', { lines: [{ sku, quantity: 1 }], order_id: orderId });
      });
      expect(new Set(repliesOf(settled).map(({ status }) => status)).has(500)).toBe(false);
      expect((await statusesOf(orderId)).filter((each) => each === 'held' || each === 'confirmed')).toEqual(
        [],
      );
    }
    expect(await scenario.counters(sku)).toEqual([100, 0, 0]);
  });
});

describe('fulfill', () => {
  test('spreads lines over the reservations, once for each fulfillment_id', async () => {
    const sku = await scenario.newSku(5);
    const { orderId, ids } = await orderWith(3, sku);
    const body = { lines: [{ sku, quantity: 2 }], fulfillment_id: 'f-1' };
    expect(await scenario.orderVerb(orderId, 'fulfill', body)).toMatchObject({
      status: 200,
      body: {
        order: { reservations: [{ status: 'fulfilled' }, { status: 'fulfilled' }, { status: 'held' }] },
        results: [
          { reservation_id: ids[0], effect: 'confirmed' },
          { reservation_id: ids[0], effect: 'deducted' },
          { reservation_id: ids[1], effect: 'confirmed' },
          { reservation_id: ids[1], effect: 'deducted' },
        ],
      },
    });
    expect(await scenario.orderVerb(orderId, 'fulfill', body)).toMatchObject({
      status: 200,
      body: { results: [] },
    });
    expect(shortly(await sendEvents(scenario.api, completed(orderId, 'f-1', body.lines)))).toEqual([
      'processed',
    ]);
    expect(await scenario.counters(sku)).toEqual([3, 1, 0]);
    expect(
      await scenario.orderVerb(orderId, 'fulfill', { ...body, lines: [{ sku, quantity: 1 }] }),
    ).toMatchObject(refused(422, 'idempotency_key_reused'));
    expect(await scenario.orderVerb(orderId, 'fulfill', { lines: [{ sku, quantity: 2 }] })).toMatchObject(
      refused(409, 'quantity_exceeds_remaining', { lines: [{ sku, requested: 2, remaining: 1 }] }),
    );
  });
});
