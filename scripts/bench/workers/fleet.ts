import { openHouse, type House } from '../../../tests/house.ts';
import { reserveRedisServer } from '../../../tests/redis-server.ts';
import { SETTINGS, type Stage } from '../stage.ts';
import { stockUp } from '../stock.ts';

/** Where the queues live. */
export const queuePlaces = ['PostgreSQL', 'Redis'] as const;
export type QueuePlace = (typeof queuePlaces)[number];

/** One API, some workers and the gateway's stand-in, with 1,000 SKUs in stock and nothing sold. */
export interface Fleet extends House {
  readonly redisUrl: string | undefined;
  /** Of its own, where the queues live in Redis: SIGKILL, and it comes back knowing nothing. */
  restartRedis(): Promise<void>;
}

/** @param env settings of all its processes, on top of the bench's own */
export async function openFleet(
  stage: Stage,
  place: QueuePlace,
  { workers, env = {} }: { readonly workers: number; readonly env?: Readonly<Record<string, string>> },
): Promise<Fleet> {
  const database = await stage.createDatabase('bench_workers');
  const redis = place === 'Redis' ? await reserveRedisServer() : undefined;
  await redis?.start();
  const house = await openHouse(
    { name: redis ? 'redis' : 'postgres', redisUrl: redis?.url },
    { database, workers, env: { ...SETTINGS, REDIS_URL: redis?.url ?? '', ...env }, ...(redis && { redis }) },
  );
  await stockUp(house.shop.baseUrl);
  return Object.assign(house, {
    redisUrl: redis?.url,
    async restartRedis() {
      await redis?.kill();
      await redis?.start();
    },
  });
}
