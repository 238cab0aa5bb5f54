import { once } from 'node:events';
import { connect } from 'node:net';
import { exchange, readReply } from '../testing/exchange.ts';
import { apiOfSuite, checkProblem } from '../testing/start-api.ts';

// What is wrong with a request besides its body: path, query, headers, and what a client library would never send.

const api = apiOfSuite();
beforeAll(async () => {
  await api.call('put', '/v1/locations/L', {});
  await api.call('put', '/v1/skus/MUG', {});
  await api.call('put', '/v1/stock-levels/MUG/L', { on_hand: 1_000 });
});

const good = { lines: [{ sku: 'MUG', quantity: 1 }] };

afterEach(async () => {
  expect(await api.call('post', '/v1/reservations', good)).toMatchObject({ status: 201 });
});

const ID = '0199b0c4-0000-7000-8000-000000000000';
const refused = (status: number, code: string) => ({ status, body: { code } });

describe('a path that is not there is not found', () => {
  test.each([
    ['post', '/'],
    ['get', '/v1'],
    ['get', '/v2/reservations'],
    ['post', '/V1/reservations'],
    ['post', '/v1/reservations/'],
    ['get', `/v1/reservations/${ID}/`],
    ['get', `/v1/reservations/${ID}/lines`],
    ['post', `/v1/reservations/${ID}/confirm/now`],
    ['get', '/v1//availability'],
    ['get', '/.env'],
    ['get', '/docs/nothing'],
    ['get', '/docs/..%2f..%2fpackage.json'],
    ['get', '/ops'],
    ['get', '/problems/no-such-code'],
  ] as const)('%s %s', async (method, path) => {
    expect(await api.call(method, path)).toMatchObject(refused(404, 'not_found'));
  });
});

describe('a wrong method on a known path is not found', () => {
  test.each([
    ['put', '/v1/reservations'],
    ['get', '/v1/reservations/batch'],
    ['put', '/v1/reservations/batch'],
    ['delete', `/v1/reservations/${ID}`],
    ['post', `/v1/reservations/${ID}`],
    ['get', `/v1/reservations/${ID}/confirm`],
    ['put', `/v1/reservations/${ID}/release`],
    ['get', `/v1/reservations/${ID}/extend`],
    ['put', `/v1/reservations/${ID}/fulfill`],
    ['delete', `/v1/reservations/${ID}/cancel`],
    ['put', '/v1/reservations/batch'],
    ['post', '/v1/skus/MUG'],
    ['post', '/v1/locations/L'],
    ['post', '/v1/stock-levels/MUG/L'],
    ['post', '/v1/availability'],
    ['put', '/v1/items/MUG/availability'],
    ['get', '/v1/workers/reconcile-stale'],
    ['delete', `/v1/reconciliation-runs/${ID}`],
    ['post', '/healthz'],
    ['delete', '/readyz'],
    ['post', '/metrics'],
    ['post', '/openapi.json'],
    ['post', '/asyncapi.json'],
    ['post', '/schemas'],
    ['get', '/schemas/warehouse.inventory.moved.json'],
    ['post', '/docs'],
    ['post', '/docs/'],
    ['options', '/v1/reservations'],
    ['options', '/healthz'],
  ] as const)('%s %s', async (method, path) => {
    expect(await api.call(method, path)).toMatchObject(refused(404, 'not_found'));
  });
});

describe('a malformed parameter', () => {
  const many = Array.from({ length: 201 }, () => 'sku=MUG').join('&');
  test.each([
    ['an id that is no UUID', 'get', '/v1/reservations/o-1001', 'id'],
    ['an id with something after it', 'get', `/v1/reservations/${ID}0`, 'id'],
    ['SQL for an id', 'post', "/v1/reservations/'%20OR%20true--/release", 'id'],
    ['an id that is no UUID, to extend', 'post', '/v1/reservations/o-1001/extend', 'id'],
    ['an id that is no UUID, to fulfill', 'post', '/v1/reservations/o-1001/fulfill', 'id'],
    ['an id that is no UUID, to cancel', 'post', '/v1/reservations/o-1001/cancel', 'id'],
    ['an encoded slash in an id', 'get', '/v1/reservations/a%2Fb', 'id'],
    ['a SKU with a NUL', 'get', '/v1/items/A%00/availability', 'sku'],
    ['a SKU of 256', 'put', `/v1/skus/${'x'.repeat(256)}`, 'sku'],
    ['a URL of 8 kB', 'put', `/v1/skus/${'x'.repeat(8_000)}`, 'sku'],
    ['a location of 256', 'put', `/v1/locations/${'x'.repeat(256)}`, 'location'],
    ['an encoding that is none', 'get', '/v1/items/%ZZ/availability', ''],
    ['an encoding of no UTF-8', 'put', '/v1/skus/%C3%28', ''],
    ['an encoding that is cut off', 'get', '/v1/reservations/%E0%A4%A', ''],
    ['limit 0', 'get', '/v1/availability?limit=0', 'limit'],
    ['limit 201', 'get', '/v1/availability?limit=201', 'limit'],
    ['limit abc', 'get', '/v1/availability?limit=abc', 'limit'],
    ['limit -1', 'get', '/v1/availability?limit=-1', 'limit'],
    ['limit 1.5', 'get', '/v1/availability?limit=1.5', 'limit'],
    ['limit 1e1', 'get', '/v1/availability?limit=1e1', 'limit'],
    ['an empty limit', 'get', '/v1/availability?limit=', 'limit'],
    ['two limits', 'get', '/v1/availability?limit=1&limit=2', 'limit'],
    ['a broken cursor', 'get', '/v1/availability?cursor=abc', 'cursor'],
    ['an empty cursor', 'get', '/v1/availability?cursor=', 'cursor'],
    [
      'a cursor of something else',
      'get',
      `/v1/availability?cursor=${Buffer.from('[5]').toString('base64url')}`,
      'cursor',
    ],
    [
      'a cursor with a NUL',
      'get',
      `/v1/availability?cursor=${Buffer.from('["\\u0000"]').toString('base64url')}`,
      'cursor',
    ],
    ['a long cursor', 'get', `/v1/availability?cursor=${'a'.repeat(2_000)}`, 'cursor'],
    [
      'a cursor with a SKU',
      'get',
      `/v1/availability?sku=MUG&cursor=${Buffer.from('["A"]').toString('base64url')}`,
      'cursor',
    ],
    ['an unknown query parameter', 'get', '/v1/availability?skus=MUG', ''],
    ['an empty SKU', 'get', '/v1/availability?sku=', 'sku'],
    ['a SKU with brackets', 'get', '/v1/availability?sku[]=MUG', ''],
    ['201 SKUs', 'get', `/v1/availability?${many}`, 'sku'],
    [
      '2,000 SKUs',
      'get',
      `/v1/availability?${Array.from({ length: 1_600 }, () => 'sku=MUG').join('&')}`,
      'sku',
    ],
  ] as const)('%s is refused', async (_what, method, path, errorPath) => {
    const reply = await api.call(method, path, method === 'get' ? undefined : {});
    expect(reply).toMatchObject(refused(400, 'validation_failed'));
    expect(reply.body).toMatchObject({ errors: [{ path: errorPath }] });
  });
});

const requestIdFor = async (sent?: string, path = '/healthz') => {
  const reply = await api.call('get', path, undefined, sent === undefined ? {} : { 'X-Request-Id': sent });
  return reply.headers['x-request-id'];
};

describe('X-Request-Id', () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

  test.each(['abc', 'A-1_b.c:d', 'x'.repeat(128), ID])('%s is the answer’s too', async (sent) => {
    expect(await requestIdFor(sent)).toBe(sent);
    expect(await requestIdFor(sent, '/nowhere')).toBe(sent);
    expect(await requestIdFor(sent, '/metrics')).toBe(sent);
    expect(await requestIdFor(sent, '/docs/')).toBe(sent);
    expect(await requestIdFor(sent, '/ops/queues')).toBe(sent);
  });

  test.each(['', 'a b', 'a"b', '<script>', '../x', 'x'.repeat(129), 'é', '{}', 'a,b'])(
    '%j is replaced',
    async (sent) => {
      expect(await requestIdFor(sent)).toMatch(uuid);
    },
  );

  test('is given to each request that has none', async () => {
    expect(await requestIdFor()).toMatch(uuid);
    expect(await requestIdFor()).not.toBe(await requestIdFor());
  });
});

test('HEAD answers as GET does, without the body', async () => {
  expect(await api.call('head', '/healthz')).toMatchObject({ status: 200, body: {} });
});

const ask = async (bytes: string) => readReply(await exchange(api.url, bytes));

describe('bytes that no client library would send', () => {
  const body = JSON.stringify(good);
  const post = (headers: string[], sent = body) =>
    ['POST /v1/reservations HTTP/1.1', 'Host: localhost', 'Connection: close', ...headers, '', sent].join(
      '\r\n',
    );
  const length = `Content-Length: ${body.length}`;
  const json = 'Content-Type: application/json';

  test.each([
    ['a body without a content type', post([length]), 415, 'unsupported_media_type'],
    [
      'two keys that differ',
      post([json, length, 'Idempotency-Key: a', 'Idempotency-Key: b']),
      400,
      'validation_failed',
    ],
    [
      'an unknown method',
      'PURGE /v1/reservations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      404,
      'not_found',
    ],
    [
      'a whole URL for a path',
      'GET http://x/nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      404,
      'not_found',
    ],
    [
      'a path of two slashes',
      'GET //x/y HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      404,
      'not_found',
    ],
  ])('%s', async (_what, bytes, status, code) => {
    const reply = await ask(bytes);
    expect(reply).toMatchObject(refused(status, code));
    checkProblem(reply);
  });

  test('a chunked body works; an empty one is none', async () => {
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    expect(await ask(post([json, 'Transfer-Encoding: chunked'], chunk))).toMatchObject({ status: 201 });
    const empty = await ask(post([json, 'Transfer-Encoding: chunked'], '0\r\n\r\n'));
    expect(empty).toMatchObject(refused(400, 'validation_failed'));
  });

  test.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    [
      'a URL of 100 kB',
      `GET /v1/items/${'x'.repeat(100_000)}/availability HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      431,
    ],
    ['two lengths', post([json, 'Content-Length: 5', 'Content-Length: 6']), 400],
  ])('%s ends that connection only', async (_what, bytes, status) => {
    expect(await ask(bytes)).toMatchObject({ status });
  });

  test('a body that never ends leaves the others alone', async () => {
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    socket.write(post([json, 'Content-Length: 1000'], '{"lines"'));
    await once(socket, 'connect');
    expect(await api.call('post', '/v1/reservations', good)).toMatchObject({ status: 201 });
    socket.destroy();
  });
});
