import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRedisStreams } from '@holdfast/events';
import { createProducer, queueConnection, startConsumer, type SyncJob } from '@holdfast/jobs';
import { makeApiKey } from '@holdfast/runtime';
import { openRedis, refuseWrongRedis } from '@holdfast/runtime/redis';
import {
  createTestDatabase,
  eventually,
  ofSuite,
  startProcess,
  type TestProcess,
  timed,
  uniquePrefix,
  withServiceLimits,
} from '@holdfast/testing';
import { createRedisPace } from '@holdfast/warehouse';
import { handlersWith, recordingLog } from '../packages/jobs/src/fixtures/recorder.ts';
import { hasOpenssl } from './certificates.ts';
import { hasRedisServer, startRedisServer } from './redis-server.ts';
import { startCluster, startSentinel, startTlsRedis, type Topology } from './redis-topologies.ts';

const JOBS = 60;
const HANDLER_MS = 50;
/** A fail-over is over, and jobs run again. */
const AWAY_MAX_MS = 10_000;

const withRedis = hasRedisServer ? describe : describe.skip;

/** A producer and a consumer that collects the syncs that it was given. */
async function openQueues(redisUrl: string, more: { redisCa?: string; namespace?: string } = {}) {
  const { log, lines } = recordingLog();
  const where = { databaseUrl: '', redisUrl, namespace: uniquePrefix(), ...more };
  const producer = await createProducer(queueConnection(where), { log, timeoutMs: 2_000 });
  const done = new Map<string, number>();
  const handlers = handlersWith({
    'sync-reservation': async ({ sync_id: syncId }) => {
      await new Promise((resolve) => setTimeout(resolve, HANDLER_MS));
      done.set(syncId, performance.now());
    },
  });
  const consumer = await startConsumer(queueConnection(where), handlers, {
    log,
    concurrency: { 'warehouse-sync': 1 },
  });
  return {
    producer,
    consumer,
    done,
    lines,
    /** As upkeep does: until the queue takes it. */
    enqueue: (sync: SyncJob) => eventually(() => producer.enqueueSyncs([sync]).then(() => true)),
    async close(): Promise<void> {
      await consumer.close(1_000);
      await producer.close();
    },
  };
}

/** The first host and port of a URL. */
const hostOf = (url: string) => /\/\/([^,/]+)/.exec(url)?.[1] ?? '';

const newSync = (): SyncJob => ({ id: randomUUID(), action: 'confirm' });

/** Loses the master of the queue while jobs run. */
async function loseMaster(topology: Topology, how: 'SIGKILL' | 'SIGSTOP') {
  const namespace = uniquePrefix();
  const queues = await openQueues(topology.url, { namespace });
  const syncs = Array.from({ length: JOBS }, newSync);
  for (const sync of syncs.slice(0, JOBS / 2)) await queues.enqueue(sync);
  await eventually(() => queues.done.size > 0);
  await topology.loseMasterOf(`{${namespace}:warehouse-sync}`, how);
  const lostAt = performance.now();
  const { allowedMs } = await timed(async () => {
    for (const sync of syncs.slice(JOBS / 2)) await queues.enqueue(sync);
    await eventually(() => syncs.every(({ id }) => queues.done.has(id)));
  });
  const after = [...queues.done.values()].filter((at) => at > lostAt + 2 * HANDLER_MS);
  await eventually(() => queues.consumer.isReady());
  await queues.close();
  return { tookMs: Math.min(...after) - lostAt, allowedMs };
}

(hasRedisServer && hasOpenssl ? describe : describe.skip)(
  'Redis with TLS and a certificate of a private authority',
  () => {
    const tls = ofSuite(startTlsRedis);

    test('runs jobs with the authority of REDIS_CA_FILE, and is not ready without it', async () => {
      const queues = await openQueues(tls.url, { redisCa: readFileSync(tls.caFile, 'utf8') });
      const sync = newSync();
      await queues.enqueue(sync);
      await eventually(() => queues.done.has(sync.id));
      await queues.close();

      const unknown = await openQueues(tls.url);
      await eventually(() => unknown.lines.some(({ fields }) => /certificate/.test(String(fields['error']))));
      expect(await unknown.producer.isReady()).toBe(false);
      await unknown.close();
    });
  },
);

describe.each(
  [
    { name: 'a master behind Sentinel', start: startSentinel },
    { name: 'a Cluster', start: startCluster },
  ].filter(() => hasRedisServer),
)('$name', ({ start }) => {
  const topology = ofSuite<Topology>(start);

  test('has the slots, the stream and the policy of eviction', async () => {
    await refuseWrongRedis({ redisUrl: topology.url });
    const pace = createRedisPace({ ratePerSecond: 60, redisUrl: topology.url, onError: () => {} });
    const other = createRedisPace({ ratePerSecond: 60, redisUrl: topology.url, onError: () => {} });
    for (let slot = 0; slot < 5; slot += 1) await Promise.all([pace.slot(), other.slot()]);
    other.pause(60_000);
    await eventually(() => pace.pausedMs() > 50_000);
    await Promise.all([pace.close(), other.close()]);

    const streams = createRedisStreams({
      redisUrl: topology.url,
      publicUrl: 'http://127.0.0.1:3000',
      lengthMax: 100,
      readNewestPosition: () => Promise.resolve(7),
      onError: () => {},
    });
    const sink = streams.open();
    expect(await eventually(() => sink.readProgress().then((position) => ({ position })))).toEqual({
      position: 0,
    });
    streams.close();

    const queues = await openQueues(topology.url);
    await eventually(() => queues.producer.isReady());
    expect(await queues.producer.evictionPolicy()).toBeNull();
    await queues.close();
  });

  test('serves two APIs that count requests together, their board, and a worker', async () => {
    const database = await createTestDatabase();
    const { key, entry } = makeApiKey(uniquePrefix(), 'reservations:read,ops:read');
    const env = {
      DATABASE_URL: withServiceLimits(database.url),
      REDIS_URL: topology.url,
      API_KEYS: entry,
      API_KEY_RATE_PER_SECOND: '5',
      GATEWAY_URL: 'http://127.0.0.1:1',
    };
    const [one, other, worker] = await Promise.all(
      (['api', 'api', 'worker'] as const).map((app) => startProcess(app, env)),
    );
    if (!one || !other || !worker) throw new Error('a process is missing');
    const statusOf = async (api: TestProcess, path: string) => {
      const answer = await fetch(new URL(path, api.url), { headers: { authorization: `Bearer ${key}` } });
      await answer.arrayBuffer();
      return answer.status;
    };
    for (const process of [one, other, worker]) {
      await eventually(async () => (await statusOf(process, '/readyz')) === 200);
    }
    await eventually(async () => (await statusOf(one, '/ops/queues/api/queues')) === 200);
    const refused = await eventually(async () => {
      await Promise.all(Array.from({ length: 10 }, () => statusOf(one, '/v1/reservations')));
      const status = await statusOf(other, '/v1/reservations');
      return status === 429 && status;
    });
    expect(refused).toBe(429);
    await Promise.all([one, other, worker].map((process) => process.stop()));
    await database.drop();
  });

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'goes on within ten seconds when a master gets %s during jobs, and loses no job',
    async (how) => {
      const topology = await start();
      const { tookMs, allowedMs } = await loseMaster(topology, how);
      expect(tookMs).toBeLessThan(allowedMs(AWAY_MAX_MS));
      await topology.close();
    },
  );
});

withRedis('a server of another kind than REDIS_URL says', () => {
  const server = ofSuite(async () => {
    const redis = await startRedisServer();
    return { url: redis.url, close: () => redis.kill() };
  });
  const sentinel = ofSuite(startSentinel);
  const cluster = ofSuite(startCluster);

  test.each([
    [
      'a node of a Cluster',
      () => `redis://${hostOf(cluster.url)}`,
      /is a node of a Cluster.*redis\+cluster:/,
    ],
    ['a Sentinel', () => `redis://${hostOf(sentinel.url)}`, /is a Sentinel.*redis\+sentinel:/],
    [
      'a server for a Cluster',
      () => `redis+cluster://${hostOf(server.url)}`,
      /is not a node of a Cluster.*redis:/,
    ],
    [
      'a server for a Sentinel',
      () => `redis+sentinel://${hostOf(server.url)}/main`,
      /is no Sentinel.*redis:/,
    ],
    [
      'a name that no Sentinel knows',
      () => `redis+sentinel://${hostOf(sentinel.url)}/other`,
      /knows no master "other"/,
    ],
  ])('%s is refused at start, and named by each connection later', async (_what, url, message) => {
    await expect(refuseWrongRedis({ redisUrl: url() })).rejects.toThrow(message);
    const errors: string[] = [];
    const redis = openRedis({ redisUrl: url() }, { enableOfflineQueue: false });
    redis.on('error', (error) => errors.push(error.message));
    await eventually(() => errors.some((error) => message.test(error)));
    await eventually(() =>
      redis.set('key', 'value').then(
        () => false,
        () => true,
      ),
    );
    redis.disconnect();
  });

  test('ends the process at its start, with the form of the URL that is right', async () => {
    const env = {
      DATABASE_URL: 'postgresql://127.0.0.1:1/none',
      REDIS_URL: `redis://${hostOf(cluster.url)}`,
    };
    await expect(startProcess('api', env)).rejects.toThrow(
      /REDIS_URL: .* is a node of a Cluster.*redis\+cluster:/,
    );
  });

  test('that is away is not refused', async () => {
    await expect(refuseWrongRedis({ redisUrl: 'redis://127.0.0.1:1' })).resolves.toBeUndefined();
    await expect(
      refuseWrongRedis({ redisUrl: 'redis+sentinel://127.0.0.1:1/main' }),
    ).resolves.toBeUndefined();
    await expect(refuseWrongRedis({ redisUrl: 'redis+cluster://127.0.0.1:1' })).resolves.toBeUndefined();
  });
});
