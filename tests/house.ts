import {
  createTestDatabase,
  eventually,
  freePort,
  startProcess,
  type TestDatabase,
  type TestProcess,
  type TestQueueBackend,
} from '@holdfast/testing';
import { Pool, type QueryResultRow } from 'pg';
import { hasRedisServer, type RedisServer, reserveRedisServer } from './redis-server.ts';
import { type Shop, shopAt } from './shop.ts';
import { type Warehouse, warehouseAt } from './warehouse.ts';

type App = 'api' | 'worker' | 'gateway-sim';

export interface HouseOptions {
  /** Default 1. */
  readonly apis?: number;
  readonly workers?: number;
  /** Settings of all its processes. */
  readonly env?: Record<string, string>;
  /** Its own; by default one is started where the backend is Redis. */
  readonly redis?: RedisServer;
  /** Its own, which it drops in the end; by default a clone of the run's template. */
  readonly database?: TestDatabase;
}

/** The whole of Holdfast in processes of its own, on a database and a Redis that nobody else uses. */
export interface House {
  readonly databaseUrl: string;
  readonly shops: readonly Shop[];
  /** The first one's API. */
  readonly shop: Shop;
  readonly warehouse: Warehouse;
  readonly workers: readonly TestProcess[];
  readonly apis: readonly TestProcess[];
  start(app: App, env?: Record<string, string>): Promise<TestProcess>;
  /** SIGKILL. */
  kill(process: TestProcess): Promise<void>;
  /** SIGTERM; throws when the exit code is not 0. */
  stop(process: TestProcess): Promise<void>;
  /** gateway-sim, at the address that it always has. */
  stopGateway(): Promise<void>;
  startGateway(): Promise<void>;
  /** All jobs, schedules and counters of the queues are gone. */
  loseQueues(): Promise<void>;
  query<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** A connection for a lock that the test holds: nobody gets past it until it is let go. */
  lock(sql: string, values?: readonly unknown[]): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export async function openHouse(backend: TestQueueBackend, options: HouseOptions = {}): Promise<House> {
  const database = options.database ?? (await createTestDatabase());
  const redis = options.redis ?? (backend.redisUrl === undefined ? undefined : await startRedis());
  const pool = new Pool({ connectionString: database.url, max: 5 });
  pool.on('error', () => {}); // whoever asks is told
  const gatewayPort = await freePort();
  const settings = {
    DATABASE_URL: database.url,
    REDIS_URL: redis?.url ?? '', // not the test run's own
    GATEWAY_SIM_PORT: String(gatewayPort),
    GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`,
    ...options.env,
  };
  const running = new Map<TestProcess, App>();
  const locks = new Set<() => Promise<void>>();

  async function start(app: App, env: Record<string, string> = {}): Promise<TestProcess> {
    const process = await startProcess(app, { ...settings, ...env });
    running.set(process, app);
    return process;
  }
  function stop(process: TestProcess): Promise<void> {
    running.delete(process);
    return process.stop();
  }
  const all = (app: App) => [...running.keys()].filter((process) => running.get(process) === app);

  async function close(): Promise<void> {
    for (const letGo of locks) await letGo();
    const ends = await Promise.allSettled([...running.keys()].map(stop));
    await pool.end();
    await redis?.kill();
    await database.drop();
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  const house: House = {
    databaseUrl: database.url,
    get shops() {
      return all('api').map(({ url }) => shopAt(url));
    },
    get shop() {
      const [first] = house.shops;
      if (!first) throw new Error('no API is running');
      return first;
    },
    warehouse: warehouseAt(settings.GATEWAY_URL),
    get workers() {
      return all('worker');
    },
    get apis() {
      return all('api');
    },
    start,
    async kill(process) {
      running.delete(process);
      await process.kill();
    },
    stop,
    stopGateway: async () => void (await Promise.all(all('gateway-sim').map(stop))),
    startGateway: async () => void (await start('gateway-sim')),
    async query<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []) {
      return (await pool.query<Row>(sql, [...values])).rows;
    },
    async lock(sql, values = []) {
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query(sql, [...values]);
      const letGo = async () => {
        if (!locks.delete(letGo)) return;
        await client.query('ROLLBACK');
        client.release();
      };
      locks.add(letGo);
      return letGo;
    },
    async loseQueues() {
      if (redis) return redis.flush();
      const tables = await house.query<{ name: string }>(
        `SELECT string_agg(format('bullmq.%I', tablename), ', ') AS name
         FROM pg_tables WHERE schemaname = 'bullmq' AND tablename NOT LIKE '%migration%'`,
      );
      // Workers lock the same tables in another order; whoever is chosen to give way tries again.
      await eventually(() => house.query(`TRUNCATE ${tables[0]?.name} CASCADE`), { timeoutMs: 30_000 });
    },
    close,
  };

  try {
    const { apis = 1, workers = 1 } = options;
    await Promise.all([
      house.startGateway(),
      ...Array.from({ length: apis }, () => start('api')),
      ...Array.from({ length: workers }, () => start('worker')),
    ]);
    return house;
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

async function startRedis(): Promise<RedisServer> {
  if (!hasRedisServer) throw new Error('These tests start a Redis of their own: put redis-server into PATH');
  const redis = await reserveRedisServer();
  await redis.start();
  return redis;
}
