import { randomUUID } from 'node:crypto';
import { timed } from '@holdfast/testing';
import { openRedis, type RedisClient, serversOf } from '@holdfast/runtime/redis';
import { pump, type EventStore, type PumpEnd } from './sink-pump.ts';
import { createRedisStreams, type RedisStreams, type RedisStreamsOptions } from './redis-streams.ts';
import type { StoredEvent } from './event-feed-store.ts';

const REDIS_URL = process.env.HOLDFAST_TEST_REDIS_URL;
const opened: RedisStreams[] = [];
let stream: string;
let newest: number;

const eventAt = (position: number): StoredEvent => ({
  position,
  id: `id-${position}`,
  type: 'warehouse.inventory.stock_low',
  subject: 'MUG',
  time: '2026-11-21T10:00:00.000Z',
  reservationId: null,
  data: { sku: 'MUG', available: 3, low_stock_threshold: 5 },
  changed: null,
});

/** A database with events from 1 to `newest`. */
const store: EventStore = {
  readNext(after, limit) {
    const count = Math.max(0, Math.min(limit, newest - after));
    const events = Array.from({ length: count }, (_, index) => eventAt(after + 1 + index));
    return Promise.resolve({ events, lookedTo: after + count });
  },
};

function openStreams(more: Partial<RedisStreamsOptions> = {}): RedisStreams {
  const streams = createRedisStreams({
    redisUrl: REDIS_URL ?? '',
    publicUrl: 'https://shop.example',
    lengthMax: 100_000,
    readNewestPosition: () => Promise.resolve(newest),
    stream,
    onError: () => {},
    ...more,
  });
  opened.push(streams);
  return streams;
}

function run(streams: RedisStreams): Promise<PumpEnd> {
  return pump(streams.open(), store, { stopping: new AbortController().signal, stretchMs: 60_000 });
}

beforeEach(() => {
  stream = `test-${randomUUID()}:events`;
  newest = 0;
});
afterEach(() => {
  for (const streams of opened.splice(0)) streams.close();
});

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('with Redis away it says so at once, and nothing waits for it', async () => {
  newest = 5;
  const streams = openStreams({ redisUrl: 'redis://127.0.0.1:1' });
  const { tookMs, allowedMs } = await timed(async () => {
    await expect(run(streams)).rejects.toThrow(/./);
    await expect(run(streams)).rejects.toThrow(/./);
  });
  expect(tookMs).toBeLessThan(allowedMs(1_000));
});

const withRedis = REDIS_URL ? describe : describe.skip;

withRedis('in Redis', () => {
  let redis: RedisClient;

  beforeAll(() => {
    redis = openRedis({ redisUrl: REDIS_URL ?? '' }, {});
  });
  afterEach(() => redis.del(stream));
  afterAll(() => redis.disconnect());

  /** Positions of the entries that are there. */
  async function positions(): Promise<number[]> {
    const entries = await redis.xrange(stream, '-', '+');
    return entries.map(([id]) => {
      expect(id).toMatch(/^\d+-0$/);
      return Number.parseInt(id, 10);
    });
  }

  /** As soon as it is connected. */
  async function openConnected(more: Partial<RedisStreamsOptions> = {}): Promise<RedisStreams> {
    const streams = openStreams(more);
    await connected(streams);
    return streams;
  }
  async function connected(streams: RedisStreams): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await streams.open().readProgress();
        return;
      } catch (error) {
        if (tries === 500) throw error;
        await redis.ping();
      }
    }
  }

  /** Only those of this stream. */
  async function killConnections(): Promise<void> {
    for (const server of serversOf(redis)) {
      const clients = String(await server.call('CLIENT', 'LIST')).split('\n');
      for (const client of clients.filter((line) => line.includes(`name=${stream} `))) {
        await server.call('CLIENT', 'KILL', 'ID', /id=(\d+)/.exec(client)?.[1] ?? '');
      }
    }
  }

  test('each event is an entry with its id, its type and the CloudEvent, at its position', async () => {
    newest = 1_203;
    const streams = await openConnected();
    expect(await run(streams)).toEqual({ isDone: true, askAgainMs: null });
    expect(await positions()).toEqual(upTo(1_203));
    const [entry] = await redis.xrange(stream, '7-0', '7-0');
    const [, fields = []] = entry ?? [];
    expect(fields.slice(0, 5)).toEqual(['id', 'id-7', 'type', 'warehouse.inventory.stock_low', 'event']);
    expect(JSON.parse(fields[5] ?? '')).toEqual({
      specversion: '1.0',
      id: 'id-7',
      source: 'https://shop.example',
      type: 'warehouse.inventory.stock_low',
      subject: 'MUG',
      time: '2026-11-21T10:00:00.000Z',
      datacontenttype: 'application/json',
      dataschema: 'https://shop.example/schemas/warehouse.inventory.stock_low.json',
      data: { sku: 'MUG', available: 3, low_stock_threshold: 5 },
    });
  });

  test('the next run goes on behind the last entry, also when entries were deleted', async () => {
    newest = 10;
    const streams = await openConnected();
    await run(streams);
    await redis.xdel(stream, '10-0', '9-0');
    newest = 12;
    await run(streams);
    expect(await positions()).toEqual([...upTo(8), 11, 12]);
  });

  test('two publishers at once leave no gap and write nothing twice', async () => {
    newest = 20_000;
    const both = [await openConnected(), await openConnected()];
    await Promise.all([...both, ...both].map(run));
    expect(await positions()).toEqual(upTo(20_000));
  });

  test('it is trimmed to about the length that was asked for, and the newest stay', async () => {
    newest = 5_000;
    await run(await openConnected({ lengthMax: 1_000 }));
    const kept = await positions();
    expect(kept.length).toBeGreaterThanOrEqual(1_000);
    expect(kept.length).toBeLessThan(1_200);
    expect(kept).toEqual(upTo(5_000, 5_001 - kept.length));
  });

  test('a stream that was lost is filled with the newest that it can keep, and goes on', async () => {
    newest = 5_000;
    const streams = await openConnected({ lengthMax: 1_000 });
    await run(streams);
    await redis.del(stream);
    expect(await streams.open().readProgress()).toBe(4_000);
    await run(streams);
    newest = 5_010;
    await run(streams);
    const kept = await positions();
    expect(kept).toEqual(upTo(5_010, 5_011 - kept.length));
    expect(kept.length).toBeGreaterThanOrEqual(1_000);
  });

  test('a batch that was read before the stream lost its end is not written behind the gap', async () => {
    newest = 10;
    const streams = await openConnected();
    await run(streams);
    newest = 12;
    const sink = streams.open();
    expect(await sink.readProgress()).toBe(10);
    // As after a failover to a replica that had not heard of the last two.
    await redis.del(stream);
    for (const position of upTo(8)) await redis.xadd(stream, `${position}-0`, 'id', `id-${position}`);
    const stopping = new AbortController().signal;
    await expect(sink.publish([eventAt(11), eventAt(12)], stopping)).rejects.toThrow('has lost entries');
    await run(streams);
    expect(await positions()).toEqual(upTo(12));
  });

  test('when the connection breaks, that run fails, and one after it goes on', async () => {
    newest = 3_000;
    const streams = await openConnected();
    let looks = 0;
    const breaking: EventStore = {
      async readNext(after, limit) {
        looks += 1;
        if (looks === 3) await killConnections();
        return store.readNext(after, limit);
      },
    };
    const stopping = new AbortController().signal;
    const broken = pump(streams.open(), breaking, { stopping, stretchMs: 60_000 });
    if (REDIS_URL?.startsWith('redis+cluster')) {
      await broken; // ioredis sends the call again
    } else {
      await expect(broken).rejects.toThrow(/./);
      expect((await positions()).length).toBe(1_000);
    }
    await connected(streams);
    await run(streams);
    expect(await positions()).toEqual(upTo(3_000));
  });

  test('a stream of another database is left alone, and it says what to do', async () => {
    await redis.xadd(stream, '999-0', 'id', 'of another');
    newest = 10;
    const streams = openStreams();
    await expect(
      (async () => {
        for (;;) await connected(streams);
      })(),
    ).rejects.toThrow('Delete the stream');
    expect(await positions()).toEqual([999]);
  });
});
