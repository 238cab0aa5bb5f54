import { connect } from 'node:net';
import { once } from 'node:events';
import { eventually, ofSuite } from '@holdfast/testing';
import { openGuardedApi } from '../testing/guarded-api.ts';

type Line = Readonly<Record<string, unknown>>;

const guarded = ofSuite(() => openGuardedApi({ LOG_LEVEL: 'info', API_KEY_RATE_PER_SECOND: '1000000' }));
const written: string[] = [];
beforeAll(() => {
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0);
});
afterAll(() => jest.restoreAllMocks());

/** The one line of a request. */
async function lineOf(requestId: string): Promise<Line> {
  const lines = await eventually(() => {
    const all = written.join('').trimEnd().split('\n').filter(Boolean);
    const found = all
      .map((line) => JSON.parse(line) as Line)
      .filter((each) => each['request_id'] === requestId);
    return found.length > 0 && found;
  });
  expect(lines).toHaveLength(1);
  return lines[0] ?? {};
}

async function call(method: string, path: string, headers: Record<string, string> = {}, body?: object) {
  const answer = await fetch(`${guarded.api.url}${path}`, {
    method,
    headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, line: await lineOf(answer.headers.get('x-request-id') ?? '') };
}

test('a create, its refusal, a read and what does not exist: one line each, at info', async () => {
  const shop = guarded.bearer('shop');
  const lines = [{ sku: 'MUG', quantity: 1 }];
  const created = await call('POST', '/v1/reservations?', shop, { lines });
  expect(created.line).toMatchObject({
    level: 'info',
    message: 'request.answered',
    app: 'api',
    method: 'POST',
    route: '/v1/reservations',
    path: '/v1/reservations',
    status: 201,
    caller: 'shop',
    reservation_id: expect.stringMatching(/^[\da-f-]{36}$/),
    ms: expect.any(Number),
  });
  const { reservation_id } = created.line;
  const read = await call('GET', `/v1/reservations/${String(reservation_id)}`, shop);
  expect(read.line).toMatchObject({ level: 'info', status: 200, reservation_id });
  const short = await call('POST', '/v1/reservations', shop, { lines: [{ sku: 'MUG', quantity: 1_000 }] });
  expect(short.line).toMatchObject({ level: 'info', status: 409, code: 'insufficient_stock' });
  const nowhere = await call('GET', '/v1/nowhere?order_id=o-1', shop);
  expect(nowhere.line).toMatchObject({ level: 'info', status: 404, code: 'not_found', path: '/v1/nowhere' });
  expect(nowhere.line).not.toHaveProperty('client_address');
  const unsupported = await call('OPTIONS', '/v1/skus', shop); // its route in Express is a pattern
  expect(unsupported.line).toMatchObject({ level: 'info', method: 'OPTIONS', path: '/v1/skus' });
});

test('a caller that is kept out: a warning with the reason, the caller and the address', async () => {
  const unknown = await call('GET', '/v1/skus', { Authorization: 'Bearer hf_wrong' });
  const asked = { level: 'warn', path: '/v1/skus', client_address: expect.stringContaining('127.0.0.1') };
  expect(unknown.line).toMatchObject({ ...asked, status: 401, code: 'unauthorized' });
  expect(unknown.line).not.toHaveProperty('caller');
  const unscoped = await call('GET', '/v1/skus', guarded.bearer('shop'));
  expect(unscoped.line).toMatchObject({ ...asked, status: 403, code: 'forbidden', caller: 'shop' });
  for (let n = 0; n < 25; n += 1) await fetch(`${guarded.api.url}/v1/skus`);
  const tooMany = await call('GET', '/v1/skus');
  expect(tooMany.line).toMatchObject({ ...asked, status: 429, code: 'rate_limited' });
});

test('a request that is not HTTP: the id of its answer is in the log', async () => {
  const { hostname, port } = new URL(guarded.api.url);
  const socket = connect(Number(port), hostname);
  socket.write('NOT HTTP\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  const [, id = ''] = /X-Request-Id: (\S+)/.exec(answer.toString()) ?? [];
  expect(await lineOf(id)).toMatchObject({ level: 'info', status: 400, code: 'validation_failed' });
});

test('a client that goes before its answer: request.abandoned, without a status', async () => {
  const gone = new AbortController();
  const headers = { ...guarded.bearer('all'), 'X-Request-Id': 'gone-1' };
  const url = `${guarded.api.url}/v1/events?wait_seconds=30`;
  const poll = fetch(url, { headers, signal: gone.signal }).catch(() => null);
  await eventually(() => guarded.api.context.longPolls.taken === 1);
  gone.abort();
  await poll;
  const line = await lineOf('gone-1');
  expect(line).toMatchObject({ level: 'info', message: 'request.abandoned', caller: 'all' });
  expect(line).not.toHaveProperty('status');
});
