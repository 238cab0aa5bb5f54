import { eventually } from '@holdfast/testing';
import type { Scene } from './scene.ts';

/** Each resolves with false if the queues are not in Redis. */

export async function killRedis({ redis }: Scene): Promise<boolean> {
  if (!redis) return false;
  await redis.kill();
  await redis.start();
  return true;
}

/** Redis runs out of memory and evicts any keys: jobs, schedules, the gateway's slots. Then its limit is removed. */
export async function evictFromRedis({ redis }: Scene): Promise<boolean> {
  if (!redis) return false;
  const evicted = async () => /evicted_keys:[1-9]/.test(String(await redis.run('INFO', 'stats')));
  await redis.run('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '1mb');
  try {
    await eventually(evicted);
  } finally {
    await redis.run('CONFIG', 'SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '0');
  }
  return true;
}
