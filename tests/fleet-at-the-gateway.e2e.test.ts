import { allowedInASecond, eventually, queueBackends, timed } from '@holdfast/testing';
import { startOwnPostgres } from './faults/own-postgres.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { startRedis } from './redis-topologies.ts';
import { measureArrivals, type WarehouseReport } from './warehouse.ts';

/** Some four seconds of calls; the bench takes 600. */
const SYNCS = 240;
/** Enough for tests with faults. */
const FEWER_SYNCS = 150;
const ORDERS_PER_CALL = 200;
const GATEWAY_LIMIT = 60;
const SLOT_MS = 19.5;

/** 240 slots of 19.5 ms take 4.7 s, however many workers take them. The bench measures the total time. */
const SOONEST_MS = 4_000;
/** Of some hundred syncs that fail at a third of their calls, one fails eight times in a row now and then. */
const SETTINGS = { GATEWAY_MAX_ATTEMPTS: '30', GATEWAY_BACKOFF_MAX_SECONDS: '2', GATEWAY_TIMEOUT_MS: '3000' };

/** How many syncs of a run have succeeded. */
type Synced = () => Promise<number>;

describe.each(queueBackends)(
  'three workers and some hundred confirmed orders, queues on $name',
  (backend) => {
    let fleet: Fleet;

    beforeAll(async () => {
      fleet = await openFleet(backend, { workers: 3, env: SETTINGS });
      await fleet.client.stock('MUG', 100_000);
    });
    afterAll(() => fleet?.close());
    beforeEach(() => fleet.warehouse.forget());

    async function confirmNow(count: number): Promise<{ startedMs: number; synced: Synced }> {
      const [before, startedMs] = [await succeeded(fleet), Date.now()];
      await confirmOrders(fleet, count);
      return { startedMs, synced: async () => (await succeeded(fleet)) - before };
    }

    test('are all sent once, and never too many in a second', async () => {
      const { value: startedMs, lateMs: machineLateMs } = await timed(async () => {
        const { startedMs, synced } = await confirmNow(SYNCS);
        await allSynced(synced, SYNCS);
        return startedMs;
      });

      const report = await fleet.warehouse.report();
      const { lastMs, perSecond } = measureArrivals(report);
      say({ tookMs: lastMs - startedMs, perSecond, busiest: report.busiest_second, machineLateMs });
      expectEachOnce(report, SYNCS, machineLateMs);
      // A worker that gets no connection to write a result sends that sync again, with the same key.
      expect(report.repeats).toBeLessThan(SYNCS / 20);
      expect(report.requests).toHaveLength(SYNCS + report.repeats + report.throttled);
      expect(lastMs - startedMs).toBeGreaterThan(SOONEST_MS);
    });

    test('are all sent once with one worker killed and another added during the run', async () => {
      const { lateMs: machineLateMs } = await timed(async () => {
        const { synced } = await confirmNow(FEWER_SYNCS);
        await eventually(async () => (await synced()) >= FEWER_SYNCS / 3);
        const [killed] = fleet.workers;
        if (!killed) throw new Error('no worker');
        await Promise.all([fleet.kill(killed), fleet.start('worker')]);
        await allSynced(synced, FEWER_SYNCS);
      });

      const report = await fleet.warehouse.report();
      say({ repeats: report.repeats, busiest: report.busiest_second, machineLateMs });
      expectEachOnce(report, FEWER_SYNCS, machineLateMs);
    });

    test('take effect once while calls fail, hang and lose their replies', async () => {
      await fleet.warehouse.spoil({ error_rate: 0.2, drop_reply_rate: 0.1, hang_rate: 0.05 });
      const { lateMs: machineLateMs } = await timed(async () => {
        const { synced } = await confirmNow(FEWER_SYNCS);
        await allSynced(synced, FEWER_SYNCS);
      });

      const report = await fleet.warehouse.report();
      const { requests, repeats, busiest_second: busiest } = report;
      say({ calls: requests.length, repeats, busiest, machineLateMs });
      expectEachOnce(report, FEWER_SYNCS, machineLateMs);
      expect(repeats).toBeGreaterThan(0);
    });

    const say = (figures: Readonly<Record<string, number>>): void => {
      const text = Object.entries(figures).map(([name, figure]) => `${name} ${Math.round(figure)}`);
      process.stdout.write(`${backend.name}, ${expect.getState().currentTestName}: ${text.join(', ')}\n`);
    };
  },
);

describe.each(queueBackends)('two workers in mid-run, queues on $name', (backend) => {
  test('keep the limit and lose nothing when PostgreSQL and Redis die and come back', async () => {
    const postgres = await startOwnPostgres();
    const redis = await startRedis(backend);
    const fleet = await openFleet(backend, { workers: 2, database: postgres, ...(redis ? { redis } : {}) });
    try {
      await fleet.client.stock('MUG', 1_000);
      await confirmOrders(fleet, FEWER_SYNCS);
      const { lateMs: machineLateMs } = await timed(async () => {
        await eventually(async () => (await succeeded(fleet)) >= FEWER_SYNCS / 3);
        await Promise.all([postgres.crash(), redis?.kill().then(() => redis.start())]);
        await eventually(async () => (await succeeded(fleet)) === FEWER_SYNCS);
      });

      expectEachOnce(await fleet.warehouse.report(), FEWER_SYNCS, machineLateMs);
    } finally {
      await fleet.close();
    }
  });
});

const allSynced = (synced: Synced, count: number) => eventually(async () => (await synced()) === count);

async function confirmOrders({ client }: Fleet, count: number): Promise<void> {
  const order = { lines: [{ sku: 'MUG', quantity: 1 }], confirm: true };
  for (let sent = 0; sent < count; sent += ORDERS_PER_CALL) {
    await client.batch(Array.from({ length: Math.min(ORDERS_PER_CALL, count - sent) }, () => order));
  }
}

async function succeeded(fleet: Fleet): Promise<number> {
  const [row] = await fleet.query<{ count: number }>(
    "SELECT count(*)::integer AS count FROM warehouse_syncs WHERE state = 'succeeded'",
  );
  return row?.count ?? 0;
}

/** Each order once by key, and by effect, and never too many at a time. */
function expectEachOnce(report: WarehouseReport, count: number, machineLateMs: number): void {
  expect(report.keys).toBe(count);
  expect(report.busiest_second).toBeLessThanOrEqual(allowedInASecond(GATEWAY_LIMIT, SLOT_MS, machineLateMs));
  if (report.busiest_second <= GATEWAY_LIMIT) expect(report.throttled).toBe(0);
}
