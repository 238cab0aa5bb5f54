import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import {
  checkLedgerInvariants,
  eventually,
  queueBackends,
  timed,
  type Timed,
  want,
  withKey,
  ofSuite,
} from '@holdfast/testing';
import { openFleet } from './fleet.ts';
import { apiClientAt } from './api-client.ts';

/** `npm start` kills processes that have not stopped by then. */
const STOP_WITHIN_MS = 10_000;

describe.each(queueBackends)('on SIGTERM, queues on $name', (backend) => {
  const fleet = ofSuite(() => openFleet(backend));

  test('an API answers every request that it has taken, then ends with code 0', async () => {
    const [api] = fleet.apis;
    if (!api) throw new Error('no API');
    const { client } = fleet;
    await client.stock('MUG', 100);
    const unlock = await fleet.holdWrites();
    const inFlight = Array.from({ length: 40 }, () => client.tryHold('MUG'));
    const answers = Promise.allSettled(inFlight);
    await eventually(async () => (await fleet.heldWrites()) > 0);
    await client.ready(); // behind all of them

    const stopped = timed(() => fleet.stop(api));
    await eventually(() => isClosed(api.url));
    await unlock();

    expect((await answers).map((answer) => answer.status === 'fulfilled' && answer.value.status)).toEqual(
      Array<number>(40).fill(201),
    );
    await expectInTime(stopped);
  });

  test('an API that drains is not ready and still answers, until a second signal', async () => {
    const api = await fleet.start('api', { DRAIN_SECONDS: '60' });
    const client = apiClientAt(api.url);
    await client.stock('PEN', 100);

    // From the terminal's group and from npm: that is still one.
    process.kill(api.pid, 'SIGTERM');
    process.kill(api.pid, 'SIGTERM');
    await eventually(async () => expect(await client.ready()).toMatchObject({ status: 503 }));
    const answer = await client.tryHold('PEN');
    expect(answer.status).toBe(201);
    expect(answer.headers.get('connection')).toBe('close');

    await eventually(async () => {
      if (await isClosed(api.url)) return true;
      process.kill(api.pid, 'SIGTERM');
      return false;
    });
    await fleet.stop(api);
  });

  test('under a load that does not end, an API stops in time, and what it did it has said', async () => {
    const api = await fleet.start('api');
    const { client } = fleet;
    await client.stock('CAP', 1_000_000);
    const acknowledged = new Set<string>();
    const failures = new Map<string, string>();
    const stopped = new AbortController();
    const clients = Array.from({ length: 16 }, async () => {
      while (!stopped.signal.aborted) {
        const key = randomUUID();
        try {
          const { status } = await client.tryHold('CAP', 1, { order_id: key }, withKey(key));
          if (status === 201) acknowledged.add(key);
          else failures.set(key, `status ${status}`);
        } catch (error) {
          failures.set(key, codeOf(error));
          if (codeOf(error) === 'ECONNREFUSED') return;
        }
      }
    });
    await eventually(() => acknowledged.size >= 200);

    await expectInTime(timed(() => fleet.stop(api)));
    stopped.abort();
    await Promise.all(clients);

    const written = await fleet.query<{ order_id: string }>(
      `SELECT order_id FROM reservations JOIN reservation_lines ON reservation_id = id WHERE sku = 'CAP'`,
    );
    const unsaid = written.filter(({ order_id: key }) => !acknowledged.has(key));
    expect(unsaid.map(({ order_id: key }) => failures.get(key))).toEqual([]);
    expect(written).toHaveLength(acknowledged.size);
  });

  test('a worker with a call in the air ends with code 0 in time, and nothing is lost', async () => {
    const [worker] = fleet.workers;
    if (!worker) throw new Error('no worker');
    await fleet.start('api');
    const { client, warehouse } = fleet;
    await client.stock('BAG', 100);
    await warehouse.spoil({ hang_rate: 1 });
    const sold = await client.hold('BAG');
    await want(200, client.confirm(sold.id));
    await eventually(async () => (await warehouse.callsFor(sold.id)).length > 0);

    const stopped = timed(() => fleet.stop(worker));
    await eventually(async () => {
      const answer = await fetch(`${worker.url}/readyz`);
      expect([answer.status, await answer.json()]).toEqual([503, { status: 'stopping' }]);
    });
    await expectInTime(stopped);

    await warehouse.spoil({});
    await fleet.start('worker');
    await eventually(async () =>
      expect((await client.read(sold.id)).warehouse_sync).toMatchObject({ state: 'succeeded' }),
    );
    expect((await warehouse.report()).keys).toBe(1);
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });
});

/** The system's word for why a `fetch` failed. Its errors are from outside of Jest's realm: no `instanceof`. */
const codeOf = (error: unknown): string =>
  (error as { cause?: { code?: string } }).cause?.code ?? String(error);

async function expectInTime(stopped: Promise<Timed<void>>): Promise<void> {
  const { tookMs, allowedMs } = await stopped;
  expect(tookMs).toBeLessThan(allowedMs(STOP_WITHIN_MS));
}

/** Whether nothing listens there any more. */
function isClosed(url: string): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      answer(false);
    });
    socket.once('error', () => answer(true));
  });
}
