import { beginBefore } from '@holdfast/hot-path/testing';
import {
  createTestDatabase,
  eventually,
  freePort,
  startProcess,
  type TestDatabase,
  type TestProcess,
  type TestQueueBackend,
  withServiceLimits,
} from '@holdfast/testing';
import { Pool, type QueryResultRow } from 'pg';
import type { TestRedis } from './redis-server.ts';
import { startRedis } from './redis-topologies.ts';
import { type ApiClient, apiClientAt } from './api-client.ts';
import { warehouseAt } from './warehouse.ts';

type App = 'api' | 'worker' | 'gateway-sim';

/** The name of an advisory lock. */
const HELD = 4_711;

const WAIT_FOR_RELEASE = `
  CREATE OR REPLACE FUNCTION test_wait() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    WHILE NOT pg_try_advisory_xact_lock_shared(${HELD}) LOOP
      PERFORM pg_sleep(0.01);
    END LOOP;
    RETURN NULL;
  END $$;
  CREATE OR REPLACE TRIGGER test_wait BEFORE INSERT ON stock_movements
    FOR EACH STATEMENT EXECUTE FUNCTION test_wait()`;

export interface FleetOptions {
  /** Default 1. */
  readonly apis?: number;
  readonly workers?: number;
  /** Settings of all its processes. */
  readonly env?: Record<string, string>;
  /** Its own; by default one is started where the backend is Redis. */
  readonly redis?: TestRedis;
  /** Its own, which it drops in the end; by default a clone of the run's template. */
  readonly database?: TestDatabase;
}

export type Fleet = Awaited<ReturnType<typeof openFleet>>;

/** The whole of Holdfast in processes of its own, on a database and a Redis of its own. */
export async function openFleet(backend: TestQueueBackend, options: FleetOptions = {}) {
  const database = options.database ?? (await createTestDatabase());
  const redis = options.redis ?? (await startRedis(backend));
  if (redis && !options.redis && process.env['HOT_PATH']) await beginBefore(redis.url, database.url);
  const pools = new Map<string, Pool>();
  const gatewayPort = await freePort();
  const settings = {
    DATABASE_URL: withServiceLimits(database.url),
    REDIS_URL: redis?.url ?? '', // not the test run's own
    GATEWAY_SIM_PORT: String(gatewayPort),
    GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`,
    ...options.env,
  };
  /** At the database's current address, which a fail-over changes. */
  function poolOfNow(): Pool {
    const { url } = database;
    const pool = pools.get(url) ?? new Pool({ connectionString: url, max: 5 }).on('error', () => {}); // a query is rejected with it
    pools.set(url, pool);
    return pool;
  }
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
    for (const unlock of locks) await unlock();
    const ends = await Promise.allSettled([...running.keys()].map(stop));
    for (const pool of pools.values()) await pool.end();
    await redis?.close();
    await database.drop();
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async function query<Row extends QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return (await poolOfNow().query<Row>(sql, [...values])).rows;
  }
  const clients = (): readonly ApiClient[] => all('api').map(({ url }) => apiClientAt(url));
  const startGateway = async (): Promise<void> => void (await start('gateway-sim'));

  const fleet = {
    get databaseUrl(): string {
      return database.url;
    },
    get clients(): readonly ApiClient[] {
      return clients();
    },
    /** The first one's API. */
    get client(): ApiClient {
      const [first] = clients();
      if (!first) throw new Error('no API is running');
      return first;
    },
    warehouse: warehouseAt(settings.GATEWAY_URL),
    get workers(): readonly TestProcess[] {
      return all('worker');
    },
    get apis(): readonly TestProcess[] {
      return all('api');
    },
    start,
    /** SIGKILL. */
    async kill(process: TestProcess): Promise<void> {
      running.delete(process);
      await process.kill();
    },
    /** SIGTERM; throws when the exit code is not 0. */
    stop,
    stopGateway: async (): Promise<void> => void (await Promise.all(all('gateway-sim').map(stop))),
    /** gateway-sim, at the address that it always has. */
    startGateway,
    query,
    /** A connection with a lock that blocks other sessions until the test releases it. */
    async lock(sql: string, values: readonly unknown[] = []): Promise<() => Promise<void>> {
      const client = await poolOfNow().connect();
      await client.query('BEGIN');
      await client.query(sql, [...values]);
      const unlock = async () => {
        if (!locks.delete(unlock)) return;
        await client.query('ROLLBACK');
        client.release();
      };
      locks.add(unlock);
      return unlock;
    },
    /**
     * Statements that write movements wait until the answered function is called, at most for the ledger's time limit. A
     * locked row would not keep a batch: after 200 ms the ledger sets the batch's commands aside.
     */
    async holdWrites(): Promise<() => Promise<void>> {
      await query(WAIT_FOR_RELEASE);
      return fleet.lock('SELECT pg_advisory_xact_lock($1)', [HELD]);
    },
    /** How many statements wait. */
    async heldWrites(): Promise<number> {
      const rows = await query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
      );
      return rows.length;
    },
    /** All jobs, schedules and counters of the queues are gone. */
    async loseQueues(): Promise<void> {
      if (redis) return redis.flush();
      const tables = await query<{ name: string }>(
        `SELECT string_agg(format('bullmq.%I', tablename), ', ') AS name
         FROM pg_tables WHERE schemaname = 'bullmq' AND tablename NOT LIKE '%migration%'`,
      );
      // Workers lock the same tables in another order; after a deadlock the TRUNCATE is repeated.
      await eventually(() => query(`TRUNCATE ${tables[0]?.name} CASCADE`));
    },
    close,
  };

  try {
    const { apis = 1, workers = 1 } = options;
    await Promise.all([
      startGateway(),
      ...Array.from({ length: apis }, () => start('api')),
      ...Array.from({ length: workers }, () => start('worker')),
    ]);
    return fleet;
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}
