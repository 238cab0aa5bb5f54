import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queueNames } from '@holdfast/jobs';
import { eventually, keepCalling, queueBackends, startProcess, withSession } from '@holdfast/testing';
import { apiConnections } from '../apps/api/src/context.ts';
import { workerConnections } from '../apps/worker/src/context.ts';
import { startEmbeddedPostgres } from '../scripts/embedded-postgres/start.ts';
import { openFleet, type Fleet } from './fleet.ts';

/** Each application_name, and the most sessions that it had at one time; `all` has all names together. */
type Peaks = Map<string, number>;

function watchSessions(fleet: Fleet) {
  const peaks: Peaks = new Map();
  const looking = keepCalling(1, async () => {
    const sessions = await fleet.query<{ name: string; count: number }>(
      `SELECT application_name AS name, count(*)::integer AS count FROM pg_stat_activity
       WHERE datname = current_database() AND application_name <> '' GROUP BY 1`,
    );
    const all = sessions.reduce((sum, { count }) => sum + count, 0);
    for (const { name, count } of [...sessions, { name: 'all', count: all }]) {
      peaks.set(name, Math.max(count, peaks.get(name) ?? 0));
    }
  });
  return { peaks, stop: () => looking.stop() };
}

/** Lines of a process that are this event. */
const eventsNamed = (lines: readonly string[], event: string): unknown[] =>
  lines.filter((line) => line.includes(`"${event}"`)).map((line): unknown => JSON.parse(line));

describe.each(queueBackends)('with queues on $name', (backend) => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await openFleet(backend);
  });
  afterAll(() => fleet?.close());

  test('under load an API and a worker open the connections that they logged, and no more', async () => {
    const settings = { databaseUrl: fleet.databaseUrl, redisUrl: backend.redisUrl };
    const [api, worker] = [apiConnections(settings), workerConnections(settings)];
    for (const [process, budget] of [
      [fleet.apis[0], api],
      [fleet.workers[0], worker],
    ] as const) {
      // That it is ready comes by another way than its log, and may come first.
      await eventually(() =>
        expect(eventsNamed(process?.lastLines ?? [], 'database.connections')).toMatchObject([budget]),
      );
      expect(eventsNamed(process?.lastLines ?? [], 'database.connections_short')).toEqual([]);
    }
    const skus = ['MUG', 'CUP', 'JUG', 'PAN'];
    for (const sku of skus) await fleet.client.stock(sku, 1_000_000);
    const sessions = watchSessions(fleet);
    const { peaks } = sessions;
    const shopping = keepCalling(32, async (caller) => {
      const hold = await fleet.client.tryHold(skus[caller % skus.length] ?? '', 1, {
        ttl_seconds: caller % 2 ? 1 : 60,
      });
      if (hold.status === 201 && caller % 4 === 0) await fleet.client.confirm(hold.body.id);
      await Promise.all([
        fleet.client.get('/v1/events?limit=200'),
        fleet.client.get('/v1/reservations?limit=50'),
        fleet.client.availability(skus[caller % skus.length] ?? ''),
        fetch(`${fleet.workers[0]?.url}/metrics`),
      ]);
    });
    const ofQueue = api.queue_producer + worker.queue_producer;
    await eventually(() => {
      expect(peaks.get('holdfast api')).toBe(api.reading);
      expect(peaks.get('holdfast api reads')).toBe(api.single_reads);
      expect(peaks.get('holdfast worker')).toBe(worker.reading);
      for (const name of ['holdfast api ledger', 'holdfast worker ledger']) {
        expect(peaks.get(name)).toBeGreaterThan(0);
      }
      if (ofQueue > 0) {
        expect(peaks.get('holdfast queue producer')).toBeGreaterThan(api.queue_producer);
        expect(peaks.get('holdfast queue workers')).toBeGreaterThanOrEqual(1);
        for (const queue of queueNames) expect(peaks.get(queue)).toBe(1);
      }
    });
    await shopping.stop();
    await sessions.stop();
    const most: Record<string, number> = {
      'holdfast api': api.reading,
      'holdfast api reads': api.single_reads,
      'holdfast worker': worker.reading,
      'holdfast api ledger': api.ledger,
      'holdfast worker ledger': worker.ledger,
      'holdfast queue producer': ofQueue,
      'holdfast queue workers': worker.queue_workers + worker.queue_listening,
      ...Object.fromEntries(queueNames.map((queue) => [queue, 1])),
      all: api.total + worker.total,
    };
    expect([...peaks].filter(([name, peak]) => peak > (most[name] ?? 0))).toEqual([]);
  });
});

test('a server with few connections is reported at start, with what to change', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-connections-'));
  const { url, stop } = await startEmbeddedPostgres({ dataDir });
  await withSession(url, (session) => session.query('ALTER SYSTEM SET max_connections = 20'));
  await stop();
  const postgres = await startEmbeddedPostgres({ dataDir });
  try {
    const api = await startProcess('api', { DATABASE_URL: postgres.url, REDIS_URL: '' });
    await api.stop();
    expect(eventsNamed(api.lastLines, 'database.connections')).toMatchObject([
      { total: 14, max_connections: 20, reserved: 3 },
    ]);
    expect(eventsNamed(api.lastLines, 'database.connections_short')).toMatchObject([
      {
        level: 'warn',
        reason: expect.stringContaining('raise max_connections of PostgreSQL to at least 31'),
      },
    ]);
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
