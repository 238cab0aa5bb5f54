/**
 * @alone No request fails as long as the machine can serve the load.
 */
import { asPromised, eventually, slowness, onPostgres } from '@holdfast/testing';
import { checkoutCallsOf, expectAllDone } from './checkout-calls.ts';
import { startPostgresPair } from './faults/postgres-pair.ts';
import { type Fleet, type FleetOptions, openFleet } from './fleet.ts';
import { type LoadReport, startOpenLoop } from './open-loop.ts';
import { hasRedisServer } from './redis-server.ts';
import { startCluster, startSentinel, type Topology } from './redis-topologies.ts';

/** Alone two cores serve `REQUESTS_PER_SECOND=300 npm test -- tests/fail-over`. */
const PER_SECOND = Number(process.env['REQUESTS_PER_SECOND'] ?? Math.ceil(100 / slowness()));
const FLOW_WITHIN_MS = 10_000;
const SKUS = ['MUG', 'CAP', 'BAG', 'PEN'];
/** The queue of the syncs: its keys are on one master of a Cluster. */
const SYNC_QUEUE = '{bullmq:warehouse-sync}';

interface Servers {
  readonly options: FleetOptions;
  /** Ends the master, and makes its replica the master where nothing else does. */
  failOver(): Promise<void>;
  close(): Promise<void>;
}

async function twoPostgres(): Promise<Servers> {
  const pair = await startPostgresPair();
  const database = { url: pair.primaryUrl, drop: () => pair.drop() };
  return {
    options: { database, env: { DATABASE_URL: pair.url } },
    async failOver(): Promise<void> {
      await pair.killPrimary();
      await pair.promote();
      database.url = pair.standbyUrl;
    },
    close: () => Promise.resolve(), // the fleet drops its database
  };
}

const redisOf = (start: () => Promise<Topology>) => async (): Promise<Servers> => {
  const topology = await start();
  return {
    options: { env: { REDIS_URL: topology.url } },
    failOver: () => topology.loseMasterOf(SYNC_QUEUE, 'SIGKILL'),
    close: () => topology.close(),
  };
};

describe.each(
  [
    { name: 'PostgreSQL with a synchronous standby', start: twoPostgres, isDatabase: true },
    { name: 'Redis with Sentinel', start: redisOf(startSentinel), isDatabase: false },
    { name: 'Redis Cluster', start: redisOf(startCluster), isDatabase: false },
  ].filter(({ isDatabase }) => isDatabase || hasRedisServer),
)('$name', ({ name, start, isDatabase }) => {
  let servers: Servers;
  let fleet: Fleet;

  beforeAll(async () => {
    servers = await start();
    fleet = await openFleet(onPostgres, servers.options);
    for (const sku of SKUS) await fleet.client.stock(sku, 1_000_000);
  });
  afterAll(async () => {
    await fleet?.close();
    await servers?.close();
  });

  test(`when the master is killed under load, ${isDatabase ? 'nothing answered is lost' : 'no request fails'}, and calls and syncs go on within ten seconds`, async () => {
    const checkout = checkoutCallsOf(SKUS);
    const load = startOpenLoop(fleet.client.baseUrl, PER_SECOND, checkout.call, { repeats: isDatabase });
    const synced = async () =>
      (await fleet.query(`SELECT FROM warehouse_syncs WHERE state = 'succeeded'`)).length;
    let report: LoadReport;
    let seconds: number;
    try {
      await eventually(async () => (await synced()) > PER_SECOND / 10);
      await servers.failOver();
      const lostAt = performance.now();
      const before = { answered: load.answered(), synced: await eventually(synced) };
      await asPromised(FLOW_WITHIN_MS, () => load.answered() > before.answered + PER_SECOND);
      await asPromised(FLOW_WITHIN_MS, async () => (await synced()) > before.synced + PER_SECOND / 10);
      seconds = (performance.now() - lostAt) / 1_000;
    } finally {
      report = await load.end();
    }
    const { sent, failures, p50Ms, p99Ms } = report;
    process.stderr.write(
      `fail-over, ${name}: calls and syncs flowed again ${seconds.toFixed(1)} s after it; ${sent} calls at ${PER_SECOND} a second, ` +
        `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(0)} ms\n`,
    );
    expect(failures).toEqual([]);
    await expectAllDone(fleet, checkout);
  });
});
