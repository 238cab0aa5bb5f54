import {
  checkLedgerInvariants,
  eventually,
  type TestProcess,
  type Reservation,
  describeOnRedis,
} from '@holdfast/testing';
import { Redis } from 'ioredis';
import { type Fleet, openFleet } from './fleet.ts';
import { reserveRedisServer, type TestRedis } from './redis-server.ts';

/** Rounds of calls while Redis evicts keys. */
const ROUNDS = 10;
const ORDERS_PER_ROUND = 30;

describeOnRedis('a Redis that evicts keys', (backend) => {
  let redis: TestRedis;
  let fleet: Fleet;
  const lines = new Map<TestProcess, readonly string[]>();

  beforeAll(async () => {
    redis = await reserveRedisServer();
    await redis.start();
    fleet = await openFleet(backend, { redis });
    await fleet.client.stock('MUG', 10_000);
    for (const process of [...fleet.apis, ...fleet.workers]) lines.set(process, process.keepLines());
  });

  afterAll(() => fleet?.close());

  test('is measured and logged with its reason, and costs no hold, no sync and no event', async () => {
    const processes = [...lines.keys()];
    for (const { url } of processes) await eventually(async () => (await evictsKeys(url)) === 0);
    await redis.run('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random');
    const full = await fillAndKeepFull(redis);

    const all: Reservation[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const holds = await Promise.all(
        Array.from({ length: ORDERS_PER_ROUND }, (_, at) =>
          fleet.client.hold('MUG', 1, at % 3 === 0 ? { ttl_seconds: 2 } : {}),
        ),
      );
      await Promise.all(
        holds
          .filter((_, at) => at % 3 !== 0)
          .map(({ id }, at) => (at % 2 === 0 ? fleet.client.confirm(id) : fleet.client.release(id))),
      );
      all.push(...holds);
    }
    for (const { url } of processes) await eventually(async () => (await evictsKeys(url)) === 1);
    await full.stop();
    expect(full.evicted()).toBeGreaterThan(0);

    await eventually(async () => {
      const [row] = await fleet.query<{ count: number }>(
        `SELECT count(*)::integer AS count FROM warehouse_syncs WHERE state = 'succeeded'`,
      );
      return row?.count === all.length;
    });
    const report = await fleet.warehouse.report();
    expect(report.keys).toBe(all.length);
    await eventually(async () => {
      const [row] = await fleet.query<{ waiting: number }>(
        'SELECT (SELECT count(*) FROM events)::integer - (SELECT count(*) FROM event_positions)::integer AS waiting',
      );
      return row?.waiting === 0;
    });
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
    for (const own of lines.values()) {
      const messages = own.map((line) => (JSON.parse(line) as { message: string }).message);
      expect(messages).toContain('redis.evicts_keys');
    }
  });
});

async function evictsKeys(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^holdfast_redis_evicts_keys{.*} (.+)$/m.exec(text)?.[1]);
}

/** Limits the server to 2 MB more than it uses, and writes keys until it is stopped, so that the server evicts keys. */
async function fillAndKeepFull(redis: TestRedis) {
  const client = new Redis(redis.url);
  const info = async (name: string) => Number(new RegExp(`${name}:(\\d+)`).exec(await client.info())?.[1]);
  await redis.run('CONFIG', 'SET', 'maxmemory', String((await info('used_memory')) + 2_000_000));
  const enough = new AbortController();
  let evicted = 0;
  const filling = (async () => {
    for (let at = 0; !enough.signal.aborted; at += 1) await client.set(`rubbish:${at}`, 'x'.repeat(20_000));
    evicted = await info('evicted_keys');
    await redis.run('CONFIG', 'SET', 'maxmemory', '0');
    client.disconnect();
  })();
  return {
    evicted: () => evicted,
    async stop() {
      enough.abort();
      await filling;
    },
  };
}
