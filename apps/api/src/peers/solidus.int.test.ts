/*
 * Solidus short ships units of an order that the warehouse cannot find: they are cancelled with a reason, the
 * others go out, and the count of the stock is left alone. It also moves units between shipments, and from one
 * stock location to another. In Holdfast a short shipment is a cancel of a part, which makes the units available
 * again; so a unit that was not found is first taken off the level, and no call can sell it in between.
 * A Solidus stock transfer unstocks one location and restocks the other item by item, promised units too; here it
 * is one decision, and promised units stay for the orders that they were promised to.
 */
import { refused, scenarioOfSuite } from '../testing/api-scenario.ts';
import { effectsOf, stockOf } from '../testing/stock-effects.ts';

const scenario = scenarioOfSuite();

/** Two units of A and one of B, confirmed, and no stock beside them. */
async function order() {
  const [a, b] = [await scenario.newSku(2), await scenario.newSku(1)];
  const lines = [
    { sku: a, quantity: 2 },
    { sku: b, quantity: 1 },
  ];
  const { id } = (await scenario.create({ lines, confirm: true })).body as { id: string };
  return { id, a, b };
}

const oneOf = (sku: string) => [{ sku, quantity: 1 }];

test('of two units one ships and one is cancelled as short, and the other line still ships', async () => {
  const { id, a, b } = await order();
  await scenario.fulfill(id, { lines: oneOf(a), fulfillment_id: 'f-1' });
  expect(await scenario.cancel(id, { lines: oneOf(a), reason: 'short' })).toMatchObject({
    status: 200,
    body: {
      status: 'confirmed',
      lines: [
        { confirmed_quantity: 2, fulfilled_quantity: 1, cancelled_quantity: 1 },
        { confirmed_quantity: 1, fulfilled_quantity: 0, cancelled_quantity: 0 },
      ],
    },
  });
  expect(await scenario.fulfill(id, { lines: oneOf(a) })).toMatchObject(
    refused(409, 'quantity_exceeds_remaining', { lines: [{ sku: a, requested: 1, remaining: 0 }] }),
  );
  expect(await scenario.fulfill(id, { lines: oneOf(b), fulfillment_id: 'f-2' })).toMatchObject({
    status: 200,
    body: { status: 'fulfilled', lines: [{ fulfilled_quantity: 1 }, { fulfilled_quantity: 1 }] },
  });
  expect(await effectsOf(scenario, id)).toMatchObject({
    movements: [
      ['confirm', a, 'EAST', { allocated: 2 }],
      ['confirm', b, 'EAST', { allocated: 1 }],
      ['fulfill', a, 'EAST', { on_hand: -1, allocated: -1 }],
      ['cancel', a, 'EAST', { allocated: -1 }],
      ['fulfill', b, 'EAST', { on_hand: -1, allocated: -1 }],
    ],
    events: ['confirmed', 'deducted', 'changed', 'deducted'],
    syncs: [
      { action: 'confirm' },
      { action: 'cancel', lines: [{ sku: a, location: 'EAST', quantity: 1 }], ends_reservation: false },
    ],
  });
});

test('a unit that is not found is taken off the level before its cancel, and is never available', async () => {
  const { id, a } = await order();
  await scenario.fulfill(id, { lines: oneOf(a) });
  const lines = [{ sku: a, location: 'EAST', delta: -1, reason: 'not found' }];
  await scenario.api.call('post', '/v1/stock-adjustments', { lines });
  expect(await stockOf(scenario, a)).toEqual({ available: 0, EAST: [0, 0, 1] });
  await scenario.cancel(id, { lines: oneOf(a), reason: 'short' });
  expect(await stockOf(scenario, a)).toEqual({ available: 0, EAST: [0, 0, 0] });
});

test('units move to the shipment of another location, and each location ships its own', async () => {
  const sku = await scenario.newSku({ EAST: 4, WEST: 2 });
  const { id } = await scenario.confirmed(sku, 3);
  const lines = [{ sku, from: 'EAST', to: 'WEST', quantity: 2 }];
  expect(await scenario.reallocate(id, { lines, reason: 'one parcel' })).toMatchObject({ status: 200 });
  expect(await stockOf(scenario, sku)).toEqual({ available: 3, EAST: [4, 0, 1], WEST: [2, 0, 2] });
  const ship = (location: string, quantity: number) =>
    scenario.fulfill(id, { lines: [{ sku, location, quantity }], fulfillment_id: `from ${location}` });
  expect(await ship('EAST', 3)).toMatchObject(
    refused(409, 'quantity_exceeds_remaining', { lines: [{ sku, location: 'EAST', remaining: 1 }] }),
  );
  expect(await ship('WEST', 2)).toMatchObject({ status: 200, body: { status: 'confirmed' } });
  expect(await ship('EAST', 1)).toMatchObject({ status: 200, body: { status: 'fulfilled' } });
  expect((await effectsOf(scenario, id)).syncs).toMatchObject([
    { action: 'confirm', lines: [{ location: 'EAST', quantity: 3 }] },
    { action: 'cancel', lines: [{ location: 'EAST', quantity: 2 }] },
    { action: 'confirm', lines: [{ location: 'WEST', quantity: 2 }] },
  ]);
});

test('a location that has fewer units gets none; they are not put on backorder there', async () => {
  const sku = await scenario.newSku({ EAST: 4, WEST: 2 });
  const { id } = await scenario.confirmed(sku, 3);
  expect(await scenario.reallocate(id, { lines: [{ sku, from: 'EAST', to: 'WEST' }] })).toMatchObject(
    refused(409, 'insufficient_stock', { lines: [{ sku, location: 'WEST', requested: 3, available: 2 }] }),
  );
  expect(await stockOf(scenario, sku)).toEqual({ available: 3, EAST: [4, 0, 3], WEST: [2, 0, 0] });
});

test('a transfer moves units from one stock location to another, and leaves those that were promised', async () => {
  const sku = await scenario.newSku({ EAST: 5, WEST: 0 });
  const { id } = await scenario.confirmed(sku, 2);
  const transfer = (quantity: number) =>
    scenario.api.call('post', '/v1/stock-transfers', {
      lines: [{ sku, from: 'EAST', to: 'WEST', quantity, reason: 'restock the shop' }],
    });
  expect(await transfer(4)).toMatchObject(
    refused(409, 'insufficient_stock', { lines: [{ sku, location: 'EAST', requested: 4, available: 3 }] }),
  );
  expect(await transfer(3)).toMatchObject({
    status: 200,
    body: {
      levels: [
        { location: 'EAST', on_hand: 2 },
        { location: 'WEST', on_hand: 3 },
      ],
    },
  });
  expect(await stockOf(scenario, sku)).toEqual({ available: 3, EAST: [2, 0, 2], WEST: [3, 0, 0] });
  expect(await scenario.api.call('get', `/v1/stock-movements?sku=${sku}&kind=transfer`)).toMatchObject({
    body: {
      data: [
        { location: 'WEST', on_hand_delta: 3, reason: 'restock the shop' },
        { location: 'EAST', on_hand_delta: -3, reason: 'restock the shop' },
      ],
    },
  });
  expect(await scenario.fulfill(id)).toMatchObject({ status: 200, body: { status: 'fulfilled' } });
});
