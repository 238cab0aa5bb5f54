import { setTimeout as pause } from 'node:timers/promises';
import { createRedisPace, type Pace } from '@holdfast/gateway';
import { queueBackends } from '@holdfast/testing';
import { hasRedisServer, reserveRedisServer } from './redis-server.ts';

jest.setTimeout(60_000);

const WORKERS = 8;
const AWAY_MS = 5_000;
const GATEWAY_LIMIT = 60;

const onRedis = queueBackends.filter(({ name }) => name === 'redis' && hasRedisServer);

describe.each(onRedis)('eight workers that share their slots through $name', () => {
  test('keep the limit when it dies, is away for seconds and comes back empty', async () => {
    const redis = await reserveRedisServer();
    await redis.start();
    const paces = Array.from({ length: WORKERS }, () =>
      createRedisPace({ ratePerSecond: GATEWAY_LIMIT, redisUrl: redis.url, onError: () => {} }),
    );
    const ending = new AbortController();
    const starts: number[] = [];
    const workers = paces.map((pace) => takeSlots(pace, starts, ending.signal));
    await eventuallyMore(starts, 50);

    await redis.kill();
    await pause(AWAY_MS);
    const before = starts.length;
    await redis.start();

    await eventuallyMore(starts, before + 100);
    ending.abort();
    await Promise.all(workers);
    await Promise.all(paces.map((pace) => pace.close()));
    await redis.kill();
    expect(busiestSecond(starts)).toBeLessThanOrEqual(GATEWAY_LIMIT);
  });
});

/** One slot after the other, as a worker with more to do than it may; refused, it asks again soon. */
async function takeSlots(pace: Pace, starts: number[], ending: AbortSignal): Promise<void> {
  while (!ending.aborted) {
    try {
      await pace.slot();
      starts.push(performance.now());
    } catch {
      await pause(100);
    }
  }
}

async function eventuallyMore(starts: readonly number[], count: number): Promise<void> {
  const deadlineMs = performance.now() + 30_000;
  while (starts.length < count) {
    if (performance.now() > deadlineMs) throw new Error(`${starts.length} slots, not ${count}`);
    await pause(20);
  }
}

const busiestSecond = (starts: readonly number[]): number =>
  Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1_000).length));
