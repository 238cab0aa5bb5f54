/**
 * @alone No request fails as long as the machine can serve the load.
 */
import { eventually, freePort, slowness, type TestProcess, mostlyOn } from '@holdfast/testing';
import { type Balancer, hasHaproxy, startBalancer } from './haproxy.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { type LoadReport, startOpenLoop } from './open-loop.ts';
import { checkoutCallsOf, expectAllDone } from './checkout-calls.ts';

/**
 * The rate that two cores can serve beside another suite; lower on a slower machine. Alone they serve
 * `REQUESTS_PER_SECOND=300 npm test -- tests/rolling-restart`.
 */
const PER_SECOND = Number(process.env['REQUESTS_PER_SECOND'] ?? Math.ceil(100 / slowness()));
/** The balancer notices within 1.25 s; a machine may be busy. */
const DRAIN_SECONDS = '5';
/** After some 3 s. */
const WARM_UP_CONFIRMS = PER_SECOND / 3;
const SKUS = ['MUG', 'CAP', 'BAG', 'PEN'];

// The start of the run reports a missing haproxy.
const describeFleet = hasHaproxy ? describe : describe.skip;

describeFleet.each(mostlyOn('redis'))(
  'two APIs behind haproxy and two workers, queues on $name',
  (backend) => {
    let fleet: Fleet;
    let balancer: Balancer;
    let apis: Record<1 | 2, { readonly port: string; process: TestProcess }>;

    beforeAll(async () => {
      fleet = await openFleet(backend, { apis: 0, workers: 2 });
      apis = { 1: await startApi(), 2: await startApi() };
      balancer = await startBalancer({ 1: hostOf(apis[1].process), 2: hostOf(apis[2].process) });
      for (const sku of SKUS) await fleet.client.stock(sku, 1_000_000);
    });

    afterAll(async () => {
      await balancer?.kill();
      for (const api of fleet?.apis ?? []) await fleet.kill(api); // there are no requests to drain
      await fleet?.close();
    });

    async function startApi() {
      const port = String(await freePort());
      return { port, process: await fleet.start('api', { PORT: port, DRAIN_SECONDS }) };
    }
    async function restartApi(number: 1 | 2): Promise<void> {
      const { port, process } = apis[number];
      await fleet.stop(process);
      // Another connection may use that port at the moment.
      apis[number].process = await eventually(() => fleet.start('api', { PORT: port, DRAIN_SECONDS }));
      await eventually(() => balancer.sendsTo(number));
    }
    async function restartWorker(process: TestProcess): Promise<void> {
      await fleet.stop(process);
      const { url } = await fleet.start('worker');
      await eventually(async () => (await fetch(`${url}/readyz`)).ok);
    }

    test('restarted one after the other under load, no request fails and no job is lost', async () => {
      const checkout = checkoutCallsOf(SKUS);
      const load = startOpenLoop(balancer.url, PER_SECOND, checkout.call);
      const [worker1, worker2] = fleet.workers;
      if (!worker1 || !worker2) throw new Error('there are two workers');
      // A process that has just started is slow, and one API has to bear it all while the other is away.
      await eventually(() => checkout.confirmed.length >= WARM_UP_CONFIRMS);
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
      expect(checkout.confirmed.length).toBeGreaterThan(report.sent * 0.08);
      expect(checkout.givenUp.length).toBeGreaterThan(report.sent * 0.01);
      await expectAllDone(fleet, checkout);
    });
  },
);

const hostOf = ({ url }: TestProcess) => new URL(url).host;

function print(backend: string, { sent, seconds, failures, p50Ms, p99Ms }: LoadReport): void {
  const answered = `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(0)} ms, ${failures.length} failed`;
  process.stderr.write(
    `rolling restart on ${backend}: ${sent} requests in ${seconds.toFixed(1)} s, ${answered}\n`,
  );
}
