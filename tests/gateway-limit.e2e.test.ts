import { setTimeout as pause } from 'node:timers/promises';
import { createRedisPace, slotEveryMs, type Pace } from '@holdfast/warehouse';
import { allowedInASecond, eventually, timed, describeOnRedis } from '@holdfast/testing';
import { reserveRedis } from './redis-topologies.ts';

const WORKERS = 8;
const AWAY_MS = 2_500;
const GATEWAY_LIMIT = 60;

describeOnRedis('eight workers that share their slots through $name', (backend) => {
  test('keep the limit when it dies, is away for seconds and comes back empty', async () => {
    const redis = await reserveRedis(backend);
    await redis.start();
    const paces = Array.from({ length: WORKERS }, () =>
      createRedisPace({ ratePerSecond: GATEWAY_LIMIT, redisUrl: redis.url, onError: () => {} }),
    );
    const ending = new AbortController();
    const starts: number[] = [];
    const workers = paces.map((pace) => takeSlots(pace, starts, ending.signal));
    const { lateMs } = await timed(async () => {
      await eventually(() => starts.length >= 50);

      await redis.kill();
      await pause(AWAY_MS);
      const before = starts.length;
      await redis.start();

      await eventually(() => starts.length >= before + 100);
    });
    ending.abort();
    await Promise.all(workers);
    await Promise.all(paces.map((pace) => pace.close()));
    await redis.close();
    expect(busiestSecond(starts)).toBeLessThanOrEqual(
      allowedInASecond(GATEWAY_LIMIT, slotEveryMs(GATEWAY_LIMIT), lateMs),
    );
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

const busiestSecond = (starts: readonly number[]): number =>
  Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + 1_000).length));
