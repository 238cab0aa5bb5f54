import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually, keepCalling, ofSuite } from '@holdfast/testing';
import { openGuardedApi } from '../testing/guarded-api.ts';

// What one key can take away from the others.

const guarded = ofSuite(() => openGuardedApi());

beforeAll(async () => {
  const keyed = guarded.bearer('all');
  await guarded.api.call('put', '/v1/stock-levels/MUG/L', { on_hand: 1_000_000 }, keyed);
});

const one = { lines: [{ sku: 'MUG', quantity: 1 }] };
const batchOf = (reservations: number) => ({ reservations: Array.from({ length: reservations }, () => one) });
const create = (headers: Readonly<Record<string, string>>) =>
  guarded.api.call('post', '/v1/reservations', one, headers);

/** What the key may still ask for in this second. */
const left = async (body?: object) => {
  const path = body ? '/v1/reservations/batch' : '/v1/reservations';
  const { headers } = await guarded.api.call(body ? 'post' : 'get', path, body, guarded.bearer('all'));
  return Number(/r=(\d+)/.exec(headers['ratelimit'] ?? '')?.[1]);
};
const wait = (name: 'all' | 'reader', signal: AbortSignal) =>
  fetch(`${guarded.api.url}/v1/events?wait_seconds=30`, { headers: guarded.bearer(name), signal });

test('while one key floods the ledger with batches, another key’s creates are all served', async () => {
  const flooded: number[] = [];
  const flood = keepCalling(12, async () => {
    const batch = batchOf(500);
    const { status } = await guarded.api.call('post', '/v1/reservations/batch', batch, guarded.bearer('all'));
    flooded.push(status);
  });
  await eventually(() => guarded.api.context.ledger.pendingLines >= 2_000);
  const statuses: number[] = [];
  for (let n = 0; n < 40; n += 1) statuses.push((await create(guarded.bearer('shop'))).status);
  await flood.stop();
  expect(statuses).toEqual(Array(40).fill(201));
  expect(flooded).toContain(200);
});

test('a request counts by its lines against the rate of its key', async () => {
  // Both in one second.
  await eventually(async () => {
    const atBatch = await left(batchOf(20));
    expect(atBatch - (await left())).toBe(20);
  });
});

test('one key cannot hold all places of long polls', async () => {
  const stop = new AbortController();
  const polls = Array.from({ length: 110 }, () => wait('all', stop.signal));
  for (const poll of polls) poll.catch(() => undefined);
  await eventually(() => guarded.api.context.longPolls.taken === 100);
  const refused = await Promise.race(polls);
  expect(refused.status).toBe(503);
  const other = wait('reader', stop.signal);
  await eventually(() => guarded.api.context.longPolls.taken === 101);
  stop.abort();
  await Promise.allSettled([...polls, other]);
  await eventually(() => guarded.api.context.longPolls.taken === 0);
});

test('one key cannot hold all places of uploads', async () => {
  const { hostname, port } = new URL(guarded.api.url);
  const begin = (name: 'clerk' | 'all') => {
    const socket = connect(Number(port), hostname);
    const { Authorization } = guarded.bearer(name);
    const head = ['POST /v1/stock-imports HTTP/1.1', 'Host: localhost', 'Content-Type: text/csv'];
    socket.write(
      [...head, `Authorization: ${Authorization}`, 'Content-Length: 100000', '', 'sku,location,'].join(
        '\r\n',
      ),
    );
    return socket;
  };
  const slow = [begin('clerk'), begin('clerk')];
  const [refused] = (await Promise.race(slow.map((socket) => once(socket, 'data')))) as [Buffer];
  expect(String(refused)).toMatch(/^HTTP\/1\.1 503 /);
  const other = begin('all');
  other.write(`delta\n${' '.repeat(100_000 - 'sku,location,delta\n'.length)}`);
  expect(String((await once(other, 'data'))[0])).toMatch(/^HTTP\/1\.1 202 /);
  for (const socket of [...slow, other]) socket.destroy();
});
