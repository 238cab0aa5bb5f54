import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { makeApiKey } from '@holdfast/runtime';
import { openRedis } from '@holdfast/runtime/redis';
import {
  createTestDatabase,
  eventually,
  isOneServer,
  queueBackends,
  timed,
  type TestDatabase,
  uniquePrefix,
} from '@holdfast/testing';
import { startApi, type TestApi } from '../testing/start-api.ts';

let database: TestDatabase;
const apis: TestApi[] = [];
const redisUrl = queueBackends.find((backend) => backend.redisUrl)?.redisUrl;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});
afterEach(async () => {
  for (const api of apis.splice(0)) await api.close();
});

/** A key of a test's own: the run has one Redis for all. */
const team = () => makeApiKey(uniquePrefix(), 'reservations:read');

async function open(env: Readonly<Record<string, string>>): Promise<TestApi> {
  const api = await startApi({ DATABASE_URL: database.url, ...env });
  apis.push(api);
  return api;
}

const ask = (api: TestApi, key: string, path = '/v1/reservations') =>
  api.call('get', path, undefined, { Authorization: `Bearer ${key}` });

/** So many requests within one second, however slow the machine: the count of one second only. */
async function askMany(api: TestApi, key: string, times: number) {
  const replies = await Promise.all(Array.from({ length: times }, () => ask(api, key)));
  return replies.map(({ status }) => status);
}

describe.each(queueBackends)('counted with $name', ({ redisUrl: url }) => {
  const env: Readonly<Record<string, string>> = url === undefined ? {} : { REDIS_URL: url };

  test('every answer says how many requests the key may make, and how many are left', async () => {
    const { key, entry } = team();
    const api = await open({ ...env, API_KEYS: entry, API_KEY_RATE_PER_SECOND: '1000' });
    for (const path of ['/v1/reservations', '/v1/reservations?limit=1', '/v1/nowhere', '/metrics']) {
      const { headers } = await ask(api, key, path);
      expect(headers['ratelimit-policy']).toBe('"default";q=1000;w=1');
      expect(headers['ratelimit']).toMatch(/^"default";r=99\d;t=1$/);
    }
  });

  test('over the limit it is 429 and when to come again, for that key only', async () => {
    const [one, other] = [team(), team()];
    const api = await open({ ...env, API_KEYS: `${one.entry} ${other.entry}`, API_KEY_RATE_PER_SECOND: '5' });
    await eventually(async () => {
      expect((await askMany(api, one.key, 20)).filter((status) => status === 429).length).toBeGreaterThan(0);
      expect(await ask(api, one.key)).toMatchObject({
        status: 429,
        body: { code: 'rate_limited' },
        headers: { 'retry-after': '1', ratelimit: '"default";r=0;t=1' },
      });
    });
    expect(await ask(api, other.key)).toMatchObject({ status: 200 });
    await eventually(async () => expect(await ask(api, one.key)).toMatchObject({ status: 200 }));
  });

  test('two keys of one name, while one replaces the other, have one limit', async () => {
    const name = uniquePrefix();
    const [older, newer] = [makeApiKey(name, 'reservations:read'), makeApiKey(name, 'reservations:read')];
    const api = await open({
      ...env,
      API_KEYS: `${older.entry} ${newer.entry}`,
      API_KEY_RATE_PER_SECOND: '5',
    });
    await eventually(async () => {
      await askMany(api, older.key, 10);
      expect(await ask(api, newer.key)).toMatchObject({ status: 429 });
    });
  });
});

test('without API keys there is no limit, and no header about one', async () => {
  const api = await open({ API_KEY_RATE_PER_SECOND: '1' });
  for (let times = 0; times < 5; times += 1) {
    const { status, headers } = await api.call('get', '/v1/reservations');
    expect(status).toBe(200);
    expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
  }
});

const withRedis = redisUrl === undefined ? describe.skip : describe;

withRedis('with Redis', () => {
  test('two APIs count together', async () => {
    const { key, entry } = team();
    const env = { REDIS_URL: redisUrl ?? '', API_KEYS: entry, API_KEY_RATE_PER_SECOND: '5' };
    const [one, other] = [await open(env), await open(env)];
    await eventually(async () => {
      await askMany(one, key, 10);
      expect(await ask(other, key)).toMatchObject({ status: 429 });
    });
  });

  const breakable = isOneServer({ redisUrl }) ? test : test.skip;

  breakable(
    'a Redis that hangs, or is gone, makes no request wait or fail; this API counts alone until it is back',
    async () => {
      const link = await openLink(redisUrl ?? '');
      const [calm, busy] = [team(), team()];
      const api = await open({
        REDIS_URL: link.url,
        API_KEYS: `${calm.entry} ${busy.entry}`,
        API_KEY_RATE_PER_SECOND: '20',
      });
      const untilRedisCounts = () =>
        eventually(
          async () => {
            await ask(api, calm.key);
            expect(await countOf(redisUrl ?? '', nameOf(calm))).toBeGreaterThan(0);
          },
          { everyMs: 200 }, // far below the limit
        );
      for (const fail of [link.hang, link.cut]) {
        await untilRedisCounts();
        fail();
        for (let times = 0; times < 5; times += 1) {
          const { value, tookMs, allowedMs } = await timed(() => Promise.resolve(ask(api, calm.key)));
          expect(value).toMatchObject({
            status: 200,
            headers: { ratelimit: expect.stringContaining('t=1') },
          });
          expect(tookMs).toBeLessThan(allowedMs(500));
        }
        await eventually(async () => {
          await askMany(api, busy.key, 80);
          expect(await ask(api, busy.key)).toMatchObject({ status: 429 });
        });
        link.restore();
      }
      await untilRedisCounts();
      await link.close();
    },
  );
});

const nameOf = ({ entry }: { entry: string }) => entry.split('/')[0] ?? '';

async function countOf(url: string, name: string): Promise<number> {
  const redis = openRedis({ redisUrl: url }, {});
  try {
    return Number(await redis.get(`holdfast-key-rate:${name}`));
  } finally {
    redis.disconnect();
  }
}

/** A link to Redis that can hang (nothing passes, and neither end is notified) or be cut. */
async function openLink(target: string) {
  const { hostname, port } = new URL(target);
  let isHanging = false;
  let isCut = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => !isHanging && to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
    if (isCut) near.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hang: () => void (isHanging = true),
    cut: () => {
      isCut = true;
      endAll();
    },
    /** Clients that hang notice it by themselves, and connect again. */
    restore: () => {
      isHanging = false;
      isCut = false;
    },
    async close() {
      server.close();
      endAll();
      await once(server, 'close');
    },
  };
}
