/*
 * Saleor reserves the lines of a checkout for some minutes. When the checkout changes, it replaces all of its
 * reservations in one transaction, counts its own units as free, and starts the time anew. Holdfast changes the
 * hold in place: units that stay do not move, and time is added only with `renew`, within the limits of extend,
 * so that a customer who edits a cart again and again does not keep stock for ever.
 */
import { together, untilServed } from '@holdfast/testing';
import { parsed, refused, repliesOf, scenarioOfSuite } from '../testing/api-scenario.ts';
import { effectsOf, stockOf } from '../testing/stock-effects.ts';

const scenario = scenarioOfSuite();

const line = (sku: string, quantity: number) => ({ sku, quantity });

test('a cart that has the last units is set to fewer and to all of them again', async () => {
  const sku = await scenario.newSku(5);
  const first = await scenario.putCart('all-of-it', [line(sku, 5)]);
  expect(first).toMatchObject({ status: 201, body: { status: 'held', cart_id: 'all-of-it' } });
  const { id, expires_at } = parsed(first);
  expect(await scenario.putCart('all-of-it', [line(sku, 3)])).toMatchObject({
    status: 200,
    body: { id, expires_at, lines: [{ quantity: 3, requested_quantity: 3 }] },
  });
  expect(await stockOf(scenario, sku)).toEqual({ available: 2, EAST: [5, 3, 0] });
  expect(await scenario.putCart('all-of-it', [line(sku, 5)])).toMatchObject({
    status: 200,
    body: { id, expires_at, version: 3, lines: [{ quantity: 5 }] },
  });
  expect(await scenario.tryHold(sku)).toMatchObject(refused(409, 'insufficient_stock'));
  expect(await effectsOf(scenario, id)).toEqual({
    movements: [
      ['reserve', sku, 'EAST', { reserved: 5 }],
      ['release', sku, 'EAST', { reserved: -2 }],
      ['reserve', sku, 'EAST', { reserved: 2 }],
    ],
    events: ['reserved', 'changed', 'changed'],
    syncs: [],
  });
});

test('units that a cart keeps stay where they are, also when an earlier location has stock again', async () => {
  const sku = await scenario.newSku({ EAST: 2, WEST: 5 });
  const { id } = await scenario.hold(sku, 4, { cart_id: 'stays' });
  await scenario.setStock(sku, 9, 'EAST');
  expect(await scenario.putCart('stays', [line(sku, 5)])).toMatchObject({
    status: 200,
    body: {
      id,
      lines: [
        {
          allocations: [
            { location: 'EAST', quantity: 3 },
            { location: 'WEST', quantity: 2 },
          ],
        },
      ],
    },
  });
  expect(await stockOf(scenario, sku)).toEqual({ available: 9, EAST: [9, 3, 0], WEST: [5, 2, 0] });
});

test('a refused change leaves the cart as it was, and the refusal has the units that it could have', async () => {
  const sku = await scenario.newSku(5);
  const before = await scenario.putCart('too-much', [line(sku, 4)]);
  expect(await scenario.putCart('too-much', [line(sku, 9)])).toMatchObject(
    refused(409, 'insufficient_stock', { lines: [{ sku, requested: 9, available: 5 }] }),
  );
  expect((await scenario.readCart('too-much')).body).toEqual(before.body);
  expect(await stockOf(scenario, sku)).toEqual({ available: 1, EAST: [5, 4, 0] });
});

test('two processes that set one cart at once make one hold', async () => {
  const other = await scenario.openApi();
  const sku = await scenario.newSku(30);
  const settled = await together(20, (index) =>
    untilServed(() => {
      const api = index % 2 === 0 ? scenario.api : other;
      return api.putCart('both', [line(sku, 1 + (index % 3))]);
    }),
  );
  const replies = repliesOf(settled);
  expect(replies.filter(({ status }) => status !== 200 && status !== 201)).toEqual([]);
  expect(new Set(replies.map((reply) => parsed(reply).id)).size).toBe(1);
  const [{ quantity } = { quantity: 0 }] = parsed(await scenario.readCart('both')).lines;
  expect(await scenario.counters(sku)).toEqual([30, quantity, 0]);
});

test('a part of a hold is released once under its id, from the last location first', async () => {
  const sku = await scenario.newSku({ EAST: 3, WEST: 5 });
  const { id } = await scenario.hold(sku, 6);
  const part = { lines: [line(sku, 4)], release_id: 'fewer', reason: 'customer wants fewer' };
  const reply = await scenario.release(id, part);
  expect(reply).toMatchObject({
    status: 200,
    body: {
      status: 'held',
      release_reason: null,
      lines: [{ quantity: 2, allocations: [{ location: 'EAST' }] }],
    },
  });
  expect(await scenario.release(id, part)).toMatchObject({ status: 200, body: reply.body as object });
  expect(await stockOf(scenario, sku)).toEqual({ available: 6, EAST: [3, 2, 0], WEST: [5, 0, 0] });
  expect(await scenario.release(id)).toMatchObject({ status: 200, body: { status: 'released' } });
  expect(await effectsOf(scenario, id)).toMatchObject({
    events: ['reserved', 'changed', 'released'],
    syncs: [{ action: 'release', ends_reservation: true }],
  });
});

test('one location is preferred for the whole cart, and several are used only if none has all', async () => {
  const [shirt, mug] = [
    await scenario.newSku({ EAST: 2, WEST: 5 }),
    await scenario.newSku({ EAST: 9, WEST: 9 }),
  ];
  const preferring = (quantity: number) =>
    scenario.create({
      lines: [line(shirt, quantity), line(mug, 1)],
      sourcing: 'prefer_single_location',
    });
  expect(parsed(await preferring(3)).lines.map(({ allocations }) => allocations)).toMatchObject([
    [{ location: 'WEST', quantity: 3 }],
    [{ location: 'WEST', quantity: 1 }],
  ]);
  expect(parsed(await preferring(4)).lines.map(({ allocations }) => allocations)).toMatchObject([
    [
      { location: 'EAST', quantity: 2 },
      { location: 'WEST', quantity: 2 },
    ],
    [{ location: 'EAST', quantity: 1 }],
  ]);
});

test('preorders end at their threshold over all warehouses, however many ask at once', async () => {
  const sku = await scenario.newSku({ EAST: 0, WEST: 0 });
  await scenario.setStock(sku, 0, 'EAST', { backorder_limit: 2 });
  await scenario.setStock(sku, 0, 'WEST', { backorder_limit: 1 });
  const replies = repliesOf(await together(6, () => untilServed(() => scenario.tryHold(sku, 1))));
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(3);
  expect(await stockOf(scenario, sku)).toEqual({ available: 0, EAST: [0, 2, 0], WEST: [0, 1, 0] });
});
