/*
 * Vendure cancels the lines of an order that a call names. It frees units that were allocated, and puts units
 * that were sold on hand again. Holdfast cancels only units that have not left; units that have left are put on
 * hand by `return`, as they can be sold again only when they are back. The warehouse is notified of exactly the
 * units that a part takes away.
 *
 * Vendure lets stock fall to a threshold below zero. Here a level never has less than nothing: its
 * `backorder_limit` says how many more may be promised, and only what is on hand ships.
 */
import { parsed, refused, scenarioOfSuite } from '../testing/api-scenario.ts';
import { completed, created, paid, sendEvents } from '../testing/order-events.ts';
import { effectsOf, stockOf } from '../testing/stock-effects.ts';

const scenario = scenarioOfSuite();

/** A paid order of two units of each of three SKUs. */
async function paidOrder(orderId: string) {
  const skus = [await scenario.newSku(5), await scenario.newSku(5), await scenario.newSku(5)] as const;
  const lines = skus.map((sku) => ({ sku, quantity: 2 }));
  const [reserved] = await sendEvents(scenario.api, created(orderId, lines), paid(orderId));
  return { id: reserved?.reservation_id ?? '', skus };
}

const statesOf = (results: Awaited<ReturnType<typeof sendEvents>>) =>
  results.map(({ state, effects }) => [state, ...effects.map(({ effect }) => effect)]);

test('one line of an order is cancelled, and the others still ship', async () => {
  const { id, skus } = await paidOrder('o-one-line');
  const [shirt, mug, pen] = skus;
  const part = { lines: [{ sku: mug, quantity: 2 }], cancellation_id: 'c-1', reason: 'wrong colour' };
  expect(await scenario.cancel(id, part)).toMatchObject({
    status: 200,
    body: {
      status: 'confirmed',
      release_reason: null,
      cancelled_at: null,
      lines: [
        { sku: shirt, cancelled_quantity: 0 },
        { sku: mug, confirmed_quantity: 2, cancelled_quantity: 2, allocations: [{ cancelled_quantity: 2 }] },
        { sku: pen, cancelled_quantity: 0 },
      ],
    },
  });
  expect(await stockOf(scenario, mug)).toEqual({ available: 5, EAST: [5, 0, 0] });
  expect(await stockOf(scenario, pen)).toEqual({ available: 3, EAST: [5, 0, 2] });

  expect(statesOf(await sendEvents(scenario.api, completed('o-one-line', 'f-1')))).toEqual([
    ['processed', 'deducted'],
  ]);
  expect(await scenario.read(id)).toMatchObject({
    status: 'fulfilled',
    lines: [{ fulfilled_quantity: 2 }, { fulfilled_quantity: 0 }, { fulfilled_quantity: 2 }],
  });
  expect(await stockOf(scenario, mug)).toEqual({ available: 5, EAST: [5, 0, 0] });
  expect(await stockOf(scenario, pen)).toEqual({ available: 3, EAST: [3, 0, 0] });
  expect(await effectsOf(scenario, id)).toMatchObject({
    events: ['reserved', 'confirmed', 'changed', 'deducted'],
    syncs: [
      { action: 'confirm', lines: skus.map((sku) => ({ sku, location: 'EAST', quantity: 2 })) },
      { action: 'cancel', lines: [{ sku: mug, location: 'EAST', quantity: 2 }], ends_reservation: false },
    ],
  });
});

test('a cancellation counts once under its id, and other lines under that id are refused', async () => {
  const { id, skus } = await paidOrder('o-once');
  const part = (quantity: number) => ({ lines: [{ sku: skus[0], quantity }], cancellation_id: 'c-1' });
  const { body } = await scenario.cancel(id, part(1));
  expect((await scenario.cancel(id, part(1))).body).toEqual(body);
  expect(await scenario.cancel(id, part(2))).toMatchObject(refused(422, 'idempotency_key_reused'));
  expect(await stockOf(scenario, skus[0])).toEqual({ available: 4, EAST: [5, 0, 1] });
});

test('a unit that has left is not cancelled; it is available again when it has come back', async () => {
  const { id, skus } = await paidOrder('o-shipped');
  const lines = [{ sku: skus[0], quantity: 2 }];
  await sendEvents(scenario.api, completed('o-shipped', 'f-1', lines));
  expect(await scenario.cancel(id, { lines })).toMatchObject(
    refused(409, 'quantity_exceeds_remaining', { lines: [{ sku: skus[0], requested: 2, remaining: 0 }] }),
  );
  expect(await stockOf(scenario, skus[0])).toEqual({ available: 3, EAST: [3, 0, 0] });
  const back = { lines: [{ sku: skus[0], quantity: 1 }], return_id: 'r-1', reason: 'wrong size' };
  const reply = await scenario.returnUnits(id, back);
  expect(reply).toMatchObject({
    status: 200,
    body: { status: 'confirmed', lines: [{ fulfilled_quantity: 2, returned_quantity: 1 }, {}, {}] },
  });
  expect((await scenario.returnUnits(id, back)).body).toEqual(reply.body);
  expect(await stockOf(scenario, skus[0])).toEqual({ available: 4, EAST: [4, 0, 0] });
  expect((await effectsOf(scenario, id)).syncs).toHaveLength(1);
});

test('the part that cancels the last open line ends the order, with its reason', async () => {
  const { id, skus } = await paidOrder('o-line-by-line');
  for (const [index, sku] of skus.entries()) {
    await scenario.cancel(id, { lines: [{ sku, quantity: 2 }], reason: `part ${index + 1}` });
  }
  expect(await scenario.read(id)).toMatchObject({ status: 'cancelled', release_reason: 'part 3' });
  const { events, syncs } = await effectsOf(scenario, id);
  expect(events).toEqual(['reserved', 'confirmed', 'changed', 'changed', 'cancelled', 'released']);
  expect(syncs.map(({ action, ends_reservation }) => [action, ends_reservation])).toEqual([
    ['confirm', false],
    ['cancel', false],
    ['cancel', false],
    ['cancel', true],
  ]);
  expect(parsed(await scenario.cancel(id)).version).toBe(5);
});

test('a level is sold down to a floor below zero, and no further', async () => {
  const sku = await scenario.newSku(2);
  await scenario.setStock(sku, 2, 'EAST', { backorder_limit: 3 });
  await scenario.hold(sku, 4);
  expect(await scenario.tryHold(sku, 2)).toMatchObject(
    refused(409, 'insufficient_stock', { lines: [{ sku, requested: 2, available: 1 }] }),
  );
  await scenario.hold(sku, 1);
  expect(await stockOf(scenario, sku)).toEqual({ available: 0, EAST: [2, 5, 0] });
});
