import { lowStockAnswer } from '../stock/get-low-stock.ts';
import { availabilityAnswer, availabilityListAnswer } from '../stock/availability.ts';
import { resultsOf, sendBatch } from '../testing/batch-calls.ts';
import { scenarioOfSuite, refused } from '../testing/api-scenario.ts';
import { created, paid, type SentEvent, shortly, sendEvents } from '../testing/order-events.ts';

// A unit that is promised at one location and missing there is owed: no other location may sell its replacement.

const scenario = scenarioOfSuite();

const count = (sku: string, location: string, on_hand: number) =>
  scenario.api.call('put', `/v1/stock-levels/${sku}/${location}`, { on_hand });
const order = (sku: string, quantity: number, rest: object = {}) =>
  scenario.create({ lines: [{ sku, quantity }], ...rest });
const short = (sku: string, requested: number, available: number, pin: object = {}) =>
  refused(409, 'insufficient_stock', { lines: [{ sku, requested, available, ...pin }] });

/** `available` of a SKU, as both calls answer it. */
async function availableOf(sku: string): Promise<number> {
  const one = availabilityAnswer.parse(
    (await scenario.api.call('get', `/v1/items/${sku}/availability`)).body,
  );
  const list = await scenario.api.call('get', `/v1/availability?sku=${sku}`);
  expect(availabilityListAnswer.parse(list.body).data).toEqual([one]);
  return one.available;
}

/** 5 are held at EAST, and 3 are counted there; WEST has 10. */
async function shortSku(): Promise<{ readonly sku: string; readonly held: string }> {
  const sku = await scenario.newSku(5);
  const { id } = await scenario.hold(sku, 5);
  await count(sku, 'WEST', 10);
  await count(sku, 'EAST', 3);
  return { sku, held: id };
}

test('a unit that was moved away after an order was paid is not sold again', async () => {
  const sku = await scenario.newSku({ EAST: 1, WEST: 0 });
  await scenario.confirmed(sku);
  await scenario.api.call('post', '/v1/stock-adjustments', {
    lines: [
      { sku, location: 'EAST', delta: -1, reason: 'moved' },
      { sku, location: 'WEST', delta: 1, reason: 'moved' },
    ],
  });
  expect(await availableOf(sku)).toBe(0);
  expect(await order(sku, 1, { confirm: true })).toMatchObject(short(sku, 1, 0));
});

describe('a SKU of which one location has promised more than it has', () => {
  test('has at the other locations exactly the units that are not owed', async () => {
    const { sku } = await shortSku();
    expect(await availableOf(sku)).toBe(8);
    expect(await order(sku, 10)).toMatchObject(short(sku, 10, 8));
    expect(await scenario.create({ lines: [{ sku, quantity: 10, location: 'WEST' }] })).toMatchObject(
      short(sku, 10, 8, { location: 'WEST' }),
    );
    expect(await order(sku, 8)).toMatchObject({ status: 201 });
    expect(await availableOf(sku)).toBe(0);
  });

  test('is available again when the unit is found, given back, or replaced', async () => {
    const found = await shortSku();
    await count(found.sku, 'EAST', 5);
    expect([await availableOf(found.sku), (await order(found.sku, 10)).status]).toEqual([10, 201]);
    const released = await shortSku();
    await scenario.release(released.held);
    expect([await availableOf(released.sku), (await order(released.sku, 13)).status]).toEqual([13, 201]);
    const delivered = await shortSku();
    await count(delivered.sku, 'WEST', 12);
    expect([await availableOf(delivered.sku), (await order(delivered.sku, 10)).status]).toEqual([10, 201]);
  });

  test('owes what is missing at an inactive location', async () => {
    await scenario.api.call('put', '/v1/locations/OLD', { priority: 0 });
    const sku = await scenario.newSku({ OLD: 5, WEST: 10 });
    await scenario.hold(sku, 3);
    await count(sku, 'OLD', 1);
    expect(await availableOf(sku)).toBe(8);
    await scenario.api.call('put', '/v1/locations/OLD', { active: false });
    expect(await availableOf(sku)).toBe(8);
    expect(await order(sku, 9)).toMatchObject(short(sku, 9, 8));
    await count(sku, 'OLD', 4);
    expect([await availableOf(sku), (await order(sku, 11)).status]).toEqual([10, 409]);
    await scenario.api.call('put', '/v1/locations/OLD', { active: true });
    expect([await availableOf(sku), (await order(sku, 11)).status]).toEqual([11, 201]);
  });

  test.each(['split', 'no_split', 'single_location'])('is sourced no further with %s', async (sourcing) => {
    const { sku } = await shortSku();
    expect(await order(sku, 9, { sourcing })).toMatchObject(short(sku, 9, 8));
    expect(await order(sku, 8, { sourcing, confirm: true })).toMatchObject({ status: 201 });
  });

  test('is shared by the entries of a batch', async () => {
    const { sku } = await shortSku();
    const entry = { lines: [{ sku, quantity: 6 }] };
    expect(await sendBatch(scenario.api, [entry, entry], { atomic: true })).toMatchObject(short(sku, 6, 2));
    const reply = await sendBatch(scenario.api, [entry, entry]);
    expect(resultsOf(reply).map(({ status }) => status)).toEqual([201, 409]);
  });

  test('is not reacquired for a late payment', async () => {
    const { sku } = await shortSku();
    const late = await scenario.hold(sku, 4);
    await scenario.makeDue(late.id);
    await scenario.hold(sku, 5);
    const again = () => scenario.confirm(late.id, { on_expired: 'reacquire' });
    expect(await again()).toMatchObject(short(sku, 4, 3));
    await count(sku, 'EAST', 4);
    expect(await again()).toMatchObject({ status: 200, body: { status: 'confirmed' } });
  });

  test('is neither reserved nor reacquired by events of orders', async () => {
    const { sku } = await shortSku();
    const post = async (event: SentEvent) => shortly(await sendEvents(scenario.api, event));
    const tooShort = ['processed insufficient_stock'];
    expect(await post(created('short-1', [{ sku, quantity: 9 }]))).toEqual(tooShort);
    expect(await post(created('short-2', [{ sku, quantity: 8 }]))).toEqual(['processed']);
    await scenario.sql.query(
      `UPDATE reservations SET expires_at = clock_timestamp() WHERE order_id = 'short-2'`,
    );
    await scenario.hold(sku);
    expect(await post(paid('short-2', { on_expired: 'reacquire' }))).toEqual(tooShort);
  });

  test('is low from the count at one of its locations until the unit is found', async () => {
    const sku = await scenario.newSku(5);
    await scenario.hold(sku, 5);
    await count(sku, 'WEST', 10);
    await scenario.api.call('put', `/v1/skus/${sku}`, { low_stock_threshold: 8 });
    await scenario.sql.query('UPDATE skus SET review_asked_at = NULL');
    const lowness = async () => {
      const { body } = await scenario.api.call('get', '/v1/inventory/low-stock?limit=200');
      return lowStockAnswer.parse(body).data.find((each) => each.sku === sku)?.available ?? 'not low';
    };
    expect(await lowness()).toBe('not low');
    await count(sku, 'EAST', 3);
    expect(await lowness()).toBe(8);
    await count(sku, 'EAST', 4);
    expect(await lowness()).toBe('not low');
  });
});
