import { apiOfSuite } from '../../../apps/api/src/testing/start-api.ts';
import { scenarioOfSuite } from '../../../apps/api/src/testing/api-scenario.ts';
import { makeApiKey } from '@holdfast/runtime';
import { eventually, openFaultyLink, openReceiver, type FaultyLink, type Receiver } from '@holdfast/testing';
import { createClient, HoldfastError, isHoldfastError, type Client, type ClientOptions } from './index.ts';

const scenario = scenarioOfSuite();
const { key, entry } = makeApiKey('shop', 'reservations:read,reservations:write');
const guarded = apiOfSuite({ API_KEYS: entry, API_KEY_RATE_PER_SECOND: '3' });

/** How many of the next answers of the API are lost. */
let lostAnswers = 0;
let link: FaultyLink;
let receiver: Receiver | undefined;

beforeAll(async () => {
  const { hostname: host, port } = new URL(scenario.api.url);
  link = await openFaultyLink({ host, port: Number(port) }, (connection) => () => {
    if (lostAnswers-- > 0) connection.cutAtAnswer();
  });
});
beforeEach(() => {
  lostAnswers = 0;
});
afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
});
afterAll(() => link.close());

const clientOf = (options: Partial<ClientOptions> = {}): Client =>
  createClient({ baseUrl: `http://127.0.0.1:${link.port}`, ...options });

const thrownBy = async (call: PromiseLike<unknown>): Promise<HoldfastError> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
  throw new Error('the call has not failed');
};

/** A client of a server that answers as it is made to, and counts. */
async function answering(...answers: readonly { status: number; headers?: object; body?: string }[]) {
  const left = [...answers];
  receiver = await openReceiver((_request, response) => {
    const { status, headers, body } = left.length > 1 ? (left.shift() ?? {}) : (left[0] ?? {});
    response.writeHead(status ?? 500, { ...headers }).end(body);
  });
  const { requests } = receiver;
  return { client: createClient({ baseUrl: new URL(receiver.url).origin }), requests };
}

describe('a call without an answer', () => {
  test('is sent again with its key, and has one effect', async () => {
    const sku = await scenario.newSku(10);
    lostAnswers = 2;
    const { id } = await clientOf().reservations.create({ lines: [{ sku, quantity: 2 }] });
    expect(await scenario.availability(sku)).toMatchObject({ reserved: 2 });
    lostAnswers = 1;
    await expect(
      clientOf().reservations.fulfill(id, { lines: [{ sku, quantity: 1 }] }),
    ).resolves.toMatchObject({
      lines: [{ fulfilled_quantity: 1 }],
    });
  });

  test('fails after its last attempt, with the reason', async () => {
    link.cut();
    const error = await thrownBy(clientOf({ retriesMax: 1 }).operations.health());
    link.resume();
    expect(error).toMatchObject({ code: 'connection_failed', status: null, isOutcomeUnknown: false });
    expect(error.detail).toMatch(/127\.0\.0\.1:\d+: .*(ECONNRESET|other side closed)/);
  });

  test('is not sent again where a repetition could be refused for what it has done itself', async () => {
    const sku = await scenario.newSku(5);
    const { version } = await clientOf().stockLevels.get(sku, 'EAST');
    lostAnswers = 1;
    const change = clientOf().stockLevels.put(sku, 'EAST', { on_hand: 7 }, { ifMatch: version });
    expect(await thrownBy(change)).toMatchObject({ code: 'connection_failed', isOutcomeUnknown: true });
    await expect(clientOf().stockLevels.get(sku, 'EAST')).resolves.toMatchObject({ on_hand: 7 });
    const late = clientOf().stockLevels.put(sku, 'EAST', { on_hand: 8 }, { ifMatch: version });
    expect(await thrownBy(late)).toMatchObject({ code: 'version_conflict', status: 412 });
  });

  test('ends at its time limit, or when it is aborted', async () => {
    link.stall();
    const late = thrownBy(clientOf({ timeoutMs: 100, retriesMax: 1 }).operations.health());
    expect(await late).toMatchObject({ code: 'timed_out', status: null });
    const reason = new Error('the customer has left');
    const abort = new AbortController();
    const asked = clientOf().reservations.create({ lines: [] }, { signal: abort.signal });
    abort.abort(reason);
    await expect(asked).rejects.toBe(reason);
    link.reset();
    link.resume();
  });
});

describe('a call that is refused for now', () => {
  test('is sent again when the service says so: a key over its rate', async () => {
    const client = createClient({ baseUrl: guarded.url, apiKey: key, retriesMax: 10 });
    const calls = Array.from({ length: 8 }, () => client.reservations.list({ limit: 1 }));
    const pages = await Promise.all(calls);
    expect(pages).toHaveLength(8);
  });

  test('has one key in all its attempts, and waits for `Retry-After`', async () => {
    const problem = { 'content-type': 'application/problem+json', 'retry-after': '1' };
    const body = JSON.stringify({ code: 'overloaded', detail: 'Too many requests are waiting.' });
    const { client, requests } = await answering(
      { status: 503, headers: problem, body },
      { status: 502, body: '<html>' },
      { status: 201, body: '{"id": "1"}' },
    );
    const began = performance.now();
    await client.reservations.create({ lines: [{ sku: 'MUG', quantity: 1 }] });
    expect(performance.now() - began).toBeGreaterThan(1_000);
    const keys = requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  test('fails at once when it is to wait for long', async () => {
    const { client, requests } = await answering({ status: 429, headers: { 'retry-after': '31' } });
    expect(await thrownBy(client.operations.overview())).toMatchObject({
      code: 'unexpected_answer',
      status: 429,
      retryAfterSeconds: 31,
    });
    expect(requests).toHaveLength(1);
  });
});

describe('a key', () => {
  test('in the body takes the place of the one that the client makes', async () => {
    const { client, requests } = await answering({ status: 201, body: '{}' });
    await client.reservations.create({ lines: [], idempotency_key: 'mine' });
    await client.reservations.create({ lines: [] }, { idempotencyKey: 'header' });
    await client.reservations.createBatch({ reservations: [{ lines: [], idempotency_key: 'one' }] });
    expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual([
      undefined,
      'header',
      undefined,
    ]);
  });
});

describe('a refusal', () => {
  test('has the fields of its code, and the id of the request', async () => {
    const sku = await scenario.newSku(1);
    const error = await thrownBy(clientOf().reservations.create({ lines: [{ sku, quantity: 2 }] }));
    expect(error).toMatchObject({
      name: 'HoldfastError',
      code: 'insufficient_stock',
      status: 409,
      lines: [{ sku, requested: 2, available: 1 }],
      requestId: expect.stringMatching(/./),
      isOutcomeUnknown: false,
    });
    expect(error.message).toBe(`insufficient_stock: ${error.detail}`);
    const { id } = await scenario.confirmed(sku);
    const late = await thrownBy(clientOf().reservations.release(id));
    expect(isHoldfastError(late, 'invalid_transition') && late.currentStatus).toBe('confirmed');
    expect(isHoldfastError(late, 'unauthorized')).toBe(false);
  });

  test('with a code that this client does not know keeps what it says', async () => {
    const body = JSON.stringify({ code: 'of_a_later_version', detail: 'Not on a Sunday.' });
    const { client } = await answering({ status: 409, headers: { 'x-request-id': 'r-1' }, body });
    expect(await thrownBy(client.reservations.confirm('x'))).toMatchObject({
      code: 'unexpected_answer',
      status: 409,
      requestId: 'r-1',
      detail: expect.stringContaining('Not on a Sunday.'),
      isOutcomeUnknown: false,
    });
  });

  test('of a key says so', async () => {
    const client = createClient({ baseUrl: guarded.url });
    expect(await thrownBy(client.reservations.get('x'))).toMatchObject({ code: 'unauthorized', status: 401 });
  });
});

test('a list is one page when it is awaited, and all items when it is iterated', async () => {
  const sku = await scenario.newSku(100);
  for (let each = 0; each < 7; each++) await scenario.hold(sku);
  const query = { sku, limit: 3 };
  const page = await clientOf().reservations.list(query);
  expect(page.data).toHaveLength(3);
  expect(page.next_cursor).toEqual(expect.any(String));
  const ids = [];
  for await (const { id } of clientOf().reservations.list(query)) ids.push(id);
  expect(new Set(ids).size).toBe(7);
  const sizes = [];
  for await (const { data } of clientOf().reservations.list(query).pages()) sizes.push(data.length);
  expect(sizes).toEqual([3, 3, 1]);
});

test('reads have the tokens of the last writes, each once', async () => {
  const { client, requests } = await answering(
    { status: 200, headers: { 'x-consistency-token': 'first' }, body: '{}' },
    { status: 200, headers: { 'x-consistency-token': 'second' }, body: '{}' },
    { status: 200, headers: { 'x-consistency-token': 'first' }, body: '{}' },
    { status: 200, body: '{"data": [], "next_cursor": null}' },
  );
  for (let write = 0; write < 3; write++) await client.skus.put('MUG', {});
  await client.skus.list();
  expect(requests.map(({ headers }) => headers['x-consistency-token'])).toEqual([
    undefined,
    undefined,
    undefined,
    'second, first',
  ]);
});

test('a name is one part of the path, whatever its characters', async () => {
  const client = clientOf();
  const sku = 'T/S?H#I%RT ü';
  await client.skus.put(sku, { name: 'T-shirt' });
  await expect(client.skus.get(sku)).resolves.toMatchObject({ sku, name: 'T-shirt' });
  for (const name of ['', '.', '..']) expect(() => client.skus.get(name)).toThrow(TypeError);
});

test('a file is sent as it is, and its query with it', async () => {
  const sku = await scenario.newSku(1);
  const body = new Blob([`sku,location,on_hand\n${sku},EAST,5\n`]).stream();
  const { id } = await clientOf().stockImports.create(body, { query: { dry_run: true } });
  const read = eventually(() => clientOf().stockImports.get(id));
  await expect(read).resolves.toMatchObject({ state: 'queued', rows: 1, dry_run: true });
});
