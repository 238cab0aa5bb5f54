import { together, untilServed } from '@holdfast/testing';
import {
  webhookEndpointAnswer,
  webhookEndpointListAnswer,
  webhookSecretAnswer,
} from './webhook-endpoint-schema.ts';
import { refused } from '../testing/api-scenario.ts';
import { apiOfSuite, startApi } from '../testing/start-api.ts';

const PATH = '/v1/webhook-endpoints';
const URL = 'https://shop.example.com/hooks';
/** What a replayed call has in place of a secret. */
const WITHOUT_SECRET = { secret: null, note: expect.stringContaining('rotate-secret') };
const NOBODY = '0199b0c4-0000-7000-8000-000000000000';

const api = apiOfSuite();
beforeEach(() => api.context.database.prisma.$executeRaw`TRUNCATE webhook_endpoints, webhook_deliveries`);

const create = (body: object, headers: Record<string, string> = {}) => api.call('post', PATH, body, headers);
const made = async (body: object = {}) =>
  webhookSecretAnswer.parse((await create({ url: URL, ...body })).body);
const put = (id: string, body: object) => api.call('put', `${PATH}/${id}`, body);
const read = async (id: string) => webhookEndpointAnswer.parse((await api.call('get', `${PATH}/${id}`)).body);
const list = async (query = '') =>
  webhookEndpointListAnswer.parse((await api.call('get', `${PATH}${query}`)).body);

describe('a new endpoint', () => {
  test('is answered with its secret, which no other call shows', async () => {
    const types = ['warehouse.inventory.expired'];
    const { status, body, headers } = await create({ url: URL, types, description: 'the shop' });
    expect(status).toBe(201);
    const { secret, note, ...endpoint } = webhookSecretAnswer.parse(body);
    expect(note).toBeNull();
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(headers['location']).toBe(`${PATH}/${endpoint.id}`);
    expect(endpoint).toMatchObject({
      url: URL,
      types,
      description: 'the shop',
      enabled: true,
      disabled_reason: null,
    });
    expect(await read(endpoint.id)).toEqual(endpoint);
    expect((await list()).data).toEqual([endpoint]);
  });

  test('gets all types, and from now on', async () => {
    await api.context.database.prisma.$executeRaw`UPDATE event_sequencer SET last_position = 17`;
    const { id, types, description } = await made();
    expect({ types, description }).toEqual({ types: null, description: null });
    const rows = await api.context.database.prisma
      .$queryRaw`SELECT id, cursor::integer FROM webhook_endpoints`;
    expect(rows).toEqual([{ id, cursor: 17 }]);
  });

  test('is made once for a key, and a repeat is answered the same, without the secret', async () => {
    const key = { 'Idempotency-Key': 'hook-1' };
    const all = await together(4, () => create({ url: URL }, key));
    const bodies = all.map((each) =>
      webhookSecretAnswer.parse(each.status === 'fulfilled' ? each.value.body : each.reason),
    );
    for (const { id } of bodies) expect(id).toBe(bodies[0]?.id);
    expect(bodies.filter(({ secret }) => secret !== null)).toHaveLength(1);
    expect((await list()).data).toHaveLength(1);
    expect(await create({ url: `${URL}/other` }, key)).toMatchObject(refused(422, 'idempotency_key_reused'));
  });

  test('is refused when there are 50, however many ask at once', async () => {
    const all = await together(60, () => untilServed(() => create({ url: URL })));
    const statuses = all.map((each) => (each.status === 'fulfilled' ? each.value.status : 0));
    expect(statuses.filter((status) => status === 201)).toHaveLength(50);
    expect(statuses.filter((status) => status === 400)).toHaveLength(10);
    const [one] = (await list()).data;
    await api.call('delete', `${PATH}/${one?.id}`);
    expect((await create({ url: URL })).status).toBe(201);
  });

  test.each([
    ['no URL', {}, 'url'],
    ['null for a URL', { url: null }, 'url'],
    ['http', { url: 'http://shop.example.com/' }, 'url'],
    ['localhost', { url: 'https://localhost/' }, 'url'],
    ['a name below localhost', { url: 'https://hooks.localhost/' }, 'url'],
    ['loopback', { url: 'https://127.1/' }, 'url'],
    ['loopback as a number', { url: 'https://2130706433/' }, 'url'],
    ['loopback in IPv6', { url: 'https://[::ffff:7f00:1]/' }, 'url'],
    ['the metadata of a cloud', { url: 'https://169.254.169.254/latest/' }, 'url'],
    ['a password', { url: 'https://a:b@shop.example.com/' }, 'url'],
    ['a fragment', { url: 'https://shop.example.com/#a' }, 'url'],
    ['a URL of 2,001', { url: `https://shop.example.com/${'x'.repeat(1_976)}` }, 'url'],
    ['no types', { url: URL, types: [] }, 'types'],
    ['null for types', { url: URL, types: null }, 'types'],
    ['an unknown type', { url: URL, types: ['warehouse.inventory.moved'] }, 'types.0'],
    ['a test for a type', { url: URL, types: ['warehouse.inventory.test'] }, 'types.0'],
    [
      'a type twice',
      { url: URL, types: ['warehouse.inventory.expired', 'warehouse.inventory.expired'] },
      'types',
    ],
    ['an empty description', { url: URL, description: '' }, 'description'],
    ['a secret of its own', { url: URL, secret: 'whsec_abc' }, ''],
    ['enabled', { url: URL, enabled: false }, ''],
  ])('with %s is refused', async (_what, body, path) => {
    const reply = await create(body);
    expect(reply).toMatchObject(refused(400, 'validation_failed'));
    expect(reply.body).toMatchObject({ errors: [{ path }] });
    expect((await list()).data).toEqual([]);
  });
});

describe('a change', () => {
  test('leaves what it does not name as it is, and null clears', async () => {
    const { id } = await made({ types: ['warehouse.inventory.expired'], description: 'the shop' });
    const before = await read(id);
    const { status, body } = await put(id, {});
    expect(status).toBe(200);
    expect(body).toEqual({ ...before, updated_at: expect.any(String) });
    const url = 'https://other.example.com/';
    expect((await put(id, { url, types: null, description: null })).body).toMatchObject({
      url,
      types: null,
      description: null,
      enabled: true,
    });
  });

  test('disables, with the name of the caller, enables again, and clears the failures', async () => {
    const { id } = await made();
    const disabled = { enabled: false, disabled_reason: 'disabled by anonymous' };
    expect((await put(id, { enabled: false })).body).toMatchObject(disabled);
    expect((await put(id, { description: 'x' })).body).toMatchObject(disabled);
    await api.context.database.prisma.$executeRaw`
      UPDATE webhook_endpoints
      SET disabled_reason = 'answered 410', failures_in_a_row = 12, resting_until = clock_timestamp() + interval '1 day'`;
    expect((await put(id, { enabled: false })).body).toMatchObject({ disabled_reason: 'answered 410' });
    const enabled = { enabled: true, disabled_reason: null, failures_in_a_row: 0, resting_until: null };
    expect((await put(id, { enabled: null })).body).toMatchObject(enabled);
  });

  test.each([
    [{ url: null }, 'url'],
    [{ url: 'http://shop.example.com/' }, 'url'],
    [{ url: 'https://10.0.0.1/' }, 'url'],
    [{ types: [] }, 'types'],
    [{ types: ['everything'] }, 'types.0'],
    [{ enabled: 'true' }, 'enabled'],
    [{ secret: 'whsec_abc' }, ''],
    [{ enable: true }, ''],
  ])('to %j is refused', async (body, path) => {
    const { id } = await made();
    const before = await read(id);
    const reply = await put(id, body);
    expect(reply).toMatchObject(refused(400, 'validation_failed'));
    expect(reply.body).toMatchObject({ errors: [{ path }] });
    expect(await read(id)).toEqual(before);
  });
});

test('another secret is given by a rotation, and the one before is shown as valid for a day', async () => {
  const { id, secret } = await made();
  const key = { 'Idempotency-Key': 'rotate-1' };
  const rotate = (headers = {}) => api.call('post', `${PATH}/${id}/rotate-secret`, undefined, headers);
  const reply = await rotate(key);
  expect(reply.status).toBe(200);
  const rotated = webhookSecretAnswer.parse(reply.body);
  expect(rotated.secret).not.toBe(secret);
  const hours = (Date.parse(rotated.previous_secret_until ?? '') - Date.now()) / 3_600_000;
  expect(hours).toBeCloseTo(24, 1);
  expect((await rotate(key)).body).toEqual({ ...rotated, ...WITHOUT_SECRET });
  expect(webhookSecretAnswer.parse((await rotate()).body).secret).not.toBe(rotated.secret);
});

test('endpoints are listed newest first, page by page', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) ids.unshift((await made()).id);
  const first = await list('?limit=2');
  const second = await list(`?limit=2&cursor=${first.next_cursor}`);
  const third = await list(`?limit=2&cursor=${second.next_cursor}`);
  expect([first, second, third].map(({ data }) => data.map(({ id }) => id))).toEqual([
    ids.slice(0, 2),
    ids.slice(2, 4),
    ids.slice(4),
  ]);
  expect(third.next_cursor).toBeNull();
});

test('a deleted endpoint is gone, and the answer is empty', async () => {
  const { id } = await made();
  const reply = await api.call('delete', `${PATH}/${id}`);
  expect({ status: reply.status, length: reply.headers['content-length'] }).toEqual({ status: 204 });
  expect(await api.call('delete', `${PATH}/${id}`)).toMatchObject(refused(404, 'not_found'));
  expect((await list()).data).toEqual([]);
});

const bodyOf = (method: string, path: string) =>
  path === '/replay' ? { event_id: NOBODY } : method === 'put' ? { url: URL } : undefined;

describe('an endpoint that does not exist', () => {
  const CALLS = [
    ['get', ''],
    ['put', ''],
    ['delete', ''],
    ['post', '/rotate-secret'],
    ['post', '/test'],
    ['get', '/deliveries'],
    ['post', '/replay'],
  ] as const;
  test.each(CALLS)('%s …%s', async (method, path) => {
    const reply = await api.call(method, `${PATH}/${NOBODY}${path}`, bodyOf(method, path));
    expect(reply).toMatchObject(refused(404, 'not_found'));
    const malformed = await api.call(method, `${PATH}/17${path}`, bodyOf(method, path));
    expect(malformed).toMatchObject(refused(400, 'validation_failed'));
  });
});

test('where it is allowed, an endpoint may be http, and in private', async () => {
  const open = await startApi({ DATABASE_URL: api.databaseUrl, WEBHOOK_ALLOW_PRIVATE: 'true' });
  expect((await open.call('post', PATH, { url: 'http://localhost:4000/hooks' })).status).toBe(201);
  expect(await open.call('post', PATH, { url: 'ftp://localhost/' })).toMatchObject(
    refused(400, 'validation_failed'),
  );
  await open.close();
  await expect(startApi({ DATABASE_URL: api.databaseUrl, WEBHOOK_ALLOW_PRIVATE: 'yes' })).rejects.toThrow(
    'WEBHOOK_ALLOW_PRIVATE: must be true or false',
  );
});
