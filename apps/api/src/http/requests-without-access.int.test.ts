import { ofSuite } from '@holdfast/testing';
import { openGuardedApi } from '../testing/guarded-api.ts';
import { exchange, readReply } from '../testing/exchange.ts';
import { checkProblem } from '../testing/start-api.ts';

// Requests without a key that allows them, with the hot router and without. None of them changes anything.

let urls: string[];
let before: string;

const guarded = ofSuite(() => openGuardedApi());
beforeAll(async () => {
  urls = [
    await guarded.openServer({ withHotRouter: true }),
    await guarded.openServer({ withHotRouter: false }),
  ];
  before = await guarded.fingerprint();
});

afterEach(async () => {
  expect(await guarded.fingerprint()).toBe(before);
});

const RESERVATION = '{"lines":[{"sku":"MUG","quantity":1}]}';
const ID = '0199b0c4-0000-7000-8000-000000000000';

/** `{shop}` and the like stand for keys, `{basic:shop}` for the password of a user x. */
function fill(text: string): string {
  const keys = new Map(Object.entries(guarded.keys));
  return text
    .replaceAll(/\{basic:(\w+)\}/g, (_all, name: string) =>
      Buffer.from(`x:${keys.get(name)}`).toString('base64'),
    )
    .replaceAll(/\{(\w+)\}/g, (_all, name: string) => keys.get(name) ?? '');
}

async function attempt(url: string, line: string, headers: readonly string[]) {
  const [method] = line.split(' ');
  const body = method === 'POST' || method === 'PUT' || method === 'PATCH' ? RESERVATION : '';
  const sent = [
    `${line} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    ...headers,
    '',
    body,
  ];
  return readReply(await exchange(url, fill(sent.join('\r\n'))));
}

type Attempt = readonly [what: string, line: string, headers: readonly string[]];

/** One row for each request of a group. The group has the expected answer. */
const UNKNOWN: readonly Attempt[] = [
  ['no key', 'POST /v1/reservations', []],
  ['a wrong key', 'POST /v1/reservations', [`Authorization: Bearer hf_${'A'.repeat(43)}`]],
  ['an empty key', 'POST /v1/reservations', ['Authorization: Bearer ']],
  ['only the word Bearer', 'POST /v1/reservations', ['Authorization: Bearer']],
  ['a key without the word Bearer', 'POST /v1/reservations', ['Authorization: {shop}']],
  ['a key with something before it', 'POST /v1/reservations', ['Authorization: Bearer x{shop}']],
  ['a key with something after it', 'POST /v1/reservations', ['Authorization: Bearer {shop}x']],
  ['a key and a word after it', 'POST /v1/reservations', ['Authorization: Bearer {shop} x']],
  ['two keys with a comma', 'POST /v1/reservations', ['Authorization: Bearer {shop},{all}']],
  ['a key in quotes', 'POST /v1/reservations', ['Authorization: Bearer "{shop}"']],
  ['a key of 20 kB', 'POST /v1/reservations', [`Authorization: Bearer ${'x'.repeat(10_000)}`]],
  ['its name', 'POST /v1/reservations', ['Authorization: Bearer shop']],
  ['an entry of API_KEYS', 'POST /v1/reservations', ['Authorization: Bearer shop/reservations:write']],
  ['another scheme', 'POST /v1/reservations', ['Authorization: Digest {shop}']],
  ['a password where only Bearer is taken', 'POST /v1/reservations', ['Authorization: Basic {basic:shop}']],
  [
    'two Authorization headers',
    'POST /v1/reservations',
    ['Authorization: Bearer {shop}', 'Authorization: Bearer x'],
  ],
  [
    'the same in the other order',
    'POST /v1/reservations',
    ['Authorization: Bearer x', 'authorization: Bearer {shop}'],
  ],
  ['a key in the query', 'GET /v1/reservations?api_key={shop}&access_token={shop}', []],
  ['a key in the URL', 'GET http://x:{shop}@holdfast.test/v1/reservations', []],
  ['a key in another header', 'GET /v1/reservations', ['X-Api-Key: {shop}', 'Api-Key: {shop}']],
  ['a key in a cookie', 'GET /v1/reservations', ['Cookie: authorization=Bearer {shop}']],
  ['the proxy’s header', 'GET /v1/reservations', ['Proxy-Authorization: Bearer {shop}']],
  ['to be from this machine', 'GET /v1/reservations', ['X-Forwarded-For: 127.0.0.1', 'X-Real-IP: ::1']],
  ['to have asked for an open path', 'GET /v1/reservations', ['X-Original-URL: /healthz']],
  ['to override the path', 'GET /v1/reservations', ['X-Rewrite-URL: /docs', 'X-Forwarded-Prefix: /docs']],
  ['to read one', `GET /v1/reservations/${ID}`, []],
  ['an id that is none', 'GET /v1/reservations/%ZZ', []],
  ['to upload a file', 'POST /v1/stock-imports', []],
  ['metrics', 'GET /metrics', []],
  ['HEAD', 'HEAD /v1/reservations', []],
  ['OPTIONS', 'OPTIONS /v1/reservations', []],
  ['OPTIONS of what is open', 'OPTIONS /healthz', []],
  ['OPTIONS of everything', 'OPTIONS *', []],
  ['TRACE', 'TRACE /v1/reservations', []],
  ['an unknown method', 'PURGE /v1/reservations', []],
  ['another method on what is open', 'POST /healthz', []],
  ['a path that does not exist', 'GET /v1/secrets', []],
  ['the root', 'GET /', []],
  ['a file of the repository', 'GET /.env', []],
  ['out of the documents', 'GET /docs/../v1/reservations', []],
  ['the same, encoded', 'GET /docs/%2e%2e/v1/reservations', []],
  ['out of their directory', 'GET /docs/..%2f..%2fpackage.json', []],
  ['a schema that does not exist', 'GET /schemas/warehouse.inventory.moved.json', []],
  ['a schema of every object', 'GET /schemas/__proto__.json', []],
  ['out of the schemas', 'GET /schemas/../v1/reservations', []],
  ['out of their directory', 'GET /schemas/..%2f..%2fpackage.json', []],
  ['out of the health path', 'GET /healthz/../v1/reservations', []],
  ['a health path with a slash', 'GET /healthz/', []],
  ['a health path with a parameter', 'GET /healthz;/v1/reservations', []],
  ['a health path with a NUL', 'GET /healthz%00', []],
  ['an encoded slash', 'GET /v1%2freservations', []],
  ['two slashes', 'GET //v1/reservations', []],
  ['a dot', 'GET /./v1/reservations', []],
  ['capitals', 'GET /V1/RESERVATIONS', []],
  ['the board with two slashes', 'GET //ops/queues', []],
  ['the board with two slashes inside', 'GET /ops//queues/api/queues', []],
  ['the board with an encoded slash', 'GET /ops%2fqueues/api/queues', []],
  ['the board with a dot', 'GET /ops/queues./api/queues', []],
  ['the board by way of the documents', 'GET /docs/../ops/queues/api/queues', []],
  ['the board by way of the health path', 'GET /healthz/..;/ops/queues', []],
  ['the board with a backslash', 'GET /ops\\queues', []],
  ['the board by its encoded name', 'GET /%6fps/queues', []],
];

const UNKNOWN_TO_THE_BOARD: readonly Attempt[] = [
  ['no key', 'GET /ops/queues', []],
  ['a slash', 'GET /ops/queues/', []],
  ['capitals', 'GET /OPS/Queues', []],
  ['its data', 'GET /ops/queues/api/queues', []],
  ['a file of its page', 'GET /ops/queues/static/favicon.ico', []],
  ['dots', 'GET /ops/queues/../queues', []],
  ['encoded dots', 'GET /ops/queues/%2e%2e/%2e%2e/healthz', []],
  ['out of its files', 'GET /ops/queues/static/..%2f..%2f..%2fpackage.json', []],
  ['a whole URL', 'GET http://holdfast.test/ops/queues', []],
  ['a key in the query', 'GET /ops/queues?key={operator}', []],
  ['a wrong password', 'GET /ops/queues', [`Authorization: Basic ${btoa('admin:admin')}`]],
  ['no password', 'GET /ops/queues', [`Authorization: Basic ${btoa('admin:')}`]],
  ['a user and nothing more', 'GET /ops/queues', [`Authorization: Basic ${btoa('admin')}`]],
  ['what is not base64', 'GET /ops/queues', ['Authorization: Basic {operator}']],
  ['the key as the user', 'GET /ops/queues', [`Authorization: Basic ${btoa('{operator}:')}`]],
  ['to pause a queue', 'PUT /ops/queues/api/queues/expiry/pause', []],
  ['OPTIONS with a method to come', 'POST /ops/queues/api/queues/expiry/add', ['X-Method-Override: GET']],
];

const WITHOUT_THE_SCOPE: readonly Attempt[] = [
  ['to sell with a stock key', 'POST /v1/reservations', ['Authorization: Bearer {clerk}']],
  ['to read orders with a stock key', 'GET /v1/reservations', ['Authorization: Bearer {clerk}']],
  ['to set stock with a shop’s key', 'PUT /v1/stock-levels/MUG/L', ['Authorization: Bearer {shop}']],
  ['to read stock with a shop’s key', 'GET /v1/availability', ['Authorization: Bearer {shop}']],
  ['to load a file with a shop’s key', 'POST /v1/stock-imports', ['Authorization: Bearer {shop}']],
  [
    'to reconcile with a key for seeing',
    'POST /v1/workers/reconcile-stale',
    ['Authorization: Bearer {watcher}'],
  ],
  ['to see runs with a shop’s key', `GET /v1/reconciliation-runs/${ID}`, ['Authorization: Bearer {shop}']],
  ['metrics with a shop’s key', 'GET /metrics', ['Authorization: Bearer {shop}']],
  ['HEAD with another key', 'HEAD /v1/reservations', ['Authorization: Bearer {clerk}']],
  ['the board with a shop’s key', 'GET /ops/queues', ['Authorization: Bearer {shop}']],
  ['the board with a shop’s password', 'GET /ops/queues', ['Authorization: Basic {basic:shop}']],
  ['to pause a queue', 'PUT /ops/queues/api/queues/expiry/pause', ['Authorization: Bearer {watcher}']],
  ['to pause all', 'PUT /ops/queues/api/queues/pause', ['Authorization: Basic {basic:watcher}']],
  ['to add a job', 'POST /ops/queues/api/queues/expiry/add', ['Authorization: Bearer {watcher}']],
  ['to change a job', 'PATCH /ops/queues/api/queues/expiry/1/delay', ['Authorization: Bearer {watcher}']],
  ['DELETE, which the board does not know', 'DELETE /ops/queues/api', ['Authorization: Bearer {watcher}']],
  [
    'a method that is overridden',
    'POST /ops/queues/api/queues/pause',
    ['Authorization: Bearer {watcher}', 'X-HTTP-Method-Override: GET'],
  ],
  ['capitals', 'PUT /OPS/QUEUES/api/queues/expiry/pause', ['Authorization: Bearer {watcher}']],
];

const NOT_THERE: readonly Attempt[] = [
  ['a path that does not exist', 'GET /v1/secrets', ['Authorization: Bearer {all}']],
  ['TRACE', 'TRACE /v1/reservations', ['Authorization: Bearer {all}']],
  ['OPTIONS', 'OPTIONS /v1/reservations', ['Authorization: Bearer {all}']],
  ['another method', 'DELETE /v1/reservations', ['Authorization: Bearer {all}']],
  [
    'a method that is overridden',
    'DELETE /v1/reservations',
    ['Authorization: Bearer {all}', 'X-HTTP-Method-Override: POST'],
  ],
  ['the board with two slashes', 'GET //ops/queues', ['Authorization: Bearer {all}']],
  ['the board’s neighbour', 'GET /ops/queue', ['Authorization: Bearer {all}']],
  ['out of the board’s files', 'GET /ops/queues/static/..%2f..%2findex.ejs', ['Authorization: Bearer {all}']],
];

describe.each([
  { group: 'is not known', attempts: UNKNOWN, status: 401, code: 'unauthorized', challenge: 'Bearer' },
  {
    group: 'is not known to the board',
    attempts: UNKNOWN_TO_THE_BOARD,
    status: 401,
    code: 'unauthorized',
    challenge: 'Basic realm="Holdfast", charset="UTF-8"',
  },
  { group: 'is known, without the scope', attempts: WITHOUT_THE_SCOPE, status: 403, code: 'forbidden' },
  { group: 'has every scope', attempts: NOT_THERE, status: 404, code: 'not_found' },
])('a request that $group is answered $status', ({ attempts, status, code, challenge }) => {
  test.each(attempts)('%s: %s', async (_what, line, headers) => {
    for (const url of urls) {
      const reply = await attempt(url, line, headers);
      expect({ server: urls.indexOf(url), ...reply }).toMatchObject({ status });
      expect(reply.headers['www-authenticate']).toBe(challenge);
      if (line.startsWith('HEAD')) continue;
      expect(reply.body).toMatchObject({ code });
      checkProblem(reply);
    }
  });
});

test('a refusal names the scope that is missing', async () => {
  const reply = await attempt(urls[0] ?? '', 'GET /v1/availability', ['Authorization: Bearer {shop}']);
  expect(reply.body).toMatchObject({
    detail: expect.stringMatching(/^This key does not have the scope stock:read\. It has: /),
  });
});

test('it is refused before its body is read, however long that is', async () => {
  const head =
    'POST /v1/reservations HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 900000\r\n\r\n';
  for (const url of urls) expect(readReply(await exchange(url, head))).toMatchObject({ status: 401 });
});

test.each([
  '/healthz',
  '/readyz',
  '/openapi.json',
  '/docs',
  '/docs/scalar.js',
  '/problems',
  '/problems/sku-not-found',
  '/asyncapi.json',
  '/schemas',
  '/schemas/warehouse.inventory.reserved.json',
])('%s is open', async (path) => {
  for (const url of urls) {
    const { status, headers } = await attempt(url, `GET ${path}`, []);
    expect([200, 301]).toContain(status);
    expect(headers['ratelimit']).toBeUndefined();
  }
});

test('the word Bearer may be written in any case, as HTTP has it; the key may not', async () => {
  for (const url of urls) {
    const anyCase = await attempt(url, 'GET /v1/reservations', ['authorization: bEARER {shop}']);
    expect(anyCase.status).toBe(200);
    const shouted = `Authorization: Bearer ${guarded.keys.shop.toUpperCase()}`;
    expect(await attempt(url, 'GET /v1/reservations', [shouted])).toMatchObject({ status: 401 });
  }
});
