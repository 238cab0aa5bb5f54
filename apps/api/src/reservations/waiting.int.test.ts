import { parsed, refused, scenarioOfSuite } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite({ WAIT_MAX_SECONDS: '600', WAITERS_MAX_PER_SKU: '3' });

const IN_LINE = { if_short: 'wait', wait_seconds: 60 } as const;

/** A SKU of which all is held. */
async function soldOut(units = 1) {
  const sku = await scenario.newSku(units);
  return { sku, held: await scenario.hold(sku, units) };
}

const waitFor = async (sku: string, quantity = 1, rest: object = {}) => {
  const answer = await scenario.tryHold(sku, quantity, { ...IN_LINE, ...rest });
  expect(answer.status).toBe(202);
  return parsed(answer);
};

/** What the worker's job does. */
const grant = (sku: string) =>
  scenario.api.context.ledger.submit({ kind: 'grant-waiting', sku, after: null, limit: 100 });

const read = async (id: string) => (await scenario.api.call('get', `/v1/reservations/${id}`)).body;

describe('a create with if_short "wait"', () => {
  test('answers 201 if the stock is there, and 202 if it waits', async () => {
    const sku = await scenario.newSku(1);
    expect((await scenario.tryHold(sku, 1, IN_LINE)).status).toBe(201);
    const answer = await scenario.tryHold(sku, 1, { ...IN_LINE, wait_priority: 4 });
    expect(answer).toMatchObject({
      status: 202,
      headers: { location: `/v1/reservations/${parsed(answer).id}` },
      body: { status: 'waiting', if_short: 'wait', wait_priority: 4, expires_at: null, held_at: null },
    });
    const { created_at, waiting_until } = parsed(answer);
    expect(Date.parse(waiting_until ?? '') - Date.parse(created_at)).toBe(60_000);
  });

  test('is replayed as it was answered', async () => {
    const { sku, held } = await soldOut();
    const body = { lines: [{ sku, quantity: 1 }], ...IN_LINE };
    const key = { 'Idempotency-Key': `wait-${sku}` };
    const first = await scenario.create(body, key);
    await scenario.release(held.id);
    await grant(sku);
    const again = await scenario.create(body, key);
    expect(again).toMatchObject({ status: 202, headers: { 'idempotent-replayed': 'true' } });
    expect(again.body).toEqual(first.body);
  });

  test.each([
    ['without wait_seconds', { if_short: 'wait' }, 'wait_seconds'],
    ['longer than WAIT_MAX_SECONDS', { if_short: 'wait', wait_seconds: 601 }, 'wait_seconds'],
    ['with confirm', { ...IN_LINE, confirm: true }, 'if_short'],
    ['with a priority above 9', { ...IN_LINE, wait_priority: 10 }, 'wait_priority'],
    ['that is not to wait', { wait_seconds: 60 }, 'wait_seconds'],
    ['that is not to wait, with a priority', { wait_priority: 1 }, 'wait_priority'],
  ])('%s is not valid', async (_name, rest, path) => {
    const sku = await scenario.newSku(1);
    const answer = await scenario.tryHold(sku, 1, rest);
    expect(answer).toMatchObject({ status: 400, body: { errors: [expect.objectContaining({ path })] } });
  });

  test('is not valid in a batch', async () => {
    const sku = await scenario.newSku(1);
    const reservations = [{ lines: [{ sku, quantity: 1 }], ...IN_LINE }];
    const answer = await scenario.api.call('post', '/v1/reservations/batch', { reservations });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'reservations.0.if_short' }] } });
  });

  test('is refused for more than there is, and when as many wait as may', async () => {
    const { sku } = await soldOut(2);
    expect(await scenario.tryHold(sku, 3, IN_LINE)).toMatchObject(refused(409, 'insufficient_stock'));
    await Promise.all([1, 2, 3].map(() => waitFor(sku)));
    expect(await scenario.tryHold(sku, 1, IN_LINE)).toMatchObject(refused(409, 'insufficient_stock'));
  });

  test('may have an id of the client’s', async () => {
    const { sku } = await soldOut();
    const id = (await waitFor(sku)).id;
    const fresh = `${id.slice(0, 35)}${id.endsWith('0') ? '1' : '0'}`;
    const put = () =>
      scenario.api.call('put', `/v1/reservations/${fresh}`, { lines: [{ sku, quantity: 1 }], ...IN_LINE });
    expect(await put()).toMatchObject({ status: 202, body: { status: 'waiting' } });
    expect(await put()).toMatchObject({ status: 200, body: { status: 'waiting', version: 1 } });
  });
});

describe('in line', () => {
  test('a reservation shows its position, and is listed', async () => {
    const { sku } = await soldOut();
    const first = await waitFor(sku);
    const second = await waitFor(sku, 1, { wait_priority: 1 });
    expect(await read(first.id)).toMatchObject({ position: 2 });
    expect(await read(second.id)).toMatchObject({ position: 1 });
    const list = await scenario.api.call('get', `/v1/reservations?status=waiting&sku=${sku}`);
    expect(list.body).toMatchObject({ data: [{ id: second.id }, { id: first.id }] });
    expect((await scenario.api.call('get', '/v1/reservations?status=waiting&limit=1')).body).toMatchObject({
      data: [{ id: second.id }],
    });
  });

  test('availability ignores the line, and says how many units are waited for; a quote does not', async () => {
    const { sku, held } = await soldOut(3);
    await waitFor(sku, 2);
    await scenario.release(held.id, { lines: [{ sku, quantity: 1 }] });
    const { body } = await scenario.api.call('get', `/v1/items/${sku}/availability`);
    expect(body).toMatchObject({ available: 1, reserved: 2, waiting: 2 });
    const quote = await scenario.api.call('post', '/v1/reservations/quote', {
      lines: [{ sku, quantity: 1 }],
    });
    expect(quote.body).toMatchObject({ possible: false, lines: [{ available: 0 }] });
    expect(await scenario.tryHold(sku)).toMatchObject({
      ...refused(409, 'insufficient_stock'),
      body: { lines: [{ sku, requested: 1, available: 0 }] },
    });
  });

  test('a granted reservation is held from then on, and published as reserved', async () => {
    const { sku, held } = await soldOut();
    const { id } = await waitFor(sku);
    await scenario.release(held.id);
    await grant(sku);
    const granted = parsed(await scenario.api.call('get', `/v1/reservations/${id}`));
    expect(granted).toMatchObject({ status: 'held', version: 2 });
    expect(Date.parse(granted.held_at ?? '')).toBeGreaterThan(Date.parse(granted.created_at));
    const history = await scenario.api.call('get', `/v1/reservations/${id}/history`);
    const { data } = history.body as { data: { kind: string; data: { type?: string } }[] };
    expect(data.filter(({ kind }) => kind === 'event').map(({ data: { type } }) => type)).toEqual([
      'warehouse.inventory.waiting',
      'warehouse.inventory.reserved',
    ]);
  });

  test('after waiting_until it reads expired, in lists too, and blocks nothing', async () => {
    const { sku, held } = await soldOut();
    const { id } = await waitFor(sku);
    await scenario.release(held.id);
    await scenario.endWait(id);
    expect(await read(id)).toMatchObject({ status: 'expired', release_reason: 'expired' });
    const listed = async (status: string) =>
      (await scenario.api.call('get', `/v1/reservations?status=${status}&sku=${sku}`)).body;
    expect(await listed('expired')).toMatchObject({ data: [{ id }] });
    expect(await listed('waiting')).toMatchObject({ data: [] });
    expect((await scenario.api.call('get', '/v1/reservations?status=expired&limit=1')).body).toMatchObject({
      data: [{ id }],
    });
    await scenario.hold(sku);
  });

  test('a cart has one reservation', async () => {
    const { sku } = await soldOut();
    const other = await scenario.newSku(1);
    const path = `/v1/carts/cart-${sku}/reservation`;
    const put = (lines: object[], rest: object = {}) => scenario.api.call('put', path, { lines, ...rest });
    const made = await put([{ sku, quantity: 1 }], IN_LINE);
    expect(made).toMatchObject({ status: 202, body: { status: 'waiting' } });
    expect((await scenario.api.call('get', path)).body).toEqual(made.body);
    expect(await put([{ sku: other, quantity: 1 }])).toMatchObject({ status: 200, body: { status: 'held' } });
    expect(await put([], {})).toMatchObject({ status: 200, body: { status: 'released' } });
  });
});
