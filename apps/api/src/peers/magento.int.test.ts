/*
 * Magento reserves a quantity of all sources together when an order is placed, and chooses the sources when it
 * is shipped. Holdfast allocates each unit at a location at once, as a total over locations can promise units
 * that no single location may ship. The choice is still open until shipment: a fulfill with `reallocate` ships
 * from another location that has free stock, and a reallocate without `to` has the rules choose again.
 */
import { refused, scenarioOfSuite } from '../testing/api-scenario.ts';
import { effectsOf, stockOf } from '../testing/stock-effects.ts';

const scenario = scenarioOfSuite();
beforeAll(async () => {
  await scenario.api.call('put', '/v1/locations/NORTH', { priority: 5 });
});

test('the warehouse that ships is chosen at shipment, and the units leave its stock', async () => {
  const sku = await scenario.newSku({ EAST: 3, WEST: 4 });
  const { id } = await scenario.confirmed(sku, 3);
  const shipment = {
    lines: [{ sku, location: 'WEST', quantity: 2 }],
    fulfillment_id: 'f-1',
    reallocate: true,
  };
  const reply = await scenario.fulfill(id, shipment);
  expect(reply).toMatchObject({
    status: 200,
    body: {
      status: 'confirmed',
      lines: [
        {
          fulfilled_quantity: 2,
          allocations: [
            { location: 'EAST', quantity: 1, fulfilled_quantity: 0 },
            { location: 'WEST', quantity: 2, fulfilled_quantity: 2 },
          ],
        },
      ],
    },
  });
  expect((await scenario.fulfill(id, shipment)).body).toEqual(reply.body);
  expect(await stockOf(scenario, sku)).toEqual({ available: 4, EAST: [3, 0, 1], WEST: [2, 0, 0] });
  expect(await effectsOf(scenario, id)).toMatchObject({
    movements: [
      ['confirm', sku, 'EAST', { allocated: 3 }],
      ['reallocate', sku, 'EAST', { allocated: -2 }],
      ['reallocate', sku, 'WEST', { allocated: 2 }],
      ['fulfill', sku, 'WEST', { on_hand: -2, allocated: -2 }],
    ],
    events: ['confirmed', 'deducted'],
    syncs: [
      { action: 'confirm', lines: [{ sku, location: 'EAST', quantity: 3 }] },
      { action: 'cancel', lines: [{ sku, location: 'EAST', quantity: 2 }], ends_reservation: false },
    ],
  });
});

test('without `reallocate` only the location that was chosen at once ships', async () => {
  const sku = await scenario.newSku({ EAST: 3, WEST: 4 });
  const { id } = await scenario.confirmed(sku, 3);
  expect(await scenario.fulfill(id, { lines: [{ sku, location: 'WEST', quantity: 1 }] })).toMatchObject(
    refused(409, 'quantity_exceeds_remaining', { lines: [{ sku, location: 'WEST', remaining: 0 }] }),
  );
});

test('units that another order has at that source are not shipped', async () => {
  const sku = await scenario.newSku({ EAST: 3, WEST: 4 });
  const { id } = await scenario.confirmed(sku, 3);
  const other = await scenario.create({ lines: [{ sku, quantity: 3, location: 'WEST' }], confirm: true });
  expect(other.status).toBe(201);
  const shipped = await scenario.fulfill(id, {
    lines: [{ sku, location: 'WEST', quantity: 2 }],
    reallocate: true,
  });
  expect(shipped).toMatchObject(
    refused(409, 'insufficient_stock', { lines: [{ sku, location: 'WEST', requested: 2, available: 1 }] }),
  );
  expect(await stockOf(scenario, sku)).toEqual({ available: 1, EAST: [3, 0, 3], WEST: [4, 0, 3] });
});

test('a source is chosen again without the one that cannot ship, by priority', async () => {
  const sku = await scenario.newSku({ EAST: 4, NORTH: 1, WEST: 9 });
  const { id } = await scenario.confirmed(sku, 4);
  expect(await scenario.reallocate(id, { lines: [{ sku, from: 'EAST' }], reason: 'flood' })).toMatchObject({
    status: 200,
    body: {
      lines: [
        {
          allocations: [
            { location: 'NORTH', quantity: 1 },
            { location: 'WEST', quantity: 3 },
          ],
        },
      ],
    },
  });
  expect(await stockOf(scenario, sku)).toEqual({
    available: 10,
    EAST: [4, 0, 0],
    NORTH: [1, 0, 1],
    WEST: [9, 0, 3],
  });
  expect((await effectsOf(scenario, id)).syncs).toMatchObject([
    { action: 'confirm' },
    { action: 'cancel', lines: [{ location: 'EAST', quantity: 4 }] },
    {
      action: 'confirm',
      lines: [
        { location: 'NORTH', quantity: 1 },
        { location: 'WEST', quantity: 3 },
      ],
    },
  ]);
});

test('the choice keeps to the locations of the reservation; a location that is named may be another', async () => {
  const sku = await scenario.newSku({ EAST: 4, NORTH: 4, WEST: 1 });
  const { id } = await scenario.hold(sku, 3, { locations: ['EAST', 'WEST'] });
  const again = { lines: [{ sku, from: 'EAST' }] };
  expect(await scenario.reallocate(id, again)).toMatchObject(refused(409, 'insufficient_stock'));
  expect(await stockOf(scenario, sku)).toMatchObject({ available: 6, EAST: [4, 3, 0] });
  expect(await scenario.reallocate(id, { lines: [{ sku, from: 'EAST', to: 'NORTH' }] })).toMatchObject({
    status: 200,
    body: { locations: ['EAST', 'WEST'], lines: [{ allocations: [{ location: 'NORTH', quantity: 3 }] }] },
  });
  expect((await effectsOf(scenario, id)).syncs).toEqual([]);
});

test('stock below the threshold is not for sale, and a limit below zero is', async () => {
  const sku = await scenario.newSku(5);
  await scenario.setStock(sku, 5, 'EAST', { safety_stock: 2 });
  expect(await scenario.tryHold(sku, 4)).toMatchObject(refused(409, 'insufficient_stock'));
  await scenario.setStock(sku, 5, 'EAST', { safety_stock: 0, backorder_limit: 2 });
  expect(await scenario.tryHold(sku, 8)).toMatchObject(refused(409, 'insufficient_stock'));
  await scenario.hold(sku, 7);
});
