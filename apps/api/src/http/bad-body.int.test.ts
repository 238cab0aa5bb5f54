import { gzipSync } from 'node:zlib';
import { apiOfSuite } from '../testing/start-api.ts';

const api = apiOfSuite();
beforeAll(async () => {
  await api.call('put', '/v1/locations/WH-EAST', {});
  await api.call('put', '/v1/skus/MUG', { max_per_reservation: 1_000 });
  await api.call('put', '/v1/stock-levels/MUG/WH-EAST', { on_hand: 1_000_000 });
});

/** After every bad request a good one must work. */
afterEach(async () => {
  const good = await api.call('post', '/v1/reservations', { lines: [{ sku: 'MUG', quantity: 1 }] });
  expect(good.status).toBe(201);
});

const line = { sku: 'MUG', quantity: 1 };
const withLine = (change: object) => ({ lines: [{ ...line, ...change }] });
const withField = (change: object) => ({ lines: [line], ...change });
const entries = (count: number, value: unknown = 'v') =>
  Object.fromEntries(Array.from({ length: count }, (_, number) => [`k${number}`, value]));
const lines = (count: number) => Array.from({ length: count }, () => line);
const long = 'x'.repeat(256);

/** Body of a create; its code; the path that `errors` must name. */
const BAD_BODIES: readonly [what: string, body: unknown, code: string, path?: string][] = [
  ['broken JSON', '{"lines": [', 'malformed_json'],
  ['JSON with something after it', '{"lines": []} x', 'malformed_json'],
  ['single quotes', "{'lines': []}", 'malformed_json'],
  ['NaN', '{"lines": [{"sku": "MUG", "quantity": NaN}]}', 'malformed_json'],
  ['only white space', '  \n ', 'malformed_json'],
  ['a byte that is no UTF-8 in a name', Buffer.from([0x7b, 0xff, 0x7d]), 'malformed_json'],

  ['no body', undefined, 'validation_failed', 'lines'],
  ['null for a body', 'null', 'validation_failed'],
  ['an array for a body', '[]', 'validation_failed'],
  ['text for a body', '"lines"', 'validation_failed'],
  ['a number for a body', '7', 'validation_failed'],

  ['an unknown field', withField({ ttl: 5 }), 'validation_failed'],
  ['a field of another spelling', withField({ Order_Id: 'o-1' }), 'validation_failed'],
  ['an unknown field in a line', withLine({ qty: 2 }), 'validation_failed', 'lines.0'],
  ['a field that only answers have', withField({ status: 'confirmed' }), 'validation_failed'],
  [
    '__proto__ at the top',
    '{"lines":[{"sku":"MUG","quantity":1}],"__proto__":{"confirm":true}}',
    'validation_failed',
  ],
  [
    '__proto__ in a line',
    '{"lines":[{"sku":"MUG","quantity":1,"__proto__":{"location":"X"}}]}',
    'validation_failed',
    'lines.0',
  ],
  ['constructor at the top', withField({ constructor: { prototype: {} } }), 'validation_failed'],

  ['no lines', {}, 'validation_failed', 'lines'],
  ['empty lines', { lines: [] }, 'validation_failed', 'lines'],
  ['101 lines', { lines: lines(101) }, 'validation_failed', 'lines'],
  ['lines that are an object', { lines: line }, 'validation_failed', 'lines'],
  ['a line that is null', { lines: [null] }, 'validation_failed', 'lines.0'],
  ['quantity 0', withLine({ quantity: 0 }), 'validation_failed', 'lines.0.quantity'],
  ['quantity -1', withLine({ quantity: -1 }), 'validation_failed', 'lines.0.quantity'],
  ['quantity 1.5', withLine({ quantity: 1.5 }), 'validation_failed', 'lines.0.quantity'],
  ['quantity 1e9', withLine({ quantity: 1e9 }), 'validation_failed', 'lines.0.quantity'],
  ['quantity 1,000,001', withLine({ quantity: 1_000_001 }), 'validation_failed', 'lines.0.quantity'],
  ['quantity 1e400', '{"lines":[{"sku":"MUG","quantity":1e400}]}', 'validation_failed', 'lines.0.quantity'],
  ['quantity "2"', withLine({ quantity: '2' }), 'validation_failed', 'lines.0.quantity'],
  ['quantity null', withLine({ quantity: null }), 'validation_failed', 'lines.0.quantity'],
  ['quantity true', withLine({ quantity: true }), 'validation_failed', 'lines.0.quantity'],
  ['no quantity', { lines: [{ sku: 'MUG' }] }, 'validation_failed', 'lines.0.quantity'],
  ['location null', withLine({ location: null }), 'validation_failed', 'lines.0.location'],
  ['location empty', withLine({ location: '' }), 'validation_failed', 'lines.0.location'],

  ['a SKU with a NUL', withLine({ sku: 'A\0B' }), 'validation_failed', 'lines.0.sku'],
  ['a lone surrogate', withLine({ sku: 'A\ud800' }), 'validation_failed', 'lines.0.sku'],
  ['a SKU that is a number', withLine({ sku: 5 }), 'validation_failed', 'lines.0.sku'],
  ['an empty SKU', withLine({ sku: '' }), 'validation_failed', 'lines.0.sku'],
  ['a SKU of 256', withLine({ sku: long }), 'validation_failed', 'lines.0.sku'],
  ...['order_id', 'cart_id', 'store_id', 'source', 'idempotency_key'].flatMap(
    (field): [string, unknown, string, string][] => [
      [`${field} of 256`, withField({ [field]: long }), 'validation_failed', field],
      [`${field} empty`, withField({ [field]: '' }), 'validation_failed', field],
      [`${field} null`, withField({ [field]: null }), 'validation_failed', field],
      [`${field} with a NUL`, withField({ [field]: '\0' }), 'validation_failed', field],
    ],
  ),

  ['ttl_seconds 0', withField({ ttl_seconds: 0 }), 'validation_failed', 'ttl_seconds'],
  [
    'ttl_seconds over the longest hold',
    withField({ ttl_seconds: 3_601 }),
    'validation_failed',
    'ttl_seconds',
  ],
  ['ttl_seconds "10"', withField({ ttl_seconds: '10' }), 'validation_failed', 'ttl_seconds'],
  ['ttl_seconds 1.5', withField({ ttl_seconds: 1.5 }), 'validation_failed', 'ttl_seconds'],
  ['ttl_seconds null', withField({ ttl_seconds: null }), 'validation_failed', 'ttl_seconds'],
  [
    'confirm with ttl_seconds',
    withField({ confirm: true, ttl_seconds: 5 }),
    'validation_failed',
    'ttl_seconds',
  ],
  ['confirm "yes"', withField({ confirm: 'yes' }), 'validation_failed', 'confirm'],
  ['confirm null', withField({ confirm: null }), 'validation_failed', 'confirm'],
  ['unknown sourcing', withField({ sourcing: 'nearest' }), 'validation_failed', 'sourcing'],
  ['sourcing null', withField({ sourcing: null }), 'validation_failed', 'sourcing'],

  ['21 entries of metadata', withField({ metadata: entries(21) }), 'validation_failed', 'metadata'],
  ['metadata with a number', withField({ metadata: entries(1, 5) }), 'validation_failed', 'metadata.k0'],
  ['metadata with null', withField({ metadata: entries(1, null) }), 'validation_failed', 'metadata.k0'],
  [
    'metadata with an empty string',
    withField({ metadata: entries(1, '') }),
    'validation_failed',
    'metadata.k0',
  ],
  [
    'metadata with a string of 256',
    withField({ metadata: entries(1, long) }),
    'validation_failed',
    'metadata.k0',
  ],
  ['metadata with a NUL in a name', withField({ metadata: { 'a\0': 'x' } }), 'validation_failed'],
  ['metadata with an object', withField({ metadata: { a: {} } }), 'validation_failed', 'metadata.a'],
  ['metadata that is an array', withField({ metadata: ['a'] }), 'validation_failed', 'metadata'],
  ['metadata null', withField({ metadata: null }), 'validation_failed', 'metadata'],

  ['a SKU that does not exist', withLine({ sku: 'NOPE' }), 'unknown_sku'],
  ['a SKU of another case', withLine({ sku: 'mug' }), 'unknown_sku'],
  ['SQL for a SKU', withLine({ sku: "MUG'; DROP TABLE skus; --" }), 'unknown_sku'],
  ['a pinned location that does not exist', withLine({ location: 'NOPE' }), 'unknown_location'],
  ['more than a reservation may have', withLine({ quantity: 1_001 }), 'quantity_limit_exceeded'],
  [
    'more than that, in several lines',
    { lines: [line, { ...line, quantity: 1_000 }] },
    'quantity_limit_exceeded',
  ],
  [
    'more than that, partly pinned',
    {
      lines: [
        { ...line, location: 'WH-EAST' },
        { ...line, quantity: 1_000 },
      ],
    },
    'quantity_limit_exceeded',
  ],
];

const rows = BAD_BODIES.map(([what, body, code, path]) => ({ what, body, code, path }));

test.each(rows)('a create with $what is refused', async ({ body, code, path }) => {
  const { body: problem } = await api.call('post', '/v1/reservations', body);
  expect(problem).toMatchObject({ code });
  if (path !== undefined) {
    expect(problem).toMatchObject({ errors: expect.arrayContaining([expect.objectContaining({ path })]) });
  }
});

/** A faulty body: its fault, its bytes, its headers, the code of the answer. */
const JSON_TYPE = { 'Content-Type': 'application/json' };
const good = JSON.stringify({ lines: [line] });
const BAD_SENDING: readonly [string, string | Buffer, Record<string, string>, string][] = [
  ['text/plain', good, { 'Content-Type': 'text/plain' }, 'unsupported_media_type'],
  ['a form', 'lines=1', { 'Content-Type': 'application/x-www-form-urlencoded' }, 'unsupported_media_type'],
  [
    'a type that only begins like JSON',
    good,
    { 'Content-Type': 'application/jsonx' },
    'unsupported_media_type',
  ],
  ['no type that can be read', good, { 'Content-Type': ';;' }, 'unsupported_media_type'],
  ['charset latin1', good, { 'Content-Type': 'application/json; charset=latin1' }, 'unsupported_media_type'],
  ['an unknown encoding', good, { ...JSON_TYPE, 'Content-Encoding': 'rot13' }, 'unsupported_media_type'],
  ['gzip that is none', good, { ...JSON_TYPE, 'Content-Encoding': 'gzip' }, 'validation_failed'],
  [
    'gzip that is cut off',
    gzipSync(good).subarray(0, 20),
    { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
    'validation_failed',
  ],
  ['2 MB', JSON.stringify(withField({ order_id: 'x'.repeat(2_000_000) })), {}, 'payload_too_large'],
  [
    '2 MB in 2 kB of gzip',
    gzipSync(' '.repeat(2_000_000)),
    { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
    'payload_too_large',
  ],
  [
    '2 MB that is announced wrongly',
    'x'.repeat(2_000_000),
    { 'Content-Type': 'text/plain' },
    'unsupported_media_type',
  ],
];

test.each(BAD_SENDING)('a body sent as %s is refused', async (_what, body, headers, code) => {
  const { body: problem } = await api.call('post', '/v1/reservations', body, headers);
  expect(problem).toMatchObject({ code });
});

/** The opposite: what looks odd and is right. */
const GOOD_SENDING: readonly [string, string | Buffer, Record<string, string>][] = [
  ['gzip', gzipSync(good), { ...JSON_TYPE, 'Content-Encoding': 'gzip' }],
  ['charset UTF-8', good, { 'Content-Type': 'Application/JSON; Charset="UTF-8"' }],
  ['a JSON type of its own', good, { 'Content-Type': 'application/vnd.shop+json' }],
  ['white space around it', ` \n${good}\n`, JSON_TYPE],
];

test.each(GOOD_SENDING)('a body sent with %s is taken', async (_what, body, headers) => {
  expect(await api.call('post', '/v1/reservations', body, headers)).toMatchObject({ status: 201 });
});

test('a body at the limits is accepted, and read back as it was sent', async () => {
  const text = '€'.repeat(255);
  const sent = {
    order_id: text,
    cart_id: "o'; --",
    store_id: '\u{1F680}',
    source: ' ',
    metadata: { ...entries(19), constructor: 'x' },
  };
  const { status, body } = await api.call('post', '/v1/reservations', {
    ...sent,
    lines: lines(100),
    ttl_seconds: 3_600,
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({ ...sent, lines: [{ sku: 'MUG', quantity: 100 }] });
});

test('a __proto__ in metadata pollutes nothing', async () => {
  const sent = '{"lines":[{"sku":"MUG","quantity":1}],"metadata":{"__proto__":"x","a":"b"}}';
  expect(await api.call('post', '/v1/reservations', sent)).toMatchObject({ body: { metadata: { a: 'b' } } });
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test('JSON that is nested 100,000 deep is refused', async () => {
  const deep = `{"lines":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  expect(await api.call('post', '/v1/reservations', deep)).toMatchObject({
    status: 400,
    body: {
      code: 'validation_failed',
      detail: 'The request is not valid: it may be nested at most 65 deep.',
    },
  });
});

test('a large body may have any brackets in its texts', async () => {
  const note = `"${'[{'.repeat(100)}\\`;
  const body = ' '.repeat(20_000) + JSON.stringify(withField({ metadata: { note } }));
  expect(await api.call('post', '/v1/reservations', body)).toMatchObject({
    status: 201,
    body: { metadata: { note } },
  });
});
