import { Redis } from 'ioredis';
import { within } from '../bounded-waits.ts';
import { ConfigError } from '../read-config.ts';
import { openRedis } from './open-redis.ts';
import { findWrongKind, WrongRedisKind } from './redis-kind.ts';
import { readRedisUrl } from './redis-url.ts';

/** A Redis that does not answer by then counts as away. */
const LOOK_MAX_MS = 3_000;

/**
 * Looks, at start, whether Redis is what `REDIS_URL` says. The process starts even if Redis is away: each
 * connection checks again when it reaches a server.
 *
 * @throws {ConfigError} when a server of another kind answers
 */
export async function refuseWrongRedis(address: {
  readonly redisUrl?: string | undefined;
  readonly redisCa?: string | undefined;
}): Promise<void> {
  const { redisUrl, redisCa } = address;
  if (redisUrl === undefined) return;
  const redis = openRedis(
    { redisUrl, redisCa },
    { lazyConnect: true, reconnects: false, connectTimeout: LOOK_MAX_MS, commandTimeout: LOOK_MAX_MS },
  );
  let wrong: WrongRedisKind | undefined;
  redis.on('error', (error) => {
    if (error instanceof WrongRedisKind) wrong = error;
  });
  const look = async () => {
    await redis.connect();
    if (redis instanceof Redis)
      wrong ??= (await findWrongKind(redis, readRedisUrl(redisUrl).place)) ?? undefined;
  };
  await within(
    LOOK_MAX_MS,
    look().catch(() => undefined),
    undefined,
  );
  redis.disconnect();
  if (wrong)
    throw new ConfigError(`These settings are wrong (see .env.example):\n  REDIS_URL: ${wrong.message}`);
}
