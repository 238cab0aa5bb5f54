import { Redis } from 'ioredis';
import { reserveRedisServer } from '../../../tests/redis-server.ts';
import type { Metered } from '../cpu.ts';
import type { Running, Stage } from '../stage.ts';
import { stockUp } from '../stock.ts';
import type { QueuePlace } from '../workers/fleet.ts';

/** An API with 1,000 SKUs in stock, on a database and queues that nobody else has. */
export interface Shop {
  readonly databaseUrl: string;
  readonly api: Running;
  /** Null: the queues are in PostgreSQL. */
  readonly redis: Metered | null;
  startWorker(): Promise<Running>;
  close(): Promise<void>;
}

/** Nobody answers there, and nobody is to be told anything. */
const NOWHERE = 'http://127.0.0.1:1';

export async function openShop(stage: Stage, name: string, place: QueuePlace): Promise<Shop> {
  const database = await stage.createDatabase(name);
  const redis = place === 'Redis' ? await reserveRedisServer() : null;
  await redis?.start();
  const settings = {
    DATABASE_URL: database.url,
    REDIS_URL: redis?.url ?? '',
    GATEWAY_URL: NOWHERE,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  };
  const api = await stage.startApp('api', settings);
  await stockUp(api.url);
  return {
    databaseUrl: database.url,
    api,
    redis: redis && { pid: await pidOf(redis.url) },
    startWorker: () => stage.startApp('worker', settings),
    async close() {
      await api.stop();
      await redis?.kill();
      await database.drop();
    },
  };
}

async function pidOf(redisUrl: string): Promise<number> {
  const client = new Redis(redisUrl);
  try {
    return Number(/^process_id:(\d+)/m.exec(await client.info('server'))?.[1]);
  } finally {
    client.disconnect();
  }
}
