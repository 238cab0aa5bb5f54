import { randomUUID } from 'node:crypto';
import { eventually, uniquePrefix, describeOnRedis } from '@holdfast/testing';
import { openRedis, type RedisClient } from '@holdfast/runtime/redis';
import type { JobName } from './job-catalog.ts';
import { type Consumer, startConsumer } from './consumer.ts';
import { connectTo } from './fixtures/queue-place.ts';
import { handlersWith, recordingLog } from './fixtures/recorder.ts';
import { createProducer, type Producer } from './producer.ts';

const syncId = randomUUID();
const { log } = recordingLog();

type Ask = (producer: Producer, delayMs: number) => Promise<unknown>;
const wakeSink: Ask = (producer) => producer.wakeSinks(['streams']);
const sync: Ask = (producer, delayMs) => producer.enqueueSyncs([{ id: syncId, action: 'confirm', delayMs }]);

const [sinkQueue, syncQueue] = ['events', 'warehouse-sync'];

/** The evicted key of a queue, and the job that was in it. */
const EVICTED: readonly [string, JobName, string, Ask, number][] = [
  [`${sinkQueue}:wait`, 'publish-to-sink', 'streams', wakeSink, 0],
  [`${sinkQueue}:1`, 'publish-to-sink', 'streams', wakeSink, 0],
  [`${sinkQueue}:de:streams`, 'publish-to-sink', 'streams', wakeSink, 0],
  [`${sinkQueue}:meta`, 'publish-to-sink', 'streams', wakeSink, 0],
  [`${sinkQueue}:marker`, 'publish-to-sink', 'streams', wakeSink, 0],
  [`${syncQueue}:prioritized`, 'sync-reservation', syncId, sync, 0],
  [`${syncQueue}:delayed`, 'sync-reservation', syncId, sync, 60_000],
];

describeOnRedis('after the eviction of a key of a queue, on $name', ({ name: backend, redisUrl }) => {
  let redis: RedisClient;
  let producer: Producer;
  let consumer: Consumer | undefined;
  let namespace: string;
  const keyInRedis = (key: string) =>
    backend === 'redis-cluster' ? `{${namespace}:${key.split(':')[0]}}:${key}` : `${namespace}:${key}`;
  const connection = () => connectTo({ databaseUrl: '', redisUrl, namespace });

  beforeEach(async () => {
    redis = openRedis({ redisUrl: redisUrl ?? '' }, {});
    namespace = uniquePrefix();
    producer = await createProducer(connection(), { log, timeoutMs: 10_000 });
    await eventually(() => producer.isReady());
  });

  afterEach(async () => {
    await consumer?.close(1_000);
    await producer.close();
    redis.disconnect();
  });

  test.each(EVICTED)('%s: %s runs when it is queued again', async (key, name, id, ask, delayMs) => {
    await ask(producer, delayMs);
    expect(await redis.del(keyInRedis(key))).toBe(1);
    let runs = 0;
    const handler = () => {
      runs += 1;
      return Promise.resolve();
    };
    consumer = await startConsumer(connection(), handlersWith({ [name]: handler }), { log });
    await producer.dropStranded(name, [id]);
    await ask(producer, 0);
    await eventually(() => runs > 0);
  });

  test('the counter of job ids: a sync whose job was overwritten by another runs when it is queued again', async () => {
    const [overwritten, later] = [randomUUID(), randomUUID()];
    await producer.enqueueSyncs([{ id: overwritten, action: 'confirm', delayMs: 60_000 }]);
    expect(await redis.del(keyInRedis(`${syncQueue}:id`))).toBe(1);
    await producer.enqueueSyncs([{ id: later, action: 'confirm' }]);

    const ran: string[] = [];
    const handler = ({ sync_id: id }: { sync_id: string }) => {
      ran.push(id);
      return Promise.resolve();
    };
    consumer = await startConsumer(connection(), handlersWith({ 'sync-reservation': handler }), { log });
    await eventually(() => ran.includes(later));
    await eventually(async () => {
      await producer.dropStranded('sync-reservation', [overwritten]);
      await producer.enqueueSyncs([{ id: overwritten, action: 'confirm' }]);
      return ran.includes(overwritten);
    });
  });
});
