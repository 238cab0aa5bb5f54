import { reservationAnswer } from '@holdfast/contract';
import { together, withSession } from '@holdfast/testing';
import { apiOfSuite, type Reply } from '../testing/start-api.ts';

let keys = 0;

const api = apiOfSuite();
beforeAll(async () => {
  await api.call('put', '/v1/locations/L', {});
  await api.call('put', '/v1/skus/MUG', { max_per_reservation: 500 });
  await api.call('put', '/v1/stock-levels/MUG/L', { on_hand: 400 });
});

const newKey = () => `key-${(keys += 1)}`;
const body = { lines: [{ sku: 'MUG', quantity: 1 }] };
const create = (sent: unknown, key?: string) =>
  api.call('post', '/v1/reservations', sent, key === undefined ? {} : { 'Idempotency-Key': key });
const idOf = (reply: Reply) => reservationAnswer.parse(reply.body).id;
const isReplay = ({ headers }: Reply) => headers['idempotent-replayed'] === 'true';
const refused = (status: number, code: string) => ({ status, body: { code } });

/** The answer of a create, without the parts that differ in each call. */
function expectReplay(again: Reply, first: Reply): void {
  const { 'x-request-id': _id, date: _date, 'idempotent-replayed': replayed, ...headers } = again.headers;
  const { 'x-request-id': _firstId, date: _firstDate, ...firstHeaders } = first.headers;
  expect(replayed).toBe('true');
  expect(again.status).toBe(first.status);
  expect(again.body).toEqual(first.body);
  expect(headers).toEqual(firstHeaders);
}

async function countReservations(): Promise<number> {
  const { rows } = await withSession(api.databaseUrl, (session) =>
    session.query<{ count: number }>('SELECT count(*)::int AS count FROM reservations'),
  );
  return rows[0]?.count ?? -1;
}

describe('the same key with the same body', () => {
  test('gets the same answer, Location too, and one row', async () => {
    const [key, before] = [newKey(), await countReservations()];
    const first = await create(body, key);
    expect(isReplay(first)).toBe(false);
    expectReplay(await create(body, key), first);
    expectReplay(await create(body, `"${key}"`), first);
    expectReplay(await create({ ...body, idempotency_key: key }), first);
    expectReplay(await create({ ...body, idempotency_key: key }, `"${key}"`), first);
    expect(await countReservations()).toBe(before + 1);
  });

  test('gets one row when all callers come at once', async () => {
    const [key, before] = [newKey(), await countReservations()];
    const settled = await together(20, () => create(body, key));
    const replies = settled.map((each) => (each.status === 'fulfilled' ? each.value : null));
    const ids = replies.map((reply) => reply && idOf(reply));
    expect(new Set(ids).size).toBe(1);
    expect(replies.filter((reply) => reply && !isReplay(reply))).toHaveLength(1);
    expect(await countReservations()).toBe(before + 1);
  });

  test('gets the first answer, whatever has happened since', async () => {
    const key = newKey();
    const first = await create(body, key);
    await api.call('post', `/v1/reservations/${idOf(first)}/release`);
    expectReplay(await create(body, key), first);
  });

  test('is the same call with the id in capitals', async () => {
    const [key, id] = [newKey(), idOf(await create(body))];
    const release = (spelled: string) =>
      api.call('post', `/v1/reservations/${spelled}/release`, { reason: 'r' }, { 'Idempotency-Key': key });
    const first = await release(id);
    expectReplay(await release(id.toUpperCase()), first);
  });

  test.each([
    ['another order of fields', '{"lines":[{"quantity":1,"sku":"MUG"}],"metadata":{"a":"1","b":"2"}}'],
    ['white space', '{ "lines" : [ { "sku" : "MUG", "quantity" : 1 } ], "metadata": {"b":"2","a":"1"} }'],
    [
      'defaults spelled out',
      '{"lines":[{"sku":"MUG","quantity":1}],"metadata":{"a":"1","b":"2"},"sourcing":"split","confirm":false,"ttl_seconds":900}',
    ],
    ['1.0 and escapes', '{"lines":[{"sku":"M\\u0055G","quantity":1.0}],"metadata":{"a":"1","b":"2"}}'],
  ])('is the same with %s', async (_what, spelled) => {
    const key = newKey();
    const first = await create({ ...body, metadata: { a: '1', b: '2' } }, key);
    expectReplay(await create(spelled, key), first);
  });
});

test.each([
  ['another quantity', { lines: [{ sku: 'MUG', quantity: 2 }] }],
  ['one field more', { ...body, order_id: 'o-1' }],
  ['lines in another order', { lines: [...body.lines, { sku: 'MUG', quantity: 1, location: 'L' }] }],
])('the same key with %s is refused, and the first answer stays', async (_what, other) => {
  const key = newKey();
  const first = await create(body, key);
  expect(await create(other, key)).toMatchObject(refused(422, 'idempotency_key_reused'));
  expectReplay(await create(body, key), first);
});

describe('a refusal', () => {
  test('of 422 is not a replay, also for concurrent callers', async () => {
    const [key, sent] = [newKey(), { lines: [{ sku: 'none', quantity: 1 }] }];
    const settled = await together(5, () => create(sent, key));
    const replies = settled.map((each) => (each.status === 'fulfilled' ? each.value : null));
    expect(replies.map((reply) => reply?.status)).toEqual([422, 422, 422, 422, 422]);
    expect(replies.filter((reply) => reply && isReplay(reply))).toEqual([]);
  });

  test('of 409 is kept: a new try needs a new key', async () => {
    const [key, sent] = [newKey(), { lines: [{ sku: 'MUG', quantity: 450 }] }];
    const first = await create(sent, key);
    expect(first).toMatchObject(refused(409, 'insufficient_stock'));
    await api.call('put', '/v1/stock-levels/MUG/L', { on_hand: 900 });
    const { instance, ...again } = (await create(sent, key)).body as { instance: string };
    expect(first.body).toMatchObject(again);
    expect(first.body).not.toMatchObject({ instance });
    expect(isReplay(await create(sent, key))).toBe(true);
    expect(await create(sent, newKey())).toMatchObject({ status: 201 });
    expect(await create(body, key)).toMatchObject(refused(422, 'idempotency_key_reused'));
  });

  test('of 400 or 422 is not kept', async () => {
    const [key, later] = [newKey(), newKey()];
    expect(await create({ lines: [] }, key)).toMatchObject({ status: 400 });
    expect(await create({ lines: [{ sku: later, quantity: 1 }] }, key)).toMatchObject(
      refused(422, 'unknown_sku'),
    );
    await api.call('put', `/v1/skus/${later}`, {});
    await api.call('put', `/v1/stock-levels/${later}/L`, { on_hand: 1 });
    const created = await create({ lines: [{ sku: later, quantity: 1 }] }, key);
    expect(created.status).toBe(201);
    expect(isReplay(created)).toBe(false);
  });

  test('of 404 is not kept, and not marked as replayed', async () => {
    const path = '/v1/reservations/0199b0c4-0000-7000-8000-000000000000/confirm';
    const key = { 'Idempotency-Key': newKey() };
    for (let tries = 0; tries < 2; tries += 1) {
      const reply = await api.call('post', path, {}, key);
      expect(reply).toMatchObject(refused(404, 'reservation_not_found'));
      expect(isReplay(reply)).toBe(false);
    }
    expect(await api.call('post', path, { order_id: 'o' }, key)).toMatchObject(
      refused(404, 'reservation_not_found'),
    );
  });
});

describe('a key', () => {
  test('belongs to its path: confirm and release of two reservations may use one', async () => {
    const headers = { 'Idempotency-Key': newKey() };
    const [one, two] = [idOf(await create(body)), idOf(await create(body))];
    for (const path of [`${one}/confirm`, `${two}/release`]) {
      const first = await api.call('post', `/v1/reservations/${path}`, undefined, headers);
      expect(first).toMatchObject({ status: 200 });
      expect(isReplay(first)).toBe(false);
      expectReplay(await api.call('post', `/v1/reservations/${path}`, {}, headers), first);
    }
    const other = await api.call('post', `/v1/reservations/${two}/release`, { reason: 'x' }, headers);
    expect(other).toMatchObject(refused(422, 'idempotency_key_reused'));
  });

  test('is ignored by PUT and GET, even an invalid one', async () => {
    const headers = { 'Idempotency-Key': '' };
    const put = (on_hand: number) => api.call('put', '/v1/stock-levels/MUG/L', { on_hand }, headers);
    expect(await put(1_000)).toMatchObject({ status: 200, body: { on_hand: 1_000 } });
    const again = await put(1_001);
    expect(again).toMatchObject({ status: 200, body: { on_hand: 1_001 } });
    expect(isReplay(again)).toBe(false);
    expect(await api.call('get', '/v1/availability', undefined, headers)).toMatchObject({ status: 200 });
  });

  test('in the body is of the create only', async () => {
    const id = idOf(await create(body));
    const reply = await api.call('post', `/v1/reservations/${id}/release`, { idempotency_key: 'k' });
    expect(reply).toMatchObject(refused(400, 'validation_failed'));
  });

  test('in header and body must be the same', async () => {
    const reply = await create({ ...body, idempotency_key: newKey() }, newKey());
    expect(reply).toMatchObject(refused(400, 'validation_failed'));
    expect(reply.body).toMatchObject({ errors: [{ path: 'idempotency_key' }] });
  });

  test('may have 255 characters, and commas', async () => {
    expect(await create(body, 'k'.repeat(255))).toMatchObject({ status: 201 });
    expect(await create(body, `"${'q'.repeat(255)}"`)).toMatchObject({ status: 201 });
    expect(await create(body, 'a, b')).toMatchObject({ status: 201 });
  });

  test.each([
    ['empty', ''],
    ['quoted and empty', '""'],
    ['white space', '   '],
    ['256 characters', 'k'.repeat(256)],
    ['a letter that is not ASCII', 'Größe'],
    ['a tab between two words', 'a\tb'],
  ])('that is %s is refused by every POST that honours it', async (_what, key) => {
    const headers = { 'Idempotency-Key': key };
    const id = '0199b0c4-0000-7000-8000-000000000000';
    for (const path of [
      'reservations',
      `reservations/${id}/confirm`,
      `reservations/${id}/release`,
      `reservations/${id}/extend`,
      `reservations/${id}/fulfill`,
      `reservations/${id}/cancel`,
      'workers/reconcile-stale',
    ]) {
      const reply = await api.call(
        'post',
        `/v1/${path}`,
        path === 'reservations' ? body : undefined,
        headers,
      );
      expect(reply).toMatchObject(refused(400, 'validation_failed'));
      expect(reply.body).toMatchObject({ errors: [{ path: 'Idempotency-Key' }] });
    }
  });
});
