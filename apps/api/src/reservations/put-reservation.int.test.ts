import { newId } from '@holdfast/ledger';
import { together } from '@holdfast/testing';
import { parsed, refused, repliesOf, scenarioOfSuite } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite();

/** A UUIDv7 of so long ago. */
const idOfAgo = (ms: number) =>
  `${(Date.now() - ms).toString(16).padStart(12, '0').replace(/^.{8}/, '$&-')}${newId().slice(13)}`;

const HOUR = 3_600_000;

test('a PUT creates the reservation under the client’s id, and says where it is', async () => {
  const sku = await scenario.newSku(5);
  const id = newId();
  const reply = await scenario.put(id, { lines: [{ sku, quantity: 2 }], order_id: 'o-1', cart_id: null });
  expect(reply).toMatchObject({ status: 201, headers: { location: `/v1/reservations/${id}` } });
  expect(parsed(reply)).toMatchObject({ id, status: 'held', order_id: 'o-1', cart_id: null });
  expect(await scenario.read(id)).toEqual(reply.body);
  expect(await scenario.counters(sku)).toEqual([5, 2, 0]);
});

test('the same content again is answered with the reservation as it is now', async () => {
  const sku = await scenario.newSku(5);
  const id = newId();
  const body = { lines: [{ sku, quantity: 2 }], metadata: { a: '1', b: '2' } };
  await scenario.put(id, body);
  await scenario.confirm(id, { payment_reference: 'pay-1' });
  const again = await scenario.put(id, {
    ...body,
    metadata: { b: '2', a: '1' },
    sourcing: 'split',
    ttl_seconds: scenario.api.context.config.ttlSeconds,
  });
  expect(again.headers).not.toHaveProperty('location');
  expect(again).toMatchObject({ status: 200, body: { status: 'confirmed', version: 2 } });
  expect(await scenario.counters(sku)).toEqual([5, 0, 2]);
});

test('other content is refused, also if a plain create made the reservation', async () => {
  const sku = await scenario.newSku(5);
  const id = newId();
  await scenario.put(id, { lines: [{ sku, quantity: 2 }] });
  expect(await scenario.put(id, { lines: [{ sku, quantity: 3 }] })).toMatchObject(
    refused(409, 'reservation_exists', { current_status: 'held' }),
  );
  const plain = await scenario.hold(sku, 1);
  expect(await scenario.put(plain.id, { lines: [{ sku, quantity: 1 }] })).toMatchObject(
    refused(409, 'reservation_exists'),
  );
  expect(await scenario.counters(sku)).toEqual([5, 3, 0]);
});

test('a refused create takes no id', async () => {
  const sku = await scenario.newSku(1);
  const id = newId();
  expect(await scenario.put(id, { lines: [{ sku, quantity: 2 }] })).toMatchObject(
    refused(409, 'insufficient_stock'),
  );
  expect(await scenario.api.call('get', `/v1/reservations/${id}`)).toMatchObject({ status: 404 });
  expect(await scenario.put(id, { lines: [{ sku, quantity: 1 }] })).toMatchObject({ status: 201 });
});

test.each([
  ['older than 24 hours', () => idOfAgo(24 * HOUR + 10_000), /more than 24 hours ago/],
  ['more than 5 minutes ahead', () => idOfAgo(-HOUR / 6), /more than 5 minutes ahead/],
  ['of another version', () => '7c9e6679-7425-40de-944b-e07fc1f90ae7', /must be a UUIDv7/],
  ['no UUID', () => 'o-1', /must be a UUIDv7/],
])('an id that is %s is refused, for a PUT and a withdraw', async (_what, idNow, why) => {
  const sku = await scenario.newSku(1);
  const id = idNow();
  const fault = refused(400, 'validation_failed', {
    errors: [{ path: 'id', message: expect.stringMatching(why) }],
  });
  expect(await scenario.put(id, { lines: [{ sku, quantity: 1 }] })).toMatchObject(fault);
  expect(await scenario.withdraw(id)).toMatchObject(fault);
  expect(await scenario.counters(sku)).toEqual([1, 0, 0]);
});

test.each([
  ['almost 24 hours old', () => idOfAgo(24 * HOUR - 60_000)],
  ['almost 5 minutes ahead', () => idOfAgo(-4 * 60_000)],
])('an id that is %s is taken', async (_what, idNow) => {
  const sku = await scenario.newSku(1);
  expect(await scenario.put(idNow(), { lines: [{ sku, quantity: 1 }] })).toMatchObject({ status: 201 });
});

test('an idempotency key in the body is refused, and one in the header takes no part', async () => {
  const sku = await scenario.newSku(5);
  const lines = [{ sku, quantity: 1 }];
  expect(await scenario.put(newId(), { lines, idempotency_key: 'k' })).toMatchObject(
    refused(400, 'validation_failed'),
  );
  const key = { 'Idempotency-Key': 'k' };
  for (const quantity of [1, 2]) {
    const body = { lines: [{ sku, quantity }] };
    expect(await scenario.api.call('put', `/v1/reservations/${newId()}`, body, key)).toMatchObject({
      status: 201,
    });
  }
});

test('confirm sells at once', async () => {
  const sku = await scenario.newSku(5);
  expect(await scenario.put(newId(), { lines: [{ sku, quantity: 2 }], confirm: true })).toMatchObject({
    status: 201,
    body: { status: 'confirmed', warehouse_sync: { action: 'confirm' } },
  });
  expect(
    await scenario.put(newId(), { lines: [{ sku, quantity: 1 }], confirm: true, ttl_seconds: 9 }),
  ).toMatchObject(refused(400, 'validation_failed'));
});

test('of the same PUT sent many times at once to two APIs, one creates', async () => {
  const other = await scenario.openApi();
  const sku = await scenario.newSku(50);
  const id = newId();
  const body = { lines: [{ sku, quantity: 2 }] };
  const replies = repliesOf(
    await together(20, (n) =>
      (n % 2 === 0 ? scenario.api : other).call('put', `/v1/reservations/${id}`, body),
    ),
  );
  const created = replies.filter(({ status }) => status === 201);
  expect([created.length, replies.filter(({ status }) => status === 200).length]).toEqual([1, 19]);
  expect(await scenario.counters(sku)).toEqual([50, 2, 0]);
});
