import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { createMetrics, type RunningProcess } from '@holdfast/runtime';
import { startServer } from '../server.ts';
import { exchange } from '../testing/exchange.ts';
import { apiOfSuite } from '../testing/start-api.ts';

// The hot router and Express must answer alike, byte for byte, but for ids and times.

let express: RunningProcess;
const expressMetrics = createMetrics('api');

afterAll(() => express.stop());
const api = apiOfSuite();
beforeAll(async () => {
  const { context } = api;
  express = await startServer({ ...context, metrics: expressMetrics, opened: [] }, { withHotRouter: false });
  await api.stock('MUG', 1_000, 'L');
});

const CRLF = '\r\n';
const body = JSON.stringify({ order_id: 'o-1', lines: [{ sku: 'MUG', quantity: 1 }] });
const packed = (type: string, bytes: Buffer) =>
  request({ headers: [`Content-Encoding: ${type}`], sent: bytes });

interface Sent {
  readonly line?: string;
  readonly headers?: readonly string[];
  /** The `Content-Length`, if it is another than there is. Null: none. */
  readonly length?: number | null;
  readonly type?: string | null;
  readonly sent?: string | Buffer;
  readonly last?: boolean;
}

/** A request as bytes; the connection is closed after it unless there are more. */
function request(change: Sent = {}): Buffer {
  const { line = 'POST /v1/reservations HTTP/1.1', headers = [], sent = body, last = true } = change;
  const { length = Buffer.byteLength(sent), type = 'application/json' } = change;
  const head = [
    line,
    'Host: localhost',
    ...(last ? ['Connection: close'] : []),
    ...(type === null ? [] : [`Content-Type: ${type}`]),
    ...(length === null ? [] : [`Content-Length: ${length}`]),
    ...headers,
  ];
  return Buffer.concat([Buffer.from([...head, '', ''].join(CRLF)), Buffer.from(sent)]);
}

const chunked = (...parts: string[]) =>
  request({
    headers: ['Transfer-Encoding: chunked'],
    length: null,
    sent: [...parts, ''].map((part) => part.length.toString(16) + CRLF + part + CRLF).join(''),
  });

const noBody = { sent: '', length: null, type: null };

/** What is sent; the statuses of the answers. */
const REQUESTS: readonly [what: string, bytes: Buffer, ...statuses: number[]][] = [
  ['a good create', request(), 201],
  ['one with a key in the header', request({ headers: ['Idempotency-Key: "k-1"'] }), 201],
  ['the same key twice', request({ headers: ['Idempotency-Key: k-2', 'idempotency-key: k-2'] }), 201],
  ['a key with a comma', request({ headers: ['Idempotency-Key: a, b'] }), 201],
  ['a key reused', request({ headers: ['Idempotency-Key: k-1'], sent: body.replace('o-1', 'o-2') }), 422],
  ['two keys', request({ headers: ['Idempotency-Key: a', 'Idempotency-Key: b'] }), 400],
  ['an empty key', request({ headers: ['Idempotency-Key:'] }), 400],
  ['an id of its own', request({ headers: ['X-Request-Id: mine'] }), 201],
  ['an id that is not sane', request({ headers: ['X-Request-Id: <script>'] }), 201],
  ['malformed JSON', request({ sent: '{"lines"' }), 400],
  ['an unknown field', request({ sent: '{"lines":[],"ttl":5}' }), 400],
  ['null', request({ sent: 'null' }), 400],
  ['not enough stock', request({ sent: '{"lines":[{"sku":"MUG","quantity":5000}]}' }), 409],
  ['an unknown SKU', request({ sent: '{"lines":[{"sku":"NO","quantity":1}]}' }), 422],
  ['no body', request(noBody), 400],
  ['a body of no length', request({ sent: '' }), 400],
  ['a chunked body', chunked(body.slice(0, 5), body.slice(5)), 201],
  ['a chunked body of nothing', chunked(), 400],
  ['bytes that are no UTF-8', request({ sent: Buffer.from([0x22, 0xff, 0x22]) }), 400],
  ['a byte order mark', request({ sent: `\ufeff${body}` }), 201],
  ['no type', request({ type: null }), 415],
  ['another type', request({ type: 'text/plain' }), 415],
  ['a JSON type', request({ type: 'application/vnd.x+json;a="b"' }), 201],
  ['charset utf-8', request({ type: 'application/json; charset="UTF-8"' }), 201],
  ['an empty charset', request({ type: 'application/json; charset=' }), 201],
  ['charset latin1', request({ type: 'application/json; charset=latin1' }), 415],
  ['charset utf-16', request({ type: 'application/json; charset=utf-16' }), 415],
  ['gzip', packed('gzip', gzipSync(body)), 201],
  ['gzip in capitals', packed('GZIP', gzipSync(body)), 201],
  ['deflate', packed('deflate', deflateSync(body)), 201],
  ['brotli', packed('br', brotliCompressSync(body)), 201],
  ['identity', packed('identity', Buffer.from(body)), 201],
  ['gzip of nothing', packed('gzip', Buffer.alloc(0)), 400],
  ['gzip that is none', packed('gzip', Buffer.from(body)), 400],
  ['gzip that is cut off', packed('gzip', gzipSync(body).subarray(0, 30)), 400],
  ['2 MB in 2 kB of gzip', packed('gzip', gzipSync(' '.repeat(2_000_000))), 413],
  ['another encoding', packed('rot13', Buffer.from(body)), 415],
  ['1 MB', request({ sent: body.padEnd(1_000_000) }), 201],
  ['a byte more', request({ sent: body.padEnd(1_000_001) }), 413],
  ['a byte more, in chunks', chunked(body, ' '.repeat(1_000_001 - body.length)), 413],
  ['100-continue', request({ headers: ['Expect: 100-continue'] }), 100, 201],
  ['another expectation', request({ headers: ['Expect: cake'] }), 417],
  ['an unknown parameter', request({ line: 'POST /v1/reservations?a=b HTTP/1.1' }), 400],
  ['a query of a probe', request({ line: 'GET /healthz?a=b HTTP/1.1', ...noBody }), 200],
  ['an empty query', request({ line: 'POST /v1/reservations? HTTP/1.1' }), 201],
  ['a whole URL', request({ line: 'POST http://x/v1/reservations HTTP/1.1' }), 201],
  ['an encoded path', request({ line: 'POST /v1/%72eservations HTTP/1.1' }), 404],
  ['another case', request({ line: 'POST /v1/Reservations HTTP/1.1' }), 404],
  ['a trailing slash', request({ line: 'POST /v1/reservations/ HTTP/1.1' }), 404],
  ['PUT', request({ line: 'PUT /v1/reservations HTTP/1.1' }), 404],
  ['OPTIONS', request({ line: 'OPTIONS /v1/reservations HTTP/1.1', ...noBody }), 404],
  ['DELETE', request({ line: 'DELETE /v1/reservations HTTP/1.1', ...noBody }), 404],
  ['HTTP/1.0', request({ line: 'POST /v1/reservations HTTP/1.0' }), 201],
  ['GET of health', request({ line: 'GET /healthz HTTP/1.1', ...noBody }), 200],
  ['HEAD of health', request({ line: 'HEAD /healthz HTTP/1.1', ...noBody }), 200],
  ['a GET with a body', request({ line: 'GET /healthz HTTP/1.1' }), 200],
  [
    'three in a pipeline',
    Buffer.concat([request({ last: false }), request({ sent: '{', last: false }), request()]),
    201,
    400,
    201,
  ],
];

test.each(REQUESTS.map(([what, bytes, ...statuses]) => ({ what, bytes, statuses })))(
  'both routers answer $what alike, with $statuses',
  async ({ bytes, statuses }) => {
    const [fast, slow] = [await exchange(api.url, bytes), await exchange(express.url, bytes)];
    expect(withoutIdsAndTimes(fast)).toBe(withoutIdsAndTimes(slow));
    expect([...fast.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))).toEqual(statuses);
  },
);

test('both routers count requests under the same names', async () => {
  const bytes = request({ headers: ['X-Request-Id: counted'] });
  await exchange(api.url, bytes);
  await exchange(express.url, bytes);
  const series =
    'holdfast_http_request_seconds_count{method="POST",route="/v1/reservations",status="201",app="api"}';
  for (const metrics of [api.context.metrics, expressMetrics]) {
    const text = await metrics.metrics();
    expect(text.replaceAll(/\{[^}]*\}/g, sortLabels)).toContain(sortLabels(series));
  }
});

const sortLabels = (text: string) =>
  text.replace(/\{(.*)\}/, (_whole, labels: string) => `{${labels.split(',').toSorted().join()}}`);

/** A replay differs too: the first of the two creates what the second replays. */
function withoutIdsAndTimes(answer: string): string {
  return answer
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/Date: .*/g, 'Date: <date>')
    .replaceAll(/Idempotent-Replayed: true\r\n/g, '');
}
