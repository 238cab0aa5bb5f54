import { scenarioOfSuite, parsed, refused } from '../testing/api-scenario.ts';
import { cancelled, completed, paid, sendEvents } from '../testing/order-events.ts';

// Names that an older version has stored, and that break the rule: they can still be used.

let sku: string;

const OLD = 'old ';

const scenario = scenarioOfSuite();
beforeAll(async () => {
  sku = await scenario.newSku(1_000);
  await scenario.sql.query('INSERT INTO skus (sku) VALUES ($1)', [OLD]);
  await scenario.sql.query('INSERT INTO locations (location) VALUES ($1)', [OLD]);
});

const encoded = encodeURIComponent;
const lines = () => [{ sku, quantity: 1 }];
const put = (path: string, body: object = {}) => scenario.api.call('put', path, body);

test('an older SKU and an older location can be changed, stocked, sold and listed', async () => {
  expect(await put(`/v1/skus/${encoded(OLD)}`, { name: 'Old' })).toMatchObject({ status: 200 });
  expect(await put(`/v1/locations/${encoded(OLD)}`, { priority: 3 })).toMatchObject({ status: 200 });
  const level = `/v1/stock-levels/${encoded(OLD)}/${encoded(OLD)}`;
  expect(await put(level, { on_hand: 5 })).toMatchObject({ status: 201, body: { sku: OLD, location: OLD } });
  const held = parsed(await scenario.create({ lines: [{ sku: OLD, quantity: 2, location: OLD }] }));
  expect(held.lines).toMatchObject([{ sku: OLD, location: OLD, quantity: 2 }]);
  const movements = await scenario.api.call('get', `/v1/stock-movements?sku=${encoded(OLD)}`);
  expect(movements.body).toMatchObject({ data: [{ reserved_delta: 2 }, { on_hand_delta: 5 }] });
  expect(await scenario.api.call('get', `/v1/availability?sku=${encoded(OLD)}`)).toMatchObject({
    body: { data: [{ sku: OLD, on_hand: 5 }] },
  });
});

/** A hold as an older version has stored it. */
async function oldHold(order: string) {
  const { id } = await scenario.hold(sku, 2);
  await scenario.sql.query('UPDATE reservations SET order_id = $2, cart_id = $2 WHERE id = $1', [id, order]);
  return id;
}

test('a hold of an older order or cart is found and confirmed, and more can be created for it', async () => {
  const id = await oldHold('o-old-1 ');
  const found = await scenario.api.call('get', `/v1/reservations?order_id=${encoded('o-old-1 ')}`);
  expect(found).toMatchObject({ body: { data: [{ id }] } });
  expect(await scenario.confirm(id, { order_id: 'o-old-1 ' })).toMatchObject({ status: 200 });
  const more = await scenario.create({ lines: lines(), order_id: 'o-old-1 ', cart_id: 'o-old-1 ' });
  expect(more).toMatchObject({ status: 201, body: { order_id: 'o-old-1 ', cart_id: 'o-old-1 ' } });
  expect(await scenario.create({ lines: lines(), cart_id: 'o-old-1  ' })).toMatchObject({ status: 400 });
});

test('an older order is paid and cancelled by events', async () => {
  const [bought, regretted] = [await oldHold('o-old-2 '), await oldHold('o-old-3 ')];
  expect(await sendEvents(scenario.api, paid('o-old-2 '), cancelled('o-old-3 '))).toMatchObject([
    { state: 'processed', reservation_id: bought },
    { state: 'processed', reservation_id: regretted },
  ]);
  expect(await scenario.read(bought)).toMatchObject({ status: 'confirmed' });
  expect(await scenario.read(regretted)).toMatchObject({ status: 'released' });
  expect(await sendEvents(scenario.api, cancelled('o-old-3 '))).toMatchObject([{ state: 'processed' }]);
});

test('an older fulfillment counts once, by call and by event', async () => {
  const id = await oldHold('o-old-4 ');
  const part = [{ sku, quantity: 1 }];
  expect(await scenario.fulfill(id, { fulfillment_id: 'f-old', lines: part })).toMatchObject({
    status: 200,
  });
  await scenario.sql.query("UPDATE reservation_parts SET part_id = 'f-old ' WHERE reservation_id = $1", [id]);
  expect(await scenario.fulfill(id, { fulfillment_id: 'f-old ', lines: part })).toMatchObject({
    status: 200,
    body: { lines: [{ fulfilled_quantity: 1 }] },
  });
  const [again] = await sendEvents(scenario.api, completed('o-old-4 ', 'f-old ', part));
  expect(again).toMatchObject({ state: 'processed', reservation_id: id });
  expect(await scenario.read(id)).toMatchObject({ lines: [{ fulfilled_quantity: 1 }] });
  expect(await scenario.fulfill((await scenario.hold(sku)).id, { fulfillment_id: 'f-old ' })).toMatchObject(
    refused(400, 'validation_failed'),
  );
});

test('an older fulfillment that arrived before its order is recognised', async () => {
  await scenario.sql.query(
    `INSERT INTO orders (order_id, fulfillments) VALUES ('o-old-5', '[{"fulfillmentId": "f-early ", "parts": null}]')`,
  );
  const [again] = await sendEvents(scenario.api, completed('o-old-5', 'f-early '));
  expect(again?.problem?.code).not.toBe('validation_failed');
});
