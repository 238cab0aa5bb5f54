import { randomUUID } from 'node:crypto';
import { allowedInASecond, eventually, scaled, timed } from '@holdfast/testing';
import { openRedis, serversOf } from '@holdfast/runtime/redis';
import { busiestSecond, takeSlots } from './fixtures/pace.ts';
import { NoSlot, type Pace, slotEveryMs } from './gateway-pace.ts';
import { createRedisPace, type RedisPaceOptions } from './redis-pace.ts';

const REDIS_URL = process.env.HOLDFAST_TEST_REDIS_URL;
const opened: Pace[] = [];

function paceAt(redisUrl: string, more: Partial<RedisPaceOptions> = {}): Pace {
  const pace = createRedisPace({ ratePerSecond: 60, redisUrl, onError: () => {}, ...more });
  opened.push(pace);
  return pace;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((pace) => pace.close()));
});

test('with Redis away a slot is refused in time, and close does not hang', async () => {
  const errors: unknown[] = [];
  const pace = paceAt('redis://127.0.0.1:1', { slotTimeoutMs: 100, onError: (error) => errors.push(error) });
  await expect(pace.slot()).rejects.toThrow(NoSlot);
  await eventually(() => errors.length > 0);
  pace.pause(60_000);
  expect(pace.pausedMs()).toBeGreaterThan(30_000);
  await pace.close();
});

const withRedis = REDIS_URL ? describe : describe.skip;

withRedis('shared through Redis', () => {
  const name = `test-gateway-${randomUUID()}`;
  /** In the names of its keys. */
  const id = REDIS_URL?.startsWith('redis+cluster') ? `{${name}}` : name;
  const redis = openRedis({ redisUrl: REDIS_URL ?? '' }, { lazyConnect: true });
  const shared = (more: Partial<RedisPaceOptions> = {}) => paceAt(REDIS_URL ?? '', { name, ...more });
  async function forget(): Promise<void> {
    for (const server of serversOf(redis)) {
      for (const key of await server.keys(`b_${id}_*`)) await server.del(key);
    }
  }

  beforeAll(() => redis.connect());
  afterEach(forget);
  afterAll(() => redis.disconnect());

  test('three workers together keep the limit, and use it', async () => {
    const starts: number[] = [];
    const { tookMs, lateMs, allowedMs } = await timed(() =>
      Promise.all([1, 2, 3].map(() => takeSlots(shared(), 30, starts))),
    );
    expect(busiestSecond(starts)).toBeLessThanOrEqual(allowedInASecond(60, slotEveryMs(60), lateMs));
    expect(tookMs).toBeLessThan(allowedMs(90 * slotEveryMs(60) * 1.2));
  });

  test('a pause is obeyed by the other worker', async () => {
    const [one, other] = [shared(), shared()];
    await Promise.all([one.slot(), other.slot()]);
    one.pause(60_000);
    await expect(takeSlots(other, 100)).rejects.toThrow('paused'); // the message needs a moment
    expect(other.pausedMs()).toBeGreaterThan(50_000);
  });

  test('after a loss of state in Redis (FLUSHALL) calls continue at the same pace', async () => {
    const [one, other] = [shared(), shared()];
    await Promise.all([one.slot(), other.slot()]);
    await forget();
    const from = performance.now();
    await Promise.all([takeSlots(one, 5), takeSlots(other, 5)]);
    expect(performance.now() - from).toBeGreaterThan(8 * 19.5);
  });

  test('a limiter that is stuck is built anew, and a slot in the far future is brought back', async () => {
    let rebuilt = 0;
    const pace = shared({ slotTimeoutMs: scaled(1_100), onRebuilt: () => (rebuilt += 1) });
    await pace.slot();
    // A host whose clock is an hour ahead has taken the last slot.
    await redis.hset(`b_${id}_settings`, 'nextRequest', Date.now() + 3_600_000);
    await expect(pace.slot()).rejects.toThrow(NoSlot);
    await eventuallySlot(pace);
    expect(rebuilt).toBeGreaterThan(0);
  });

  test('a connection that was cut is restored', async () => {
    const pace = shared();
    await pace.slot();
    for (const server of serversOf(redis)) {
      await server.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes').catch(() => {});
    }
    await expect(eventuallySlot(pace)).resolves.toBeUndefined();
  });

  test('a changed rate is used although Redis knows the old one', async () => {
    const slow = shared({ ratePerSecond: 1 });
    await slow.slot();
    await slow.close();
    const fast = shared({ ratePerSecond: 100 });
    await fast.slot();
    const { tookMs, allowedMs } = await timed(() => takeSlots(fast, 5));
    expect(tookMs).toBeLessThan(allowedMs(1_000)); // at the old rate: 5,850
  });
});

const eventuallySlot = (pace: Pace): Promise<void> => eventually(() => pace.slot());
