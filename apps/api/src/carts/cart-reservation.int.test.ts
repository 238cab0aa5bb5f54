import { parsed, refused, scenarioOfSuite } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite();

const of = (sku: string, quantity: number, rest: object = {}) => ({ sku, quantity, ...rest });

test('a cart is filled, changed, read and emptied by its name', async () => {
  const sku = await scenario.newSku(9);
  const put = await scenario.putCart('c/1', [of(sku, 2)], {
    order_id: 'o-1',
    customer_id: 'cu-1',
    store_id: 'eu',
    source: 'web',
    ttl_seconds: 60,
    metadata: { channel: 'app' },
  });
  const { id } = parsed(put);
  expect(put).toMatchObject({
    status: 201,
    headers: { location: `/v1/reservations/${id}`, etag: '"1"' },
    body: {
      status: 'held',
      cart_id: 'c/1',
      order_id: 'o-1',
      customer_id: 'cu-1',
      store_id: 'eu',
      source: 'web',
      metadata: { channel: 'app' },
      lines: [{ quantity: 2 }],
    },
  });
  const change = await scenario.putCart('c/1', [of(sku, 3)], { source: null, ttl_seconds: 900 });
  expect(change).toMatchObject({
    status: 200,
    headers: { etag: '"2"' },
    body: {
      id,
      version: 2,
      source: null,
      metadata: { channel: 'app' },
      extensions: 0,
      lines: [{ quantity: 3 }],
    },
  });
  const read = await scenario.readCart('c/1');
  expect(read).toMatchObject({ status: 200, headers: { etag: '"2"' } });
  expect(read.body).toEqual(change.body);
  const emptied = await scenario.putCart('c/1', []);
  expect(emptied).toMatchObject({ status: 200, body: { id, status: 'released' } });
  const none = refused(404, 'reservation_not_found');
  expect(await scenario.readCart('c/1')).toMatchObject(none);
  expect(await scenario.putCart('c/1', [])).toMatchObject(none);
  expect(await scenario.deleteCart('c/1')).toMatchObject(none);
  expect(await scenario.counters(sku)).toEqual([9, 0, 0]);
});

test('what a create has made is the cart’s, the newest of several, and is released by DELETE', async () => {
  const sku = await scenario.newSku(9);
  const old = await scenario.hold(sku, 1, { cart_id: 'c-2' });
  const { id } = await scenario.hold(sku, 2, { cart_id: 'c-2' });
  expect(await scenario.readCart('c-2')).toMatchObject({ body: { id } });
  expect(await scenario.putCart('c-2', [of(sku, 3)])).toMatchObject({ status: 200, body: { id } });
  expect(await scenario.deleteCart('c-2')).toMatchObject({ status: 200, body: { id, status: 'released' } });
  expect(await scenario.readCart('c-2')).toMatchObject({ body: { id: old.id } });
});

test('a hold that is over or confirmed is no longer the cart’s', async () => {
  const sku = await scenario.newSku(9);
  const first = parsed(await scenario.putCart('c-3', [of(sku, 2)]));
  await scenario.makeDue(first.id);
  expect(await scenario.readCart('c-3')).toMatchObject({ status: 404 });
  const second = await scenario.putCart('c-3', [of(sku, 2)]);
  expect(second).toMatchObject({ status: 201 });
  await scenario.confirm(parsed(second).id);
  expect(await scenario.readCart('c-3')).toMatchObject({ status: 404 });
  expect(await scenario.putCart('c-3', [of(sku, 1)])).toMatchObject({ status: 201 });
  expect(await scenario.counters(sku)).toEqual([9, 1, 2]);
});

test('a shopper who holds the last unit keeps it in any change of the cart', async () => {
  const sku = await scenario.newSku(1);
  await scenario.putCart('c-4', [of(sku, 1)]);
  expect(await scenario.putCart('c-4', [of(sku, 1, { location: 'EAST' })])).toMatchObject({ status: 200 });
  expect(await scenario.putCart('c-5', [of(sku, 1)])).toMatchObject(refused(409, 'insufficient_stock'));
});

test('another order or customer than its own is refused', async () => {
  const sku = await scenario.newSku(9);
  await scenario.putCart('c-6', [of(sku, 1)]);
  const named = { order_id: 'o-6', customer_id: 'cu-6' };
  expect(await scenario.putCart('c-6', [of(sku, 1)], named)).toMatchObject({
    body: { ...named, version: 2 },
  });
  for (const other of [{ order_id: 'o-7' }, { customer_id: 'cu-7' }]) {
    const reply = await scenario.putCart('c-6', [of(sku, 2)], other);
    expect(reply).toMatchObject(refused(409, 'invalid_transition', { current_status: 'held' }));
  }
});

test('an Idempotency-Key is ignored: the cart is what the last call says', async () => {
  const sku = await scenario.newSku(9);
  const key = { 'Idempotency-Key': 'cart-key' };
  await scenario.putCart('c-7', [of(sku, 1)], {}, key);
  const reply = await scenario.putCart('c-7', [of(sku, 2)], {}, key);
  expect(reply).toMatchObject({ status: 200, body: { lines: [{ quantity: 2 }] } });
});

test('If-Match names the version of the hold that there is, and creates none', async () => {
  const sku = await scenario.newSku(9);
  const at = (version: string) => scenario.putCart('c-8', [of(sku, 1)], {}, { 'If-Match': version });
  expect(await at('"1"')).toMatchObject(refused(412, 'version_conflict'));
  await scenario.putCart('c-8', [of(sku, 2)]);
  expect(await at('"2"')).toMatchObject(refused(412, 'version_conflict'));
  expect(await at('"1"')).toMatchObject({ status: 200, body: { version: 2 } });
  const only = await scenario.putCart('c-8', [of(sku, 2)], {}, { 'If-None-Match': '*' });
  expect(only).toMatchObject(refused(412, 'version_conflict'));
});

test.each([
  ['confirm', { confirm: false }],
  ['a key in the body', { idempotency_key: 'k' }],
  ['another cart', { cart_id: 'c' }],
])('%s is refused', async (_what, rest) => {
  const reply = await scenario.putCart('c-10', [of('A', 1)], rest);
  expect(reply).toMatchObject(refused(400, 'validation_failed', { errors: [{ path: '' }] }));
});
