import { together } from '@holdfast/testing';
import { cancelled, sendEvents } from '../testing/order-events.ts';
import { parsed, refused, scenarioOfSuite } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite();

const entries = (from: number, to: number) =>
  Object.fromEntries(Array.from({ length: to - from }, (_, index) => [`k${from + index}`, 'v']));

const ifMatch = (version: number | string) => ({ 'If-Match': `"${version}"` });

test('sets what was not known, once; what is read afterwards is what was answered', async () => {
  const { id } = await scenario.hold(await scenario.newSku(5), 2, {
    source: 'web',
    metadata: { a: '1', b: '2' },
  });
  const body = {
    order_id: 'o-1',
    customer_id: 'cu-1',
    payment_reference: 'p-1',
    source: 'phone',
    metadata: { a: null, c: '3' },
  };
  const reply = await scenario.patch(id, body);
  expect(reply).toMatchObject({
    status: 200,
    headers: { etag: '"2"' },
    body: { ...body, status: 'held', version: 2, metadata: { b: '2', c: '3' } },
  });
  expect(await scenario.read(id)).toEqual(reply.body);
  expect((await scenario.patch(id, body)).body).toEqual(reply.body);
  expect((await scenario.patch(id, {})).body).toEqual(reply.body);
  const { body: feed } = await scenario.api.call('get', `/v1/reservations/${id}/history`);
  expect(JSON.stringify(feed).match(/warehouse\.inventory\.changed/g)).toHaveLength(1);
});

test('null clears the source and all metadata, and nothing else', async () => {
  const { id } = await scenario.hold(await scenario.newSku(5), 2, { source: 'web', metadata: { a: '1' } });
  expect(await scenario.patch(id, { source: null, metadata: null })).toMatchObject({
    status: 200,
    body: { source: null, metadata: {} },
  });
  for (const field of ['order_id', 'customer_id', 'payment_reference']) {
    expect(await scenario.patch(id, { [field]: null })).toMatchObject(
      refused(400, 'validation_failed', { errors: [{ path: field }] }),
    );
  }
});

test.each(['order_id', 'customer_id', 'payment_reference'])('another %s is refused', async (field) => {
  const { id } = await scenario.hold(await scenario.newSku(5), 2);
  await scenario.patch(id, { [field]: 'first' });
  const before = await scenario.read(id);
  expect(await scenario.patch(id, { [field]: 'second', source: 'phone' })).toMatchObject(
    refused(409, 'invalid_transition', { current_status: 'held' }),
  );
  expect(await scenario.read(id)).toEqual(before);
});

test('metadata may have 20 entries, those that are kept counted', async () => {
  const { id } = await scenario.hold(await scenario.newSku(5), 2, { metadata: entries(0, 15) });
  expect(await scenario.patch(id, { metadata: entries(15, 21) })).toMatchObject(
    refused(400, 'validation_failed', { errors: [{ path: 'metadata' }] }),
  );
  expect(await scenario.patch(id, { metadata: { ...entries(15, 21), k0: null } })).toMatchObject({
    status: 200,
  });
});

describe('If-Match', () => {
  test('another version is refused, and nothing is changed', async () => {
    const { id } = await scenario.hold(await scenario.newSku(5));
    expect(await scenario.patch(id, { source: 'phone' }, ifMatch(1))).toMatchObject({
      status: 200,
      body: { version: 2 },
    });
    expect(await scenario.patch(id, { source: 'web' }, ifMatch(1))).toMatchObject(
      refused(412, 'version_conflict'),
    );
    expect(await scenario.patch(id, { source: 'web' }, ifMatch('x'))).toMatchObject(
      refused(412, 'version_conflict'),
    );
    expect(await scenario.read(id)).toMatchObject({ source: 'phone', version: 2 });
    expect(await scenario.patch(id, { source: 'web' }, { 'If-Match': '*' })).toMatchObject({ status: 200 });
  });
});

describe('an order', () => {
  test('gives its events the reservation', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.hold(sku, 2);
    await scenario.patch(id, { order_id: 'o-late' });
    await sendEvents(scenario.api, cancelled('o-late'));
    expect(await scenario.read(id)).toMatchObject({ status: 'released', order_id: 'o-late' });
    expect(await scenario.counters(sku)).toEqual([5, 0, 0]);
  });

  test('that was cancelled gets none', async () => {
    const { id } = await scenario.confirmed(await scenario.newSku(5), 2);
    await sendEvents(scenario.api, cancelled('o-gone'));
    expect(await scenario.patch(id, { order_id: 'o-gone' })).toMatchObject(
      refused(409, 'order_cancelled', { current_status: 'confirmed' }),
    );
    expect(await scenario.read(id)).toMatchObject({ order_id: null, version: 1 });
  });

  test('that is cancelled at the same moment has nothing alive afterwards', async () => {
    const other = await scenario.openApi();
    const sku = await scenario.newSku(1_000);
    for (let round = 0; round < 15; round += 1) {
      const orderId = `o-race-${round}`;
      const { id } = await scenario.hold(sku, 1);
      await together(4, async (number) =>
        number === 0
          ? sendEvents(scenario.api, cancelled(orderId))
          : (number % 2 ? other : scenario).patch(id, { order_id: orderId }),
      );
      const { order_id, status } = await scenario.read(id);
      expect({ order_id, status }).toEqual(
        order_id === null ? { order_id, status: 'held' } : { order_id: orderId, status: 'released' },
      );
    }
  });
});

test('a hold whose time is over is changed as an expired one', async () => {
  const { id } = await scenario.hold(await scenario.newSku(5), 2);
  await scenario.makeDue(id);
  const reply = await scenario.patch(id, { source: 'phone' });
  expect(reply).toMatchObject({ status: 200, body: { status: 'expired', source: 'phone', version: 3 } });
  expect(await scenario.read(id)).toEqual(parsed(reply));
});

test('what does not exist is not found, before its version is looked at', async () => {
  const id = '0199b0c4-0000-7000-8000-000000000000';
  expect(await scenario.patch(id, {}, ifMatch(1))).toMatchObject(refused(404, 'reservation_not_found'));
});
