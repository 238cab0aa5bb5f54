import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { measure, takeSlots } from './fixtures/starts.ts';
import { NoSlot, type Pace } from './pace.ts';
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
  expect(errors.length).toBeGreaterThan(0);
  pace.pause(60_000);
  expect(pace.pausedMs()).toBeGreaterThan(59_000);
  await pace.close();
});

const withRedis = REDIS_URL ? describe : describe.skip;

withRedis('shared through Redis', () => {
  const name = `test-gateway-${randomUUID()}`;
  const redis = new Redis(REDIS_URL ?? '', { lazyConnect: true });
  const shared = (more: Partial<RedisPaceOptions> = {}) => paceAt(REDIS_URL ?? '', { name, ...more });
  const keys = () => redis.keys(`b_${name}_*`);

  afterEach(async () => {
    const found = await keys();
    if (found.length > 0) await redis.del(found);
  });
  afterAll(() => redis.disconnect());

  test('three workers together keep the limit, and use it', async () => {
    const starts: number[] = [];
    await Promise.all([1, 2, 3].map(() => takeSlots(shared(), 30, starts)));
    const { busiest, perSecond } = measure(starts);
    expect(busiest).toBeLessThanOrEqual(60);
    expect(perSecond).toBeGreaterThan(45);
  });

  test('a pause is obeyed by the other worker', async () => {
    const [one, other] = [shared(), shared()];
    await Promise.all([one.slot(), other.slot()]);
    one.pause(60_000);
    await expect(takeSlots(other, 100)).rejects.toThrow('paused'); // the message needs a moment
    expect(other.pausedMs()).toBeGreaterThan(50_000);
  });

  test('state lost in Redis (FLUSHALL) stops nobody, and the pace is the same', async () => {
    const [one, other] = [shared(), shared()];
    await Promise.all([one.slot(), other.slot()]);
    await redis.del(await keys());
    const from = performance.now();
    await Promise.all([takeSlots(one, 5), takeSlots(other, 5)]);
    expect(performance.now() - from).toBeGreaterThan(8 * 19.5);
  });

  test('a limiter that is stuck is built anew, and a slot in the far future is brought back', async () => {
    let rebuilt = 0;
    const pace = shared({ slotTimeoutMs: 1_100, onRebuilt: () => (rebuilt += 1) });
    await pace.slot();
    // A host whose clock is an hour ahead has taken the last slot.
    await redis.hset(`b_${name}_settings`, 'nextRequest', Date.now() + 3_600_000);
    await expect(pace.slot()).rejects.toThrow(NoSlot);
    await eventuallySlot(pace);
    expect(rebuilt).toBeGreaterThan(0);
  });

  test('a connection that was cut is mended', async () => {
    const pace = shared();
    await pace.slot();
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes').catch(() => {});
    await expect(eventuallySlot(pace)).resolves.toBeUndefined();
  });

  test('a changed rate is used although Redis knows the old one', async () => {
    const slow = shared({ ratePerSecond: 5 });
    await slow.slot();
    await slow.close();
    const fast = shared({ ratePerSecond: 100 });
    await fast.slot();
    const from = performance.now();
    await takeSlots(fast, 5);
    expect(performance.now() - from).toBeLessThan(900); // at the old rate: 1,100
  });
});

async function eventuallySlot(pace: Pace): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  for (;;) {
    try {
      return await pace.slot();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
  }
}
