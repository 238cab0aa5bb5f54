import { openDatabase } from '@holdfast/db';
import { sequenceEvents } from '@holdfast/events';
import { reserveRedisServer, type TestRedis } from '../../../../tests/redis-server.ts';
import { stockUp } from '../../api-calls.ts';
import type { QueuePlace } from '../../options.ts';
import type { Metered } from '../../process-usage.ts';
import { NOWHERE, type Running, type Testbed } from '../../testbed.ts';

/** An API with 1,000 SKUs in stock, on a database and queues of its own. */
export interface EventSource {
  readonly databaseUrl: string;
  readonly api: Running;
  /** Null: the queues are in PostgreSQL. */
  readonly redis: Metered | null;
  startWorker(): Promise<Running>;
  close(): Promise<void>;
}

export async function openEventSource(
  testbed: Testbed,
  name: string,
  place: QueuePlace,
): Promise<EventSource> {
  const database = await testbed.createDatabase(name);
  const redis = place === 'Redis' ? await reserveRedisServer() : null;
  await redis?.start();
  const settings = {
    DATABASE_URL: database.url,
    REDIS_URL: redis?.url ?? '',
    GATEWAY_URL: NOWHERE,
    WEBHOOK_ALLOW_PRIVATE: 'true',
  };
  const api = await testbed.startApp('api', settings);
  await stockUp(api.url);
  return {
    databaseUrl: database.url,
    api,
    redis: redis && { pid: await pidOf(redis) },
    startWorker: () => testbed.startApp('worker', settings),
    async close() {
      await api.stop();
      await redis?.kill();
      await database.drop();
    },
  };
}

async function pidOf(redis: TestRedis): Promise<number> {
  return Number(/^process_id:(\d+)/m.exec(String(await redis.run('INFO', 'server')))?.[1]);
}

/** How long it took to give so many events that waited their places in the feed. */
export interface Numbered {
  readonly events: number;
  readonly seconds: number;
}

/** As many in a transaction as the worker's job takes. */
const CHUNK = 1_000;

/** Does what the worker's job does until no event is without a place. Nothing else may number events there. */
export async function numberBacklog(databaseUrl: string): Promise<Numbered> {
  const database = openDatabase(databaseUrl, { poolMax: 1, applicationName: 'holdfast bench' });
  try {
    const started = performance.now();
    let events = 0;
    for (let more = true; more;) {
      const sequenced = await sequenceEvents(database, { eventsMax: CHUNK });
      if (!sequenced) throw new Error('another process numbers events');
      events += sequenced.numbered;
      more = sequenced.more;
    }
    return { events, seconds: (performance.now() - started) / 1_000 };
  } finally {
    await database.close();
  }
}
