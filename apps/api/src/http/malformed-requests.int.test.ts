import { scaled, ofSuite } from '@holdfast/testing';
import { openGuardedApi } from '../testing/guarded-api.ts';
import { exchange, readReply } from '../testing/exchange.ts';
import { checkProblem } from '../testing/start-api.ts';

// Malformed requests, with a valid key or none, with the hot router and without. None of them changes anything.

let urls: string[];
let before: string;

const guarded = ofSuite(() => openGuardedApi());
beforeAll(async () => {
  const requestTimeoutMs = scaled(1_000);
  urls = [
    await guarded.openServer({ withHotRouter: true, requestTimeoutMs }),
    await guarded.openServer({ withHotRouter: false, requestTimeoutMs }),
  ];
  before = await guarded.fingerprint();
});

afterEach(async () => {
  expect(await guarded.fingerprint()).toBe(before);
  expect(Object.keys(Object.prototype)).toEqual([]);
  const read = ['GET /v1/availability?sku=MUG HTTP/1.1', ...HEAD, '', ''];
  for (const url of urls) expect(await send(url, read.join('\r\n'))).toMatchObject({ status: 200 });
});

const HEAD = ['Host: localhost', 'Connection: close', 'Authorization: Bearer {all}'];
const JSON_TYPE = 'Content-Type: application/json';
const ID = '0199b0c4-0000-7000-8000-000000000000';

const send = async (url: string, bytes: string) =>
  readReply(await exchange(url, bytes.replaceAll('{all}', guarded.keys.all)));

const get = (path: string, ...headers: string[]) =>
  [`GET ${path} HTTP/1.1`, ...HEAD, ...headers, '', ''].join('\r\n');
const sendBody = (line: string, body: string, ...headers: string[]) =>
  [
    `${line} HTTP/1.1`,
    ...HEAD,
    JSON_TYPE,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
    '',
    body,
  ].join('\r\n');
const create = (body: string, ...headers: string[]) => sendBody('POST /v1/reservations', body, ...headers);
const bytes = (...lines: string[]) => lines.join('\r\n');

const SQL = "'; DROP TABLE skus; --";
const sql = encodeURIComponent(SQL);
const noSuchSku = (change = '') => `{"lines":[{"sku":"NONE","quantity":1}]${change}}`;
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

/** What is tried; the bytes; the status and the code of the answer. No code: Node answers, or a list that is empty. */
const ATTEMPTS: readonly [what: string, bytes: string, status: number, code?: string][] = [
  ['SQL for an id', get(`/v1/reservations/${sql}`), 400, 'validation_failed'],
  ['SQL for a SKU in the path', get(`/v1/items/${sql}/availability`), 404, 'sku_not_found'],
  ['SQL for a SKU in the query', get(`/v1/availability?sku=${sql}`), 404, 'sku_not_found'],
  ['SQL for an order in the query', get(`/v1/reservations?order_id=${sql}`), 200],
  ['SQL for a status', get(`/v1/reservations?status=${sql}`), 400, 'validation_failed'],
  ['SQL for a limit', get(`/v1/skus?limit=1;${sql}`), 400, 'validation_failed'],
  ['SQL for a cursor', get(`/v1/skus?cursor=${btoa(SQL)}`), 400, 'validation_failed'],
  ['SQL for a parameter’s name', get(`/v1/skus?${sql}=1`), 400, 'validation_failed'],
  ['SQL for a SKU in a line', create(noSuchSku().replace('NONE', SQL)), 422, 'unknown_sku'],
  ['SQL for a quantity', create(noSuchSku().replace('1', `"${SQL}"`)), 400, 'validation_failed'],
  ['SQL for an order', create(noSuchSku(`,"order_id":"${SQL}"`)), 422, 'unknown_sku'],
  ['SQL in metadata', create(noSuchSku(`,"metadata":{"${SQL}":"${SQL}"}`)), 422, 'unknown_sku'],
  ['SQL for an idempotency key', create(noSuchSku(), `Idempotency-Key: ${SQL}`), 422, 'unknown_sku'],
  ['SQL for a request id', get('/v1/nowhere', `X-Request-Id: ${SQL}`), 404, 'not_found'],
  [
    'SQL for a version',
    sendBody('PUT /v1/stock-levels/MUG/L', '{"on_hand":1}', `If-Match: "${SQL}"`),
    400,
    'validation_failed',
  ],

  ['__proto__ in a body', create(noSuchSku(',"__proto__":{"confirm":true}')), 400, 'validation_failed'],
  [
    'constructor.prototype in a body',
    create(noSuchSku(',"constructor":{"prototype":{"confirm":true}}')),
    400,
    'validation_failed',
  ],
  [
    '__proto__ in a line',
    create('{"lines":[{"sku":"MUG","quantity":1,"__proto__":{"x":1}}]}'),
    400,
    'validation_failed',
  ],
  ['__proto__ in metadata', create(noSuchSku(',"metadata":{"__proto__":{"x":1}}')), 422, 'unknown_sku'],
  ['__proto__ in the query', get('/v1/skus?__proto__[isAdmin]=1'), 400, 'validation_failed'],
  ['constructor in the query', get('/v1/skus?constructor.prototype.x=1'), 400, 'validation_failed'],
  ['__proto__ for a SKU', get('/v1/items/__proto__/availability'), 404, 'sku_not_found'],

  ['a NUL in a path', get('/v1/items/A%00/availability'), 400, 'validation_failed'],
  ['a NUL in the query', get('/v1/availability?sku=A%00'), 400, 'validation_failed'],
  ['a NUL in a body', create(noSuchSku().replace('NONE', String.raw`A\u0000`)), 400, 'validation_failed'],
  ['a NUL in a header', get('/v1/skus', 'X-Request-Id: a\0b'), 400, 'validation_failed'],
  ['a NUL in the request line', get('/v1/skus\0'), 400, 'validation_failed'],
  ['JSON 100,000 deep', create(nested(100_000)), 400, 'validation_failed'],
  [
    'metadata 10,000 deep',
    create(noSuchSku(`,"metadata":{"a":${nested(10_000)}}`)),
    400,
    'validation_failed',
  ],
  [
    'a number of 100,000 digits',
    create(noSuchSku().replace(':1', `:${'9'.repeat(100_000)}`)),
    400,
    'validation_failed',
  ],
  ['one field twice', create(noSuchSku(',"lines":[]')), 400, 'validation_failed'],
  ['a body of 1 MB and a byte', create(noSuchSku().padEnd(1_000_001)), 413, 'payload_too_large'],
  [
    'a body that says it is 1 GB',
    create('', 'X: x').replace('Length: 0', 'Length: 1000000000'),
    413,
    'payload_too_large',
  ],
  [
    'a form',
    create('lines=1').replace('application/json', 'application/x-www-form-urlencoded'),
    415,
    'unsupported_media_type',
  ],
  [
    'text, as a page of another site could',
    create(noSuchSku()).replace('application/json', 'text/plain'),
    415,
    'unsupported_media_type',
  ],

  ['a line end in a header', get('/v1/skus', 'X-Request-Id: a\rX-Injected: b'), 400, 'validation_failed'],
  ['a header that goes on in the next line', get('/v1/skus', 'X-A: a', ' b: c'), 400, 'validation_failed'],
  ['a line end in the path', get('/v1/items/A%0d%0aX-Injected:%20b/availability'), 404, 'sku_not_found'],
  ['line ends without a return', get('/v1/skus').replaceAll('\r\n', '\n'), 400, 'validation_failed'],
  ['both lengths', create(noSuchSku(), 'Transfer-Encoding: chunked'), 400, 'validation_failed'],
  ['two lengths', create(noSuchSku(), 'Content-Length: 5'), 400, 'validation_failed'],
  ['a length with a sign', create('').replace('Length: 0', 'Length: +5'), 400, 'validation_failed'],
  ['a length with a comma', create('').replace('Length: 0', 'Length: 0, 5'), 400, 'validation_failed'],
  [
    'a blank before the colon',
    create('').replace('Content-Length: 0', 'Transfer-Encoding : chunked'),
    400,
    'validation_failed',
  ],
  [
    'chunked, but not last',
    create('').replace('Content-Length: 0', 'Transfer-Encoding: chunked, identity'),
    400,
    'validation_failed',
  ],
  [
    'a chunk whose length is none',
    bytes(
      create('').replace('Content-Length: 0\r\n\r\n', 'Transfer-Encoding: chunked'),
      '',
      'ZZ',
      '{}',
      '0',
      '',
      '',
    ),
    400,
  ],
  ['what is no HTTP', 'SSH-2.0-OpenSSH_9.0\r\n\r\n', 400, 'validation_failed'],
  ['HTTP/2 without asking', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'validation_failed'],
  ['HTTP/1.1 without a Host', get('/v1/skus').replace('Host: localhost\r\n', ''), 400],
  ['HTTP/1.0 without a Host, and without a key', 'GET /v1/skus HTTP/1.0\r\n\r\n', 401, 'unauthorized'],
  ['a tunnel', bytes('CONNECT example.org:443 HTTP/1.1', ...HEAD, '', ''), 0],
  ['another protocol', get('/v1/skus', 'Upgrade: websocket').replace('close', 'close, upgrade'), 200],

  ['a URL of 15,000 characters', get(`/v1/skus?x=${'x'.repeat(15_000)}`), 414, 'uri_too_long'],
  ['a URL of 20 kB', get(`/v1/skus?x=${'x'.repeat(20_000)}`), 431, 'headers_too_large'],
  ['a header of 20 kB', get('/v1/skus', `X-A: ${'x'.repeat(20_000)}`), 431, 'headers_too_large'],
  [
    '100 headers',
    get('/v1/skus', ...Array.from({ length: 100 }, (_, n) => `X-${n}: 1`)),
    431,
    'headers_too_large',
  ],
  [
    '1,000 headers',
    get('/v1/skus', ...Array.from({ length: 1_000 }, (_, n) => `X-${n}: 1`)),
    431,
    'headers_too_large',
  ],
  ['headers that never end', bytes('GET /v1/skus HTTP/1.1', ...HEAD, 'X-Slow: '), 408, 'request_timeout'],
  ['a request line that never ends', 'GET /v1/sk', 408, 'request_timeout'],
  ['a body that never ends', create('{"lines"').replace('Length: 8', 'Length: 900'), 408, 'request_timeout'],
  [
    'a chunk that never ends',
    bytes(create('').replace('Content-Length: 0\r\n\r\n', 'Transfer-Encoding: chunked'), '', 'ff', '{"li'),
    408,
    'request_timeout',
  ],
  ['a path out of the reservations', get(`/v1/reservations/..%2f..%2fmetrics`), 400, 'validation_failed'],
  [
    'a verb of an id that is none',
    sendBody(`POST /v1/reservations/${ID}x/confirm`, '{}'),
    400,
    'validation_failed',
  ],
];

test.each(ATTEMPTS.map(([what, sent, status, code]) => ({ what, sent, status, code })))(
  '$what: $status $code',
  async ({ sent, status, code }) => {
    for (const url of urls) {
      const reply = await send(url, sent);
      expect({ server: urls.indexOf(url), ...reply }).toMatchObject({ status });
      if (code === undefined) continue;
      expect(reply.body).toMatchObject({ code });
      checkProblem(reply);
    }
  },
);

test('a SQL payload in a query that is valid finds nothing', async () => {
  for (const url of urls) {
    const reply = await send(url, get(`/v1/reservations?order_id=${encodeURIComponent("' OR ''='")}`));
    expect(reply.body).toEqual({ data: [], next_cursor: null });
  }
});

test('no answer has a header that a request has injected', async () => {
  for (const url of urls) {
    const sent = get('/v1/nowhere%0d%0aX-Injected:%20b', 'X-Request-Id: a%0d%0aX-Injected: b');
    expect((await send(url, sent)).headers).not.toHaveProperty('x-injected');
  }
});
