import { randomUUID } from 'node:crypto';
import { ofSuite } from '@holdfast/testing';
import { startRedisServer } from '../../../tests/redis-server.ts';
import { bitsOf, HotPathKeys } from './hot-path-keys.ts';
import { HotPathRedis, type ScriptName } from './hot-path-redis.ts';

const AFTER_LOSS = 1_000;
const RENEW = 250;
const READING = 2_000;
const LIFE = 500;

const server = ofSuite(async () => {
  const redis = await startRedisServer();
  const hot = new HotPathRedis({ redisUrl: redis.url }, { onStateChange: () => undefined });
  await hot.open();
  const close = async () => {
    await hot.close();
    await redis.kill();
  };
  return { redis, hot, close };
});

let keys: HotPathKeys;
/** The database's time, an argument of each script. */
let now = 0;

beforeEach(async () => {
  keys = new HotPathKeys(randomUUID());
  now = 1_000_000;
  await look(); // so long ago that nothing is lost
  now += AFTER_LOSS;
});

const run = (name: ScriptName, of: readonly string[], args: readonly (string | number)[]) =>
  server.hot.run(name, of, args, 5_000);

async function look(
  skus: readonly string[] = [],
  orders: readonly string[] = [],
  name: string = randomUUID(),
) {
  const reply = await run(
    'look',
    [keys.state, keys.orders, ...skus.map((sku) => keys.entry(sku))],
    [now, name, AFTER_LOSS, RENEW, READING, ...skus, ...orders.flatMap(bitsOf)],
  );
  const [gen, areOrdersKnown, ...rest] = reply as [string, number, ...(string | number)[]];
  return {
    gen,
    name,
    texts: skus.map((_, at) => rest[2 * at]),
    granted: skus.filter((_, at) => rest[2 * at + 1] === 1),
    orders: areOrdersKnown === 1 ? orders.map((_, at) => rest[2 * skus.length + at] === 1) : 'not known',
  };
}

const fill = (sku: string, { gen, name }: { gen: string; name: string }, text = 'sold out', closings = 0) =>
  run('fill', [keys.state, keys.entry(sku)], [now, gen, name, now + LIFE, text, closings]);

const mark = (id: string, skus: readonly string[] | null, orders: readonly string[] = []) => {
  const named = skus?.length === 0 ? [''] : (skus ?? []);
  const of = [keys.state, keys.orders, ...named.map((sku) => keys.entry(sku))];
  return run('mark', of, [now, now + 10_000, id, ...named, ...orders.flatMap(bitsOf)]);
};

const done = (id: string, skus: readonly string[] | null) =>
  run('done', [keys.state], [now, id, ...(skus ?? [])]);

/** Reads all cancelled orders in one page. */
async function loadOrders(orders: readonly string[]): Promise<unknown> {
  const name = randomUUID();
  const page = (gen: string, isLast: number, bits: readonly number[]) =>
    run('orders', [keys.state, keys.orders], [now, name, READING, gen, isLast, AFTER_LOSS, ...bits]);
  const gen = await page('', 0, []);
  return gen === '' ? '' : page(String(gen), 1, orders.flatMap(bitsOf));
}

async function known(sku: string, text = 'sold out'): Promise<void> {
  expect(await fill(sku, await look([sku]), text)).toBe(1);
}

test('one process at a time is granted to read a SKU, and its reading is answered for a life', async () => {
  const first = await look(['A', 'B']);
  expect(first).toMatchObject({ texts: ['', ''], granted: ['A', 'B'] });
  expect(await look(['A'])).toMatchObject({ texts: [''], granted: [] });
  expect(await fill('A', first)).toBe(1);
  expect(await look(['B', 'A'])).toMatchObject({ texts: ['', 'sold out'], granted: [] });
  now += LIFE;
  expect(await look(['A'])).toMatchObject({ texts: [''], granted: ['A'] });
});

test('an entry is read again before it expires, and used meanwhile', async () => {
  await known('A');
  now += LIFE - RENEW + 1;
  const again = await look(['A']);
  expect(again).toMatchObject({ texts: ['sold out'], granted: ['A'] });
  expect(await look(['A'])).toMatchObject({ texts: ['sold out'], granted: [] });
  expect(await fill('A', again, 'read again')).toBe(1);
  expect(await look(['A'])).toMatchObject({ texts: ['read again'] });
});

test('a reader that died is replaced', async () => {
  const dead = await look(['A']);
  now += READING;
  const next = await look(['A']);
  expect(next.granted).toEqual(['A']);
  expect(await fill('A', dead)).toBe(0);
  expect(await fill('A', next)).toBe(1);
});

describe('from its mark until it is done, a change', () => {
  test('makes its SKUs unknown, and only these', async () => {
    await known('A');
    await known('B');
    await mark('change', ['A']);
    expect(await look(['A', 'B'])).toMatchObject({ texts: ['', 'sold out'], granted: [] });
    await done('change', ['A']);
    expect(await look(['A'])).toMatchObject({ texts: [''], granted: ['A'] });
  });

  test('makes a reading useless that began before', async () => {
    const reader = await look(['A']);
    await mark('change', ['A']);
    expect(await fill('A', reader)).toBe(0);
    await done('change', ['A']);
    expect(await fill('A', reader)).toBe(0);
    expect(await look(['A'])).toMatchObject({ texts: [''], granted: ['A'] });
  });

  test('is not ended by another one', async () => {
    await mark('one', ['A']);
    await mark('other', ['A']);
    await done('other', ['A']);
    await done('never marked', ['A']);
    expect(await look(['A'])).toMatchObject({ granted: [] });
    await done('one', ['A']);
    expect(await look(['A'])).toMatchObject({ granted: ['A'] });
  });

  test('ends by itself when its process died, unless it is marked again', async () => {
    await mark('change', ['A']);
    now += 9_000;
    await mark('change', ['A']);
    now += 9_999;
    expect(await look(['A'])).toMatchObject({ granted: [] });
    now += 1;
    expect(await look(['A'])).toMatchObject({ granted: ['A'] });
  });

  test('of a location marks all SKUs', async () => {
    await known('A');
    const reader = await look(['B']);
    await mark('change', null);
    expect(await look(['A', 'B'])).toMatchObject({ texts: ['', ''], granted: [] });
    await done('change', null);
    expect(await fill('B', reader)).toBe(0);
    expect(await look(['A'])).toMatchObject({ texts: [''], granted: ['A'] });
  });
});

describe('cancelled orders', () => {
  test('are not known until all were read, and then by name', async () => {
    expect(await look([], ['o-1'])).toMatchObject({ orders: 'not known' });
    await loadOrders(['o-1', 'o-2']);
    expect(await look([], ['o-1', 'o-2', 'o-3'])).toMatchObject({ orders: [true, true, false] });
    await mark('cancel', [], ['o-3']);
    expect(await look([], ['o-3', 'o-4'])).toMatchObject({ orders: [true, false] });
  });

  test('that are cancelled while the others are read are known, too', async () => {
    await mark('cancel', [], ['o-1']);
    await loadOrders([]);
    expect(await look([], ['o-1'])).toMatchObject({ orders: [true] });
  });

  test('are read by one process at a time', async () => {
    const begin = (name: string) =>
      run('orders', [keys.state, keys.orders], [now, name, READING, '', 0, AFTER_LOSS]);
    expect(await begin('one')).not.toBe('');
    expect(await begin('other')).toBe('');
    now += READING;
    expect(await begin('other')).not.toBe('');
  });

  test('are read anew after PostgreSQL had to close the hot path', async () => {
    await loadOrders([]);
    await fill('A', await look(['A']), 'sold out', 0);
    await loadOrders([]);
    expect(await look([], ['o-1'])).toMatchObject({ orders: [false] });
    await fill('B', await look(['B']), 'sold out', 1);
    expect(await look([], ['o-1'])).toMatchObject({ orders: 'not known' });
  });

  test('are not known when their filter alone was evicted', async () => {
    await loadOrders([]);
    await server.redis.run('DEL', keys.orders);
    await mark('cancel', [], ['o-2']);
    expect(await look([], ['o-1'])).toMatchObject({ orders: 'not known' });
  });
});

describe('after all was lost', () => {
  test('after a loss, Redis answers nothing and no SKU is read until earlier commits have ended', async () => {
    await known('A');
    await loadOrders([]);
    const reader = await look(['B']);
    await server.redis.flush();
    expect(await look(['A'])).toMatchObject({ texts: [''], granted: [] });
    expect(await fill('B', reader)).toBe(0);
    expect(await loadOrders([])).toBe('');
    now += AFTER_LOSS - 1;
    expect(await look(['A'])).toMatchObject({ granted: [] });
    now += 1;
    expect(await look(['A'], ['o-1'])).toMatchObject({ granted: ['A'], orders: 'not known' });
  });

  test('a mark that comes first begins anew', async () => {
    await known('A');
    await server.redis.flush();
    await mark('change', ['A']);
    now += AFTER_LOSS;
    expect(await look(['A', 'B'])).toMatchObject({ granted: ['B'] });
  });
});

test('a server that took over begins anew', async () => {
  await known('A');
  await server.redis.run('HSET', keys.state, 'run', 'another server');
  now += LIFE;
  expect(await look(['A'])).toMatchObject({ texts: [], granted: [] });
  expect(await look(['A'])).toMatchObject({ texts: [''], granted: [] });
  now += AFTER_LOSS;
  expect(await look(['A'])).toMatchObject({ granted: ['A'] });
});

test('outcomes are kept for their time', async () => {
  server.hot.settle(
    [],
    [
      [keys.entry('k1'), 'one'],
      [keys.entry('k2'), 'two'],
    ],
    60_000,
  );
  expect(await server.hot.readAll([keys.entry('k2'), keys.entry('k3'), keys.entry('k1')], 5_000)).toEqual([
    'two',
    null,
    'one',
  ]);
  expect(await server.redis.run('PTTL', keys.entry('k1'))).toBeGreaterThan(50_000);
});

test('after a commit its SKUs are unknown, and can be read again', async () => {
  await known('A');
  await known('B');
  now += LIFE - RENEW + 1;
  const before = await look(['A']);
  server.hot.settle([keys.entry('A')], [], 0);
  expect(await fill('A', before)).toBe(0);
  expect(await look(['A', 'B'])).toMatchObject({ texts: ['', 'sold out'], granted: ['A', 'B'] });
});
