/*
 * Medusa updates the quantity of a reservation item in place, deletes the items of a line, and answers whether a
 * quantity is there as a sum over locations, though an item is reserved at one of them. Its check and its write
 * are two steps under a lock that its caller has to take. In Holdfast the change is one decision, so that units
 * which a hold keeps are never free in between, and a quote finds stock by the rules of the create.
 *
 * With `allow_backorder`, Medusa reserves any quantity. A `backorder_limit` ends the promises.
 */
import { keepCalling, together, untilServed } from '@holdfast/testing';
import { parsed, refused, repliesOf, scenarioOfSuite } from '../testing/api-scenario.ts';
import { effectsOf, stockOf } from '../testing/stock-effects.ts';

const scenario = scenarioOfSuite();

const line = (sku: string, quantity: number) => ({ sku, quantity });

test('a quantity goes from 3 to 2 and back while rivals poll, and they never get a unit that it keeps', async () => {
  const other = await scenario.openApi();
  const sku = await scenario.newSku(3);
  const { id } = await scenario.hold(sku, 3);
  const seen = new Set<unknown>();
  const rivals = keepCalling(4, async (caller) => {
    const api = caller % 2 === 0 ? other : scenario.api;
    const { status, body } = await untilServed(() => api.tryHold(sku, 2));
    seen.add(status === 409 ? (body as { lines: { available: number }[] }).lines[0]?.available : status);
    const read = await untilServed(() => api.call('get', `/v1/items/${sku}/availability`));
    seen.add((read.body as { available: number }).available);
  });
  for (let round = 0; round < 20; round += 1) {
    for (const quantity of [2, 3]) {
      expect(await untilServed(() => scenario.putLines(id, [line(sku, quantity)]))).toMatchObject({
        status: 200,
        body: { id, lines: [{ quantity }] },
      });
    }
  }
  await rivals.stop();
  expect([...seen].filter((each) => each !== 0 && each !== 1)).toEqual([]);
  expect(await stockOf(scenario, sku)).toEqual({ available: 0, EAST: [3, 3, 0] });
  const { movements, events } = await effectsOf(scenario, id);
  expect(movements).toHaveLength(41);
  expect(events).toHaveLength(41);
});

test('a unit that was given back is a rival’s, and the change that wants it again is refused', async () => {
  const sku = await scenario.newSku(3);
  const { id } = await scenario.hold(sku, 3);
  await scenario.putLines(id, [line(sku, 2)]);
  await scenario.hold(sku, 1);
  expect(await scenario.putLines(id, [line(sku, 3)])).toMatchObject(
    refused(409, 'insufficient_stock', { lines: [{ sku, requested: 3, available: 2 }] }),
  );
  expect(await scenario.read(id)).toMatchObject({ version: 2, lines: [{ quantity: 2 }] });
});

test('a line that is left out of a hold is given back and goes', async () => {
  const [shirt, mug] = [await scenario.newSku(5), await scenario.newSku(5)];
  const { id } = parsed(await scenario.create({ lines: [line(shirt, 2), line(mug, 1)] }));
  const reply = await scenario.putLines(id, [line(mug, 1)]);
  expect(parsed(reply).lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([[mug, 1]]);
  expect(await stockOf(scenario, shirt)).toEqual({ available: 5, EAST: [5, 0, 0] });
  expect(await effectsOf(scenario, id)).toEqual({
    movements: [
      ['reserve', shirt, 'EAST', { reserved: 2 }],
      ['reserve', mug, 'EAST', { reserved: 1 }],
      ['release', shirt, 'EAST', { reserved: -2 }],
    ],
    events: ['reserved', 'changed'],
    syncs: [],
  });
});

test('a line that is left out of a confirmed order is cancelled, and stays as a record', async () => {
  const [shirt, mug] = [await scenario.newSku(5), await scenario.newSku(5)];
  const { id } = parsed(await scenario.create({ lines: [line(shirt, 2), line(mug, 1)], confirm: true }));
  expect(await scenario.putLines(id, [line(mug, 1)])).toMatchObject({
    status: 200,
    body: {
      status: 'confirmed',
      lines: [
        { sku: shirt, confirmed_quantity: 2, cancelled_quantity: 2 },
        { sku: mug, confirmed_quantity: 1, cancelled_quantity: 0 },
      ],
    },
  });
  expect(await stockOf(scenario, shirt)).toEqual({ available: 5, EAST: [5, 0, 0] });
  expect((await effectsOf(scenario, id)).syncs).toMatchObject([
    { action: 'confirm' },
    { action: 'cancel', lines: [{ sku: shirt, location: 'EAST', quantity: 2 }], ends_reservation: false },
  ]);
});

test('a quote says whether and from where, by the rules of the create, and holds nothing', async () => {
  const sku = await scenario.newSku({ EAST: 2, WEST: 2 });
  const quoted = async (body: object) =>
    (await scenario.api.call('post', '/v1/reservations/quote', body)).body;
  const body = { lines: [line(sku, 3)] };
  const quote = { sku, location: null, requested: 3 };
  expect(await quoted({ ...body, sourcing: 'no_split' })).toEqual({
    possible: false,
    lines: [{ ...quote, available: 2, allocations: [] }],
  });
  const split = (await quoted(body)) as { lines: { allocations: object[] }[] };
  expect(split).toMatchObject({ possible: true, lines: [{ ...quote, available: 4 }] });
  expect(await stockOf(scenario, sku)).toEqual({ available: 4, EAST: [2, 0, 0], WEST: [2, 0, 0] });

  const created = await scenario.create({ ...body, cart_id: 'quoted' });
  expect(parsed(created).lines[0]?.allocations).toMatchObject(split.lines[0]?.allocations ?? []);
  expect(await quoted(body)).toMatchObject({ possible: false, lines: [{ available: 1 }] });
  expect(await quoted({ ...body, cart_id: 'quoted' })).toMatchObject({
    possible: true,
    lines: [{ available: 4 }],
  });
});

test('backorders have a floor: an item that may be backordered is not endless', async () => {
  const sku = await scenario.newSku(0);
  await scenario.setStock(sku, 0, 'EAST', { backorder_limit: 2 });
  const holds = repliesOf(await together(6, () => untilServed(() => scenario.tryHold(sku, 1))));
  const [promised, ...others] = holds.filter(({ status }) => status === 201).map(parsed);
  expect(others).toHaveLength(1);
  await scenario.confirm(promised?.id ?? '');
  expect(await scenario.fulfill(promised?.id ?? '')).toMatchObject(refused(409, 'insufficient_stock'));
});
