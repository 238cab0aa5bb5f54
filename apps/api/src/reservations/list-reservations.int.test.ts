import { reservationAnswer } from '@holdfast/contract';
import { newId } from '@holdfast/ledger';
import type { z } from 'zod';
import { reservationListAnswer } from './list-reservations.ts';
import { startOwnApi, type TestApi } from '../testing/start-api.ts';

type Shown = z.infer<typeof reservationAnswer>;

let api: TestApi;
const made = new Map<string, Shown>();

beforeAll(async () => {
  // There is no worker here: a hold past its time stays as it is.
  api = await startOwnApi();
  await api.call('put', '/v1/locations/L', {});
  await api.call('put', '/v1/skus/MUG', {});
  await api.call('put', '/v1/stock-levels/MUG/L', { on_hand: 1_000 });
  await api.call('put', '/v1/locations/M', { priority: 200 });
  await api.call('put', '/v1/skus/CUP', {});
  await api.call('put', '/v1/stock-levels/CUP/M', { on_hand: 1_000 });
  await create('long', { ttl_seconds: 3_000, order_id: 'o-1', cart_id: 'c-1', customer_id: 'cu-1' });
  await create('released', { order_id: 'o-1' });
  await create('confirmed', {
    confirm: true,
    order_id: 'o-1',
    cart_id: 'c-2',
    customer_id: 'cu-1',
    store_id: 's-1',
    source: 'web',
    lines: ['MUG', 'CUP'].map((sku) => ({ sku, quantity: 1 })),
  });
  await create('due', { order_id: 'o-2', cart_id: 'c-1' });
  await create('short', { ttl_seconds: 1_000, order_id: 'o-2', store_id: 's-1' });
  await create('middle', { ttl_seconds: 2_000, cart_id: 'c-1' });
  await api.call('post', `/v1/reservations/${made.get('released')?.id}/release`);
  await api.context.database.prisma.$executeRaw`
    UPDATE reservations SET expires_at = clock_timestamp() WHERE id = ${made.get('due')?.id}::uuid`;
  await api.context.database.prisma.$executeRaw`
    INSERT INTO reservations (id, status, sourcing, version, created_at, updated_at, withdrawn_at)
    VALUES (${newId()}::uuid, 'withdrawn', 'split', 1, now(), now(), now())`;
});
afterAll(() => api.close());

async function create(name: string, body: object): Promise<void> {
  const reply = await api.call('post', '/v1/reservations', { lines: [{ sku: 'MUG', quantity: 1 }], ...body });
  made.set(name, reservationAnswer.parse(reply.body));
}

const list = async (query: string) =>
  reservationListAnswer.parse((await api.call('get', `/v1/reservations?${query}`)).body);
const nameOf = ({ id }: Shown) => [...made].find(([, each]) => each.id === id)?.[0];
const named = async (query: string) => (await list(query)).data.map(nameOf);
const refusedAt = (path: string) => ({
  status: 400,
  body: { code: 'validation_failed', errors: [{ path }] },
});
const later = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

async function inPages(query: string, limit: number): Promise<(string | undefined)[]> {
  const seen: (string | undefined)[] = [];
  for (let cursor = ''; ;) {
    const { data, next_cursor } = await list(`${query}&limit=${limit}${cursor}`);
    seen.push(...data.map(nameOf));
    if (next_cursor === null) return seen;
    expect(data).toHaveLength(limit);
    cursor = `&cursor=${next_cursor}`;
  }
}

describe('the list of reservations', () => {
  test.each([
    ['', ['middle', 'short', 'due', 'confirmed', 'released', 'long']],
    ['status=held', ['middle', 'short', 'long']],
    ['status=expired', ['due']],
    ['status=released', ['released']],
    ['status=confirmed', ['confirmed']],
    ['status=cancelled', []],
    ['order_id=o-1', ['confirmed', 'released', 'long']],
    ['cart_id=c-1', ['middle', 'due', 'long']],
    ['order_id=o-1&cart_id=c-1', ['long']],
    ['status=held&cart_id=c-1', ['middle', 'long']],
    ['status=expired&order_id=o-2', ['due']],
    ['status=expired&order_id=o-1', []],
    ['order_id=none', []],
    ['status=held&status=expired', ['middle', 'short', 'due', 'long']],
    ['status=released&status=confirmed&order_id=o-1', ['confirmed', 'released']],
    ['status=withdrawn', [undefined]],
    ['status=withdrawn&status=released', [undefined, 'released']],
    ['customer_id=cu-1', ['confirmed', 'long']],
    ['customer_id=cu-1&status=held', ['long']],
    ['store_id=s-1', ['short', 'confirmed']],
    ['source=web', ['confirmed']],
    ['store_id=s-1&source=web&order_id=o-2', []],
    ['sku=CUP', ['confirmed']],
    ['sku=MUG&status=held', ['middle', 'short', 'long']],
    ['location=M', ['confirmed']],
    ['location=L&cart_id=c-2', ['confirmed']],
    ['sku=MUG&location=M', []],
    ['sku=CUP&location=M', ['confirmed']],
  ])('with “%s” has those that fit, newest first', async (query, expected) => {
    expect(await named(query)).toEqual(expected);
    expect(await inPages(query, 1)).toEqual(expected);
    expect(await inPages(query, 2)).toEqual(expected);
  });

  test('shows each as reading it does, a hold past its time as expired', async () => {
    const { data, next_cursor } = await list('');
    for (const shown of data) {
      expect(shown).toEqual((await api.call('get', `/v1/reservations/${shown.id}`)).body);
    }
    expect(data.find(({ id }) => id === made.get('due')?.id)).toMatchObject({
      status: 'expired',
      release_reason: 'expired',
    });
    expect(next_cursor).toBeNull();
  });

  test('with expires_before has live holds that end before, soonest first', async () => {
    const all = `status=held&expires_before=${later(5_000)}`;
    expect(await named(all)).toEqual(['short', 'middle', 'long']);
    expect(await inPages(all, 1)).toEqual(['short', 'middle', 'long']);
    expect(await named(`status=held&expires_before=${later(2_500)}`)).toEqual(['short', 'middle']);
    expect(await named(`${all}&cart_id=c-1`)).toEqual(['middle', 'long']);
    expect(await named(`${all}&order_id=o-2`)).toEqual(['short']);
    expect(await named('status=held&expires_before=2020-01-01T00:00:00Z')).toEqual([]);
    const end = made.get('short')?.expires_at ?? '';
    expect(await named(`status=held&expires_before=${end}`)).toEqual([]);
  });

  test('with created_after and created_before has what was created in between, by any offset', async () => {
    const [after, before] = ['released', 'middle'].map((name) => made.get(name)?.created_at ?? '');
    const between = `created_after=${after}&created_before=${before}`;
    expect(await named(between)).toEqual(['short', 'due', 'confirmed']);
    expect(await inPages(between, 1)).toEqual(['short', 'due', 'confirmed']);
    expect(await named(`${between}&status=held&status=confirmed`)).toEqual(['short', 'confirmed']);
    expect(await named(`${between}&order_id=o-2`)).toEqual(['short', 'due']);
    const inBerlin = new Date(Date.parse(after ?? '') + 3_600_000).toISOString().replace('Z', '%2B01:00');
    expect(await named(`created_after=${inBerlin}&sku=CUP`)).toEqual(['confirmed']);
    expect(await named(`created_before=${inBerlin}&customer_id=cu-1`)).toEqual(['long']);
    expect(await named('created_before=0000-01-01T00:00:00Z')).toEqual([]);
    expect(await named('created_after=9999-12-31T23:59:59.999Z')).toEqual([]);
  });

  test.each([
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    `2026-01-01T00:00:00.${'1'.repeat(300)}Z`,
    '2016-12-31t23:59:60z',
  ])('takes any time of RFC 3339: %s', async (time) => {
    expect(await api.call('get', `/v1/reservations?status=held&expires_before=${time}`)).toMatchObject({
      status: 200,
    });
  });

  test('reads an offset, and says how a + is written in a URL', async () => {
    const inBerlin = new Date(Date.parse(later(2_500)) + 3_600_000).toISOString().replace('Z', '');
    const filter = `status=held&expires_before=${inBerlin}`;
    expect(await named(`${filter}%2B01:00`)).toEqual(['short', 'middle']);
    expect(await api.call('get', `/v1/reservations?${filter}+01:00`)).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('write + as %2B') },
    });
  });
});

describe('a list is refused', () => {
  const soonest = `status=held&expires_before=2030-01-01T00:00:00Z`;

  test.each([
    ['expires_before=2030-01-01T00:00:00Z', 'expires_before'],
    ['status=expired&expires_before=2030-01-01T00:00:00Z', 'expires_before'],
    ['status=held&expires_before=tomorrow', 'expires_before'],
    ['status=gone', 'status'],
    ['status=held&status=gone', 'status'],
    ['status=held&status=confirmed&expires_before=2030-01-01T00:00:00Z', 'expires_before'],
    ['created_after=yesterday', 'created_after'],
    ['created_before=2030-01-01T00:00:00', 'created_before'],
    ['sku=', 'sku'],
    ['location=A&location=B', 'location'],
    ['order_id=', 'order_id'],
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['cursor=garbage', 'cursor'],
    [`cursor=${Buffer.from('["MUG"]').toString('base64url')}`, 'cursor'],
    [`cursor=${Buffer.from('{"order":"newest","id":"7"}').toString('base64url')}`, 'cursor'],
    [`${soonest}&cursor=${Buffer.from('null').toString('base64url')}`, 'cursor'],
  ])('with “%s”', async (query, path) => {
    expect(await api.call('get', `/v1/reservations?${query}`)).toMatchObject(refusedAt(path));
  });

  test('with a parameter that it does not have', async () => {
    expect(await api.call('get', '/v1/reservations?state=held')).toMatchObject(refusedAt(''));
  });

  test('with the cursor of another order', async () => {
    const newest = (await list('status=held&limit=1')).next_cursor;
    const byEnd = (await list(`${soonest}&limit=1`)).next_cursor;
    expect(await api.call('get', `/v1/reservations?${soonest}&cursor=${newest}`)).toMatchObject(
      refusedAt('cursor'),
    );
    expect(await api.call('get', `/v1/reservations?status=held&cursor=${byEnd}`)).toMatchObject(
      refusedAt('cursor'),
    );
  });
});
