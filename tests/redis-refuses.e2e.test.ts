import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkLedgerInvariants, eventually, type Reservation, describeOnRedis } from '@holdfast/testing';
import { type Fleet, openFleet } from './fleet.ts';
import { reserveRedisServer, type TestRedis } from './redis-server.ts';

/** States in which Redis serves reads and refuses writes, and how to end them. */
const REFUSALS: readonly {
  readonly why: string;
  readonly begin: (redis: TestRedis, directory: string) => Promise<unknown>;
  readonly end: (redis: TestRedis) => Promise<unknown>;
}[] = [
  {
    why: 'is a replica',
    begin: (redis) => redis.run('REPLICAOF', '127.0.0.1', '1'),
    end: (redis) => redis.run('REPLICAOF', 'NO', 'ONE'),
  },
  {
    why: 'has no memory left',
    begin: (redis) => redis.run('CONFIG', 'SET', 'maxmemory', '1'),
    end: (redis) => redis.run('CONFIG', 'SET', 'maxmemory', '0'),
  },
  {
    why: 'has too few replicas',
    begin: (redis) => redis.run('CONFIG', 'SET', 'min-replicas-to-write', '1'),
    end: (redis) => redis.run('CONFIG', 'SET', 'min-replicas-to-write', '0'),
  },
  {
    why: 'cannot save',
    begin: async (redis, directory) => {
      await redis.run('CONFIG', 'SET', 'save', '3600 1');
      rmSync(directory, { recursive: true });
      await redis.run('BGSAVE');
    },
    end: (redis) => redis.run('CONFIG', 'SET', 'save', ''),
  },
];

describeOnRedis('a Redis that refuses writes', (backend) => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-redis-'));
  let redis: TestRedis;
  let fleet: Fleet;

  beforeAll(async () => {
    redis = await reserveRedisServer(directory);
    await redis.start();
    fleet = await openFleet(backend, { redis });
    await fleet.client.stock('MUG', 1_000);
  });

  afterAll(async () => {
    await fleet?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function expectQueue(state: 'ok' | 'degraded'): Promise<void> {
    const [worker] = fleet.workers;
    await eventually(async () => {
      const api = await fleet.client.ready();
      expect(api).toMatchObject({ status: 200, body: { status: 'ready', queue: state } });
      expect((await fetch(`${worker?.url}/readyz`)).status).toBe(state === 'ok' ? 200 : 503);
      for (const url of [fleet.client.baseUrl, worker?.url]) {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        expect(metrics).toMatch(
          new RegExp(`holdfast_dependency_up{dependency="queue",app="\\w+"} ${state === 'ok' ? 1 : 0}`),
        );
      }
    });
  }

  async function sell(): Promise<readonly Reservation[]> {
    const sold = await fleet.client.hold('MUG');
    const left = await fleet.client.hold('MUG', 1, { ttl_seconds: 1 });
    expect(await fleet.client.confirm(sold.id)).toMatchObject({ status: 200 });
    return [sold, left];
  }

  test.each(REFUSALS)(
    'because it $why counts as a queue that is away, and no call fails for it',
    async ({ begin, end }) => {
      await expectQueue('ok');
      const before = await sell();
      await begin(redis, directory);
      await expectQueue('degraded');
      const meanwhile = await sell();
      await end(redis);
      await expectQueue('ok');
      for (const { id } of [...before, ...meanwhile]) {
        await eventually(async () =>
          expect((await fleet.client.read(id)).warehouse_sync).toMatchObject({ state: 'succeeded' }),
        );
      }
      expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
    },
  );
});
