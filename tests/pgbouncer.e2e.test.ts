import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  checkLedgerInvariants,
  createTestDatabase,
  eventually,
  keepCalling,
  onPostgres,
} from '@holdfast/testing';
import type { TestDatabase } from '@holdfast/testing';
import { migrate } from '@holdfast/db';
import { Pool } from 'pg';
import { openFleet } from './fleet.ts';
import { hasPgBouncer, startPgBouncer } from './pgbouncer-server.ts';

(hasPgBouncer ? describe : describe.skip)('behind PgBouncer', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  test('in session mode API and worker do all their work, with the queue in PostgreSQL', async () => {
    const pooler = await startPgBouncer(database.url, 'session');
    const fleet = await openFleet(onPostgres, {
      database: { ...database, drop: () => Promise.resolve() },
      env: { DATABASE_URL: pooler.url },
    });
    try {
      await fleet.client.stock('MUG', 10);
      const due = await fleet.client.hold('MUG', 1, { ttl_seconds: 1 });
      const sold = await fleet.client.hold('MUG');
      expect((await fleet.client.confirm(sold.id)).status).toBe(200);
      await eventually(async () => {
        expect(await fleet.client.read(due.id)).toMatchObject({
          status: 'expired',
          warehouse_sync: { state: 'succeeded' },
        });
        expect(await fleet.client.read(sold.id)).toMatchObject({ warehouse_sync: { state: 'succeeded' } });
      });
      expect((await fleet.client.ready()).body).toMatchObject({ status: 'ready', queue: 'ok' });
      expect((await fetch(`${fleet.workers[0]?.url}/readyz`)).status).toBe(200);
      // Session settings have been applied, for example the statement timeout.
      const limits = await fleet.query<{ backends: number }>(
        `SELECT count(*)::integer AS backends FROM pg_stat_activity WHERE application_name LIKE 'holdfast%'`,
      );
      expect(limits[0]?.backends).toBeGreaterThan(3);
      expect(await checkLedgerInvariants(database.url)).toEqual([]);
    } finally {
      await fleet.close();
      await pooler.kill();
    }
  });

  test.each(['transaction', 'statement'] as const)(
    'in %s mode neither API nor worker starts, and one line says what to change',
    async (mode) => {
      const pooler = await startPgBouncer(database.url, mode);
      try {
        for (const app of ['api', 'worker'] as const) {
          const { status, stderr } = spawnSync(
            process.execPath,
            ['--require', require.resolve('tsx/cjs'), join(__dirname, '../apps', app, 'src/main.ts')],
            {
              env: {
                ...process.env,
                DATABASE_URL: pooler.url,
                GATEWAY_URL: 'http://127.0.0.1:1',
                HOST: '127.0.0.1',
              },
              encoding: 'utf8',
              timeout: 60_000,
            },
          );
          expect(stderr).toMatch(
            /^Cannot start: DATABASE_URL leads through a pooler in transaction .*pool_mode = session/,
          );
          expect(stderr.trim().split('\n')).toHaveLength(1);
          expect(status).toBe(1);
        }
      } finally {
        await pooler.kill();
      }
    },
  );

  test('transaction mode is detected with other traffic, and with one session only', async () => {
    const busy = await startPgBouncer(database.url, 'transaction', 5);
    const narrow = await startPgBouncer(database.url, 'transaction', 1);
    try {
      const others = startTraffic(busy.url);
      for (let round = 0; round < 10; round += 1) {
        await expect(migrate(busy.url)).rejects.toThrow('pool_mode = session');
      }
      await others.stop();
      await expect(migrate(narrow.url)).rejects.toThrow('pool_mode = session');
    } finally {
      await busy.kill();
      await narrow.kill();
    }
  });
});

/** Statements of other clients, which take and return sessions all the time. */
function startTraffic(url: string) {
  const pool = new Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {}); // the pooler may end its sessions before they have closed
  const calls = keepCalling(4, () => pool.query('SELECT pg_sleep(random() * 0.005)'));
  return {
    async stop() {
      await calls.stop();
      await pool.end();
    },
  };
}
