import { newId } from '@holdfast/ledger';
import { withKey } from '@holdfast/testing';
import { isReplay, parsed, refused, scenarioOfSuite } from '../testing/api-scenario.ts';
import { sendEvents, paid } from '../testing/order-events.ts';

const scenario = scenarioOfSuite();

/** A reservation of two units under an id that the client chose. */
async function put(rest: object = {}) {
  const sku = await scenario.newSku(5);
  const id = newId();
  const body = { lines: [{ sku, quantity: 2 }], ...rest };
  expect(await scenario.put(id, body)).toMatchObject({ status: 201 });
  return { id, sku, body };
}

/** Nothing is promised of its SKU, and no call changes that. */
async function expectNothingAlive({ id, sku, body }: Awaited<ReturnType<typeof put>>): Promise<void> {
  const gone = refused(409, 'reservation_withdrawn');
  expect(await scenario.put(id, body)).toMatchObject(gone);
  expect(await scenario.confirm(id, { on_expired: 'reacquire' })).toMatchObject(gone);
  expect(await scenario.fulfill(id)).toMatchObject(gone);
  expect(await scenario.extend(id)).toMatchObject(gone);
  expect(await scenario.counters(sku)).toEqual([5, 0, 0]);
}

test('a hold is released, and marked', async () => {
  const made = await put();
  const reply = await scenario.withdraw(made.id, { reason: 'saga failed' });
  const { withdrawn_at, released_at } = parsed(reply);
  expect(reply).toMatchObject({ status: 200, body: { status: 'released', release_reason: 'saga failed' } });
  expect(withdrawn_at).toBe(released_at);
  expect(await scenario.read(made.id)).toEqual(reply.body);
  await expectNothingAlive(made);
});

test('a confirmed reservation is cancelled, and marked', async () => {
  const made = await put({ confirm: true });
  expect(await scenario.withdraw(made.id)).toMatchObject({
    status: 200,
    body: { status: 'cancelled', warehouse_sync: { action: 'cancel' } },
  });
  await expectNothingAlive(made);
});

test('units that have left cannot be withdrawn', async () => {
  const { id, sku } = await put({ confirm: true });
  await scenario.fulfill(id, { lines: [{ sku, quantity: 1 }] });
  expect(await scenario.withdraw(id)).toMatchObject(
    refused(409, 'invalid_transition', { current_status: 'confirmed' }),
  );
  await scenario.fulfill(id);
  expect(await scenario.withdraw(id)).toMatchObject(
    refused(409, 'invalid_transition', { current_status: 'fulfilled' }),
  );
});

test('a hold past its time is given back, and no payment takes it again', async () => {
  const made = await put({ order_id: 'o-late' });
  await scenario.makeDue(made.id);
  expect(await scenario.withdraw(made.id)).toMatchObject({
    status: 200,
    body: { status: 'expired', withdrawn_at: expect.any(String), version: 3 },
  });
  const [result] = await sendEvents(scenario.api, paid('o-late', { on_expired: 'reacquire' }));
  expect(result).toMatchObject({ effects: [{ effect: 'refused' }] });
  await expectNothingAlive(made);
});

test.each([
  ['released', 'release'],
  ['cancelled', 'cancel'],
])('a reservation that is %s keeps its reason, and publishes `changed`', async (status, verb) => {
  const made = await put({ confirm: verb === 'cancel' });
  await scenario.verb(made.id, verb, { reason: 'first' });
  expect(await scenario.withdraw(made.id, { reason: 'second' })).toMatchObject({
    status: 200,
    body: { status, release_reason: 'first', withdrawn_at: expect.any(String), version: 3 },
  });
  expect(
    await scenario.rows('events WHERE reservation_id = $1 AND type LIKE $2', [made.id, '%.changed']),
  ).toBe(1);
  await expectNothingAlive(made);
});

test('a repeat changes nothing, with or without a key', async () => {
  const made = await put();
  const { body } = await scenario.withdraw(made.id, { reason: 'first' }, withKey('w-1'));
  expect((await scenario.withdraw(made.id, { reason: 'second' })).body).toEqual(body);
  const replay = await scenario.withdraw(made.id, { reason: 'first' }, withKey('w-1'));
  expect(replay.body).toEqual(body);
  expect(isReplay(replay)).toBe(true);
});

test('an id that is not known is remembered, and its create is refused', async () => {
  const sku = await scenario.newSku(5);
  const id = newId();
  const reply = await scenario.withdraw(id, { reason: 'saga failed' });
  expect(reply.status).toBe(200);
  expect(parsed(reply)).toMatchObject({
    id,
    status: 'withdrawn',
    release_reason: 'saga failed',
    lines: [],
    version: 1,
    held_at: null,
    withdrawn_at: expect.any(String),
  });
  expect(await scenario.read(id)).toEqual(reply.body);
  expect((await scenario.withdraw(id)).body).toEqual(reply.body);
  expect((await scenario.api.call('get', `/v1/reservations/${id}/history`)).body).toMatchObject({ data: [] });
  await expectNothingAlive({ id, sku, body: { lines: [{ sku, quantity: 2 }] } });
});
