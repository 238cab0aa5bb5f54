import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { checkLedgerInvariants, queueBackends } from '@holdfast/testing';
import { type House, openHouse } from './house.ts';
import { patiently } from './patience.ts';
import { shopAt, want } from './shop.ts';

jest.setTimeout(120_000);

/** `npm start` kills what has not stopped by then. */
const STOP_WITHIN_MS = 10_000;

describe.each(queueBackends)('told to stop, queues on $name', (backend) => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse(backend);
  });

  afterAll(() => house?.close());

  test('an API answers every request that it has taken, then ends with code 0', async () => {
    const [api] = house.apis;
    if (!api) throw new Error('no API');
    const { shop } = house;
    await shop.stock('MUG', 100);
    // The requests come as far as the lock on the level and wait there.
    const letGo = await house.lock(`SELECT FROM stock_levels WHERE sku = 'MUG' FOR UPDATE`);
    const inFlight = Array.from({ length: 40 }, () => shop.reserve({ sku: 'MUG' }));
    const answers = Promise.allSettled(inFlight);
    await patiently(async () => {
      const [row] = await house.query<{ waiting: boolean }>(
        `SELECT count(*) > 0 AS waiting FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'holdfast api ledger'
           AND wait_event_type = 'Lock'`,
      );
      return row?.waiting ?? false;
    });
    await shop.ready(); // behind all of them

    const stopped = house.stop(api);
    await patiently(() => isClosed(api.url));
    await letGo();

    expect((await answers).map((answer) => answer.status === 'fulfilled' && answer.value.status)).toEqual(
      Array<number>(40).fill(201),
    );
    expect(await timed(stopped)).toBeLessThan(STOP_WITHIN_MS);
  });

  test('an API that drains says that it is not ready and answers on, until it is told again', async () => {
    const api = await house.start('api', { DRAIN_SECONDS: '60' });
    const shop = shopAt(api.url);
    await shop.stock('PEN', 100);

    // From the terminal's group and from npm: that is still one.
    process.kill(api.pid, 'SIGTERM');
    process.kill(api.pid, 'SIGTERM');
    await patiently(async () => expect(await shop.ready()).toMatchObject({ status: 503 }));
    const answer = await shop.reserve({ sku: 'PEN' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('connection')).toBe('close');

    await patiently(async () => {
      if (await isClosed(api.url)) return true;
      process.kill(api.pid, 'SIGTERM');
      return false;
    });
    await house.stop(api);
  });

  test('under a load that does not end, an API stops in time, and what it did it has said', async () => {
    const api = await house.start('api');
    const { shop } = house;
    await shop.stock('CAP', 1_000_000);
    const acknowledged = new Set<string>();
    const failures = new Map<string, string>();
    const stopped = new AbortController();
    const clients = Array.from({ length: 16 }, async () => {
      while (!stopped.signal.aborted) {
        const key = randomUUID();
        try {
          const { status } = await shop.reserve({ sku: 'CAP', order_id: key }, key);
          if (status === 201) acknowledged.add(key);
          else failures.set(key, `status ${status}`);
        } catch (error) {
          failures.set(key, codeOf(error));
          if (codeOf(error) === 'ECONNREFUSED') return;
        }
      }
    });
    await patiently(() => acknowledged.size >= 200);

    const tookMs = await timed(house.stop(api));
    stopped.abort();
    await Promise.all(clients);

    expect(tookMs).toBeLessThan(STOP_WITHIN_MS);
    const written = await house.query<{ order_id: string }>(
      `SELECT order_id FROM reservations JOIN reservation_lines ON reservation_id = id WHERE sku = 'CAP'`,
    );
    const unsaid = written.filter(({ order_id: key }) => !acknowledged.has(key));
    expect(unsaid.map(({ order_id: key }) => failures.get(key))).toEqual([]);
    expect(written).toHaveLength(acknowledged.size);
  });

  test('a worker with a call in the air ends with code 0 in time, and nothing is lost', async () => {
    const [worker] = house.workers;
    if (!worker) throw new Error('no worker');
    await house.start('api');
    const { shop, warehouse } = house;
    await shop.stock('BAG', 100);
    await warehouse.spoil({ hang_rate: 1 });
    const sold = await shop.hold({ sku: 'BAG' });
    await want(200, shop.confirm(sold.id));
    await patiently(async () => (await warehouse.callsFor(sold.id)).length > 0);

    const stopped = timed(house.stop(worker));
    await patiently(async () => {
      const answer = await fetch(`${worker.url}/readyz`);
      expect([answer.status, await answer.json()]).toEqual([503, { status: 'stopping' }]);
    });
    expect(await stopped).toBeLessThan(STOP_WITHIN_MS);

    await warehouse.spoil({});
    await house.start('worker');
    await patiently(async () =>
      expect((await shop.see(sold.id)).warehouse_sync).toMatchObject({ state: 'succeeded' }),
    );
    expect((await warehouse.report()).keys).toBe(1);
    expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
  });
});

/** The system's word for why a `fetch` failed. Its errors are from outside of Jest's realm: no `instanceof`. */
const codeOf = (error: unknown): string =>
  (error as { cause?: { code?: string } }).cause?.code ?? String(error);

async function timed(work: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work;
  return performance.now() - started;
}

/** Whether nobody listens there any more. */
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
