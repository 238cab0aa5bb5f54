import {
  checkLedgerInvariants,
  eventually,
  freePort,
  queueBackends,
  type TestProcess,
} from '@holdfast/testing';
import { type Balancer, hasHaproxy, startBalancer } from './haproxy.ts';
import { type House, openHouse } from './house.ts';
import { type LoadReport, startOpenLoop } from './open-loop.ts';
import { patiently } from './patience.ts';
import { shoppersOf } from './shoppers.ts';

jest.setTimeout(240_000);

/**
 * What two cores bear beside another suite. Alone they bear `REQUESTS_PER_SECOND=300 npm test -- tests/rolling-restart`.
 */
const PER_SECOND = Number(process.env['REQUESTS_PER_SECOND'] ?? 100);
/** The restarts take 20 s. A machine that is very busy may send less in that time, but not much less. */
const SENT_MIN = PER_SECOND * 10;
/** The balancer notices within 1.25 s; a machine may be busy. */
const DRAIN_SECONDS = '5';
/** After some 3 s. */
const WARM_UP_CONFIRMS = PER_SECOND / 3;
const SKUS = ['MUG', 'CAP', 'BAG', 'PEN'];

// That there is none was said at the start of the run.
const describeFleet = hasHaproxy ? describe : describe.skip;

describeFleet.each(queueBackends)('two APIs behind haproxy and two workers, queues on $name', (backend) => {
  let house: House;
  let balancer: Balancer;
  let apis: Record<1 | 2, { readonly port: string; process: TestProcess }>;

  beforeAll(async () => {
    house = await openHouse(backend, { apis: 0, workers: 2 });
    apis = { 1: await startApi(), 2: await startApi() };
    balancer = await startBalancer({ 1: hostOf(apis[1].process), 2: hostOf(apis[2].process) });
    for (const sku of SKUS) await house.shop.stock(sku, 1_000_000);
  });

  afterAll(async () => {
    await balancer?.kill();
    for (const api of house?.apis ?? []) await house.kill(api); // nobody is there to drain for
    await house?.close();
  });

  async function startApi() {
    const port = String(await freePort());
    return { port, process: await house.start('api', { PORT: port, DRAIN_SECONDS }) };
  }
  async function restartApi(number: 1 | 2): Promise<void> {
    const { port, process } = apis[number];
    await house.stop(process);
    // Somebody's connection may have that port just now.
    apis[number].process = await patiently(() => house.start('api', { PORT: port, DRAIN_SECONDS }));
    await eventually(() => balancer.sendsTo(number), { timeoutMs: 60_000 });
  }
  async function restartWorker(process: TestProcess): Promise<void> {
    await house.stop(process);
    const { url } = await house.start('worker');
    await patiently(async () => (await fetch(`${url}/readyz`)).ok);
  }
  /** How many keys the warehouse has seen for each of these reservations. */
  async function timesTold(ids: readonly string[]): Promise<Set<number>> {
    const { requests } = await house.warehouse.report();
    const keys = new Map(ids.map((id) => [id, new Set<string>()]));
    for (const { body, idempotency_key: key } of requests) keys.get(body.reservation_id)?.add(key);
    return new Set([...keys.values()].map(({ size }) => size));
  }

  test('restarted one after the other under load, no request fails and no job is lost', async () => {
    const shoppers = shoppersOf(SKUS);
    const load = startOpenLoop(balancer.url, PER_SECOND, shoppers.call);
    const [worker1, worker2] = house.workers;
    if (!worker1 || !worker2) throw new Error('there are two workers');
    // A process that has just started is slow, and one API has to bear it all while the other is away.
    await patiently(() => shoppers.confirmed.length >= WARM_UP_CONFIRMS);
    let report: LoadReport;
    try {
      await restartApi(1);
      await restartApi(2);
      await restartWorker(worker1);
      await restartWorker(worker2);
    } finally {
      report = await load.end();
    }
    print(backend.name, report);

    expect(report.failures).toEqual([]);
    expect(report.sent).toBeGreaterThan(SENT_MIN);
    expect(shoppers.confirmed.length).toBeGreaterThan(report.sent * 0.08);
    expect(shoppers.givenUp.length).toBeGreaterThan(report.sent * 0.01);
    await eventually(
      async () => {
        expect(
          await house.query(`SELECT id, action, state FROM warehouse_syncs WHERE state <> 'succeeded'`),
        ).toEqual([]);
        expect(
          await house.query(
            `SELECT id, status FROM reservations WHERE id = ANY ($1) AND status <> 'expired'`,
            [shoppers.givenUp],
          ),
        ).toEqual([]);
      },
      { timeoutMs: 60_000, everyMs: 200 },
    );
    expect(await timesTold([...shoppers.confirmed, ...shoppers.givenUp])).toEqual(new Set([1]));
    expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
  });
});

const hostOf = ({ url }: TestProcess) => new URL(url).host;

function print(backend: string, { sent, seconds, failures, p50Ms, p99Ms }: LoadReport): void {
  const answered = `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(0)} ms, ${failures.length} failed`;
  process.stderr.write(
    `rolling restart on ${backend}: ${sent} requests in ${seconds.toFixed(1)} s, ${answered}\n`,
  );
}
