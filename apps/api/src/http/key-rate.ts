import type { ServerResponse } from 'node:http';
import { retryAfter } from '@holdfast/contract';
import type { Logger } from '@holdfast/runtime';
import { openRedis, type RedisAddress, type RedisClient } from '@holdfast/runtime/redis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from './problem.ts';

export type KeyRate = ReturnType<typeof openKeyRate>;

const WINDOW_SECONDS = 1;

/**
 * Redis counts for all APIs, memory for this one. A request waits no longer for Redis: then, and while Redis
 * is away, memory counts.
 */
const ANSWER_TIMEOUT_MS = 50;
/**
 * A connection without an answer for so long is given up, or each request would wait its 50 ms. Not shorter,
 * as a process may itself be busy for 100 ms.
 */
const SILENCE_MAX_MS = 500;

export interface KeyRateConfig {
  readonly keyRatePerSecond: number;
  readonly redisUrl?: string | undefined;
  readonly redisCa?: string | undefined;
}

/** Limits the requests of each key in a second. A request with several lines counts as so many requests. */
export function openKeyRate({ keyRatePerSecond, redisUrl, redisCa }: KeyRateConfig, log: Logger) {
  const memory = new RateLimiterMemory({ points: keyRatePerSecond, duration: WINDOW_SECONDS });
  const redis = redisUrl === undefined ? null : openCounts({ redisUrl, redisCa }, log);
  const limiter = redis ? shared(redis, memory) : memory;
  const policy = `"default";q=${keyRatePerSecond};w=${WINDOW_SECONDS}`;
  return {
    /**
     * Counts a request, and says in `RateLimit` and `RateLimit-Policy` how many are left
     * (draft-ietf-httpapi-ratelimit-headers). @throws {Problem} `rate_limited`
     */
    async take(keyName: string, response: ServerResponse): Promise<void> {
      const { isOver, remainingPoints } = await consume(limiter, keyName);
      response.setHeader('RateLimit-Policy', policy);
      response.setHeader('RateLimit', `"default";r=${remainingPoints};t=${WINDOW_SECONDS}`);
      if (isOver) throw tooMany(keyRatePerSecond);
    },
    /**
     * Counts lines of a request that was let in already: it is known only now how many it has. Lines above
     * the limit refuse the next request, not this one, so that a batch of many lines can be sent.
     */
    count(keyName: string, lines: number): void {
      void consume(limiter, keyName, lines).catch(() => undefined); // Redis being away is logged elsewhere
    },
    close(): void {
      redis?.disconnect();
    },
  };
}

function shared(redis: RedisClient, memory: RateLimiterMemory): RateLimiterRedis {
  const { points, duration } = memory;
  return new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: 'holdfast-key-rate',
    points,
    duration,
    insuranceLimiter: memory,
    rejectIfRedisNotReady: true,
    // A key over the limit is refused from memory for the rest of the second.
    inMemoryBlockOnConsumed: points + 1,
  });
}

function openCounts(address: RedisAddress, log: Logger): RedisClient {
  const redis = openRedis(address, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: ANSWER_TIMEOUT_MS,
    socketTimeout: SILENCE_MAX_MS,
  });
  redis.on('error', (error) => log.warn('key_rate.redis_away', { error }));
  return redis;
}

async function consume(limiter: RateLimiterMemory | RateLimiterRedis, keyName: string, points = 1) {
  try {
    const { remainingPoints } = await limiter.consume(keyName, points);
    return { isOver: false, remainingPoints };
  } catch (error) {
    if (error instanceof RateLimiterRes) return { isOver: true, remainingPoints: 0 };
    throw error;
  }
}

function tooMany(perSecond: number): Problem {
  return new Problem(
    'rate_limited',
    `This key may make ${perSecond} requests a second, and each line counts as one. Nothing was done.`,
    {
      headers: retryAfter(WINDOW_SECONDS),
    },
  );
}
