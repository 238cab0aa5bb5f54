import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { Redis } from 'ioredis';
import { GatewayBusy, GatewayLimiterClosed, GatewayLimiterUnavailable } from './limiter-errors.ts';
import { slotEveryMs } from './pace.ts';
import { createGatewayLimiter, priorityOf, type GatewayLimiter } from './rate-limit.ts';

const REDIS_URL = process.env.HOLDFAST_TEST_REDIS_URL;
const limiters: GatewayLimiter[] = [];

function limiter(options: Partial<Parameters<typeof createGatewayLimiter>[0]> = {}): GatewayLimiter {
  const created = createGatewayLimiter({ ratePerSecond: 60, ...options });
  limiters.push(created);
  return created;
}

afterEach(async () => {
  await Promise.all(limiters.splice(0).map((each) => each.close()));
});

/** The largest number of starts in any sliding second, and starts a second from first to last. */
function measure(starts: number[]): { busiest: number; perSecond: number } {
  const sorted = starts.toSorted((a, b) => a - b);
  const busiest = Math.max(
    ...sorted.map((from) => sorted.filter((at) => at >= from && at < from + 1_000).length),
  );
  const tookMs = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  return { busiest, perSecond: ((sorted.length - 1) / tookMs) * 1_000 };
}

const times = (count: number, make: () => Promise<void>) =>
  Promise.all(Array.from({ length: count }, () => make()));

test('the gap leaves room for lateness: 60 gaps last longer than a second', () => {
  expect(slotEveryMs(60)).toBe(19);
  expect(slotEveryMs(1)).toBe(1_100);
});

test('confirm and cancel go before release and expire', async () => {
  expect([priorityOf('confirm'), priorityOf('cancel')]).toEqual(['high', 'high']);
  expect([priorityOf('release'), priorityOf('expire')]).toEqual(['low', 'low']);
  const one = limiter({ inFlightMax: 1 });
  const order: string[] = [];
  await Promise.all(
    (['low', 'low', 'low', 'high', 'high'] as const).map((priority) =>
      one.schedule(priority, async () => void order.push(priority)),
    ),
  );
  // The first was under way before the others came.
  expect(order).toEqual(['low', 'high', 'high', 'low', 'low']);
});

test('no sliding second holds more than 60 starts, and the pace is used: 50 at least', async () => {
  const one = limiter();
  const starts: number[] = [];
  await times(75, () => one.schedule('high', async () => void starts.push(performance.now())));
  const { busiest, perSecond } = measure(starts);
  expect(busiest).toBeLessThanOrEqual(60);
  expect(perSecond).toBeGreaterThan(48);
});

test('no more calls are in flight than allowed', async () => {
  const one = limiter({ inFlightMax: 2 });
  let inFlight = 0;
  let most = 0;
  await times(8, () =>
    one.schedule('high', async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setTimeout(resolve, 60));
      inFlight -= 1;
    }),
  );
  expect(most).toBe(2);
});

test('a failing call fails its caller only', async () => {
  const one = limiter();
  const failing = one.schedule('high', async () => {
    throw new Error('boom');
  });
  await expect(failing).rejects.toThrow('boom');
  await expect(one.schedule('high', async () => 'fine')).resolves.toBe('fine');
});

test('a full queue says so at once', async () => {
  const one = limiter({ queueMax: 2 });
  const waiting = [one.schedule('low', async () => 1), one.schedule('low', async () => 2)];
  await expect(one.schedule('high', async () => 3)).rejects.toThrow(GatewayBusy);
  expect(one.queued()).toBe(2);
  await expect(Promise.all(waiting)).resolves.toEqual([1, 2]);
  expect(one.queued()).toBe(0);
});

test('a pause holds back all starts, and they come back at pace', async () => {
  const one = limiter();
  const starts: number[] = [];
  const from = performance.now();
  one.pause(250);
  one.pause(10);
  await times(4, () => one.schedule('high', async () => void starts.push(performance.now() - from)));
  expect(Math.min(...starts)).toBeGreaterThanOrEqual(249);
  expect(Math.max(...starts) - Math.min(...starts)).toBeGreaterThan(3 * 17);
});

test('close refuses what waits, lets the call in flight end, and takes no more', async () => {
  const one = limiter({ inFlightMax: 1 });
  const gateway = new EventEmitter();
  const inFlight = one.schedule('high', () => once(gateway, 'answer'));
  await expectWithin(1_000, () => one.queued() === 0);
  const waiting = one.schedule('high', async () => 'never');
  const closing = one.close();
  gateway.emit('answer', 'done');
  await expect(waiting).rejects.toThrow(GatewayLimiterClosed);
  await expect(inFlight).resolves.toEqual(['done']);
  await closing;
  await expect(one.schedule('high', async () => 'never')).rejects.toThrow(GatewayLimiterClosed);
});

test('close does not wait for a pause to end', async () => {
  const one = limiter();
  one.pause(60_000);
  const waiting = one.schedule('high', async () => 'never');
  await one.close();
  await expect(waiting).rejects.toThrow(GatewayLimiterClosed);
});

test('with Redis away a call is refused in time, and close does not hang', async () => {
  const errors: unknown[] = [];
  const one = limiter({
    redisUrl: 'redis://127.0.0.1:1',
    slotTimeoutMs: 100,
    onError: (error) => errors.push(error),
  });
  one.pause(1);
  await expect(one.schedule('high', async () => 'never')).rejects.toThrow(GatewayLimiterUnavailable);
  expect(errors.length).toBeGreaterThan(0);
  await one.close();
});

const whenClustered = REDIS_URL ? describe : describe.skip;

whenClustered('clustered through Redis', () => {
  const name = `test-gateway-${randomUUID()}`;
  const redis = new Redis(REDIS_URL ?? '', { lazyConnect: true });
  const clustered = (rest: Partial<Parameters<typeof createGatewayLimiter>[0]> = {}) =>
    limiter({ redisUrl: REDIS_URL, name, ...rest });

  afterEach(async () => {
    const keys = await redis.keys(`b_${name}_*`);
    if (keys.length > 0) await redis.del(keys);
  });
  afterAll(() => redis.disconnect());

  test('two processes together keep the limit, and use it', async () => {
    const both = [clustered(), clustered()];
    const starts: number[][] = [[], []];
    await Promise.all(
      both.map((one, i) =>
        times(45, () => one.schedule('high', async () => void starts[i]?.push(performance.now()))),
      ),
    );
    const { busiest, perSecond } = measure(starts.flat());
    expect(busiest).toBeLessThanOrEqual(60);
    expect(perSecond).toBeGreaterThan(48);
  });

  test('a pause is obeyed by the other process', async () => {
    const [one, other] = [clustered(), clustered()];
    await Promise.all([one.schedule('high', async () => {}), other.schedule('high', async () => {})]);
    one.pause(400);
    const from = performance.now();
    // The message needs a moment: the other may start a few, then none until the pause is over.
    let last = 0;
    await expectWithin(3_000, async () => {
      const before = performance.now();
      await other.schedule('high', async () => {});
      last = performance.now() - from;
      return performance.now() - before > 200;
    });
    expect(last).toBeGreaterThanOrEqual(390);
  });

  test('state lost in Redis (FLUSHALL) stops nobody, and the pace is the same', async () => {
    const [one, other] = [clustered(), clustered()];
    await Promise.all([one.schedule('high', async () => {}), other.schedule('high', async () => {})]);
    await redis.del(await redis.keys(`b_${name}_*`));
    const from = performance.now();
    await Promise.all([one, other].map((each) => times(5, () => each.schedule('high', async () => {}))));
    expect(performance.now() - from).toBeGreaterThan(8 * 19);
    expect(performance.now() - from).toBeLessThan(2_000);
  });

  test('a changed rate is used although Redis knows the old one', async () => {
    const slow = clustered({ ratePerSecond: 5 });
    await slow.schedule('high', async () => {});
    await slow.close();
    const fast = clustered({ ratePerSecond: 100 });
    await fast.schedule('high', async () => {});
    const from = performance.now();
    await times(5, () => fast.schedule('high', async () => {}));
    expect(performance.now() - from).toBeLessThan(500);
  });
});

async function expectWithin(timeoutMs: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not so within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
