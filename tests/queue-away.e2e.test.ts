import {
  checkLedgerInvariants,
  eventually,
  timed,
  type Reservation,
  describeOnRedis,
} from '@holdfast/testing';
import { type Fleet, openFleet } from './fleet.ts';
import type { TestRedis } from './redis-server.ts';
import { reserveRedis } from './redis-topologies.ts';

const CHECKOUT_WITHIN_MS = 1_000;

describeOnRedis('checkout without a queue, on $name', (backend) => {
  let redis: TestRedis;
  let fleet: Fleet;

  beforeAll(async () => {
    redis = await reserveRedis(backend);
    // Nothing listens there yet.
    fleet = await openFleet(backend, { redis });
    await fleet.client.stock('MUG', 1_000);
  });

  afterAll(() => fleet?.close());

  const queueIs = (state: 'ok' | 'degraded') =>
    eventually(async () => {
      const { status, body } = await fleet.client.ready();
      expect({ status, body }).toMatchObject({ status: 200, body: { status: 'ready', queue: state } });
    });

  /** Twenty holds of 2 s and twenty sales. None of the calls waits for the queue. */
  async function sell(): Promise<{ holds: Reservation[]; sold: Reservation[] }> {
    const { value, allowedMs } = await timed(buyAll);
    const slowest = Math.max(...value.calls.map(({ tookMs }) => tookMs));
    expect(slowest).toBeLessThan(allowedMs(CHECKOUT_WITHIN_MS));
    return { holds: bodies(value.holds), sold: bodies(value.sold) };
  }

  async function buyAll() {
    const { client } = fleet;
    const holds = await Promise.all(
      Array.from({ length: 20 }, () => client.tryHold('MUG', 1, { ttl_seconds: 2 })),
    );
    const bought = await Promise.all(Array.from({ length: 20 }, () => client.tryHold('MUG')));
    const sold = await Promise.all(bought.map(({ body }) => client.confirm(body.id)));
    expect([...holds, ...bought].map(({ status }) => status)).toEqual(Array<number>(40).fill(201));
    expect(sold.map(({ status }) => status)).toEqual(Array<number>(20).fill(200));
    return { holds, sold, calls: [...holds, ...bought, ...sold] };
  }

  async function allHappens({ holds, sold }: { holds: Reservation[]; sold: Reservation[] }): Promise<void> {
    for (const { id } of [...holds, ...sold]) {
      await eventually(async () =>
        expect((await fleet.client.read(id)).warehouse_sync).toMatchObject({ state: 'succeeded' }),
      );
    }
    const ended = await fleet.query<{ status: string; count: number }>(
      'SELECT status, count(*)::integer AS count FROM reservations WHERE id = ANY ($1) GROUP BY status',
      [holds.map(({ id }) => id)],
    );
    expect(ended).toEqual([{ status: 'expired', count: holds.length }]);
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  }

  test('started before its Redis, the fleet sells, and does the missing jobs when Redis comes', async () => {
    await queueIs('degraded');
    const [worker] = fleet.workers;
    expect((await fetch(`${worker?.url}/readyz`)).status).toBe(503);
    const sales = await sell();
    expect(await fleet.client.reconcile()).toMatchObject({ status: 'queued', job_id: null });

    await redis.start();

    await queueIs('ok');
    await eventually(async () => (await fetch(`${worker?.url}/readyz`)).status === 200);
    await allHappens(sales);
  });

  test('a Redis that dies and comes back empty costs no sale, no expiry and no sync', async () => {
    await queueIs('ok');
    const before = await sell();
    await redis.kill();
    await queueIs('degraded');
    const meanwhile = await sell();

    await redis.start();

    await queueIs('ok');
    await allHappens(before);
    await allHappens(meanwhile);
    const { keys, requests } = await fleet.warehouse.report();
    expect(new Set(requests.map(({ idempotency_key }) => idempotency_key)).size).toBe(keys);
    expect(keys).toBe((await fleet.query('SELECT FROM warehouse_syncs')).length);
  });
});

const bodies = (answers: readonly { body: Reservation }[]) => answers.map(({ body }) => body);
