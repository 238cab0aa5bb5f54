import { checkLedgerInvariants, queueBackends } from '@holdfast/testing';
import { type House, openHouse } from './house.ts';
import { patiently } from './patience.ts';
import { hasRedisServer, type RedisServer, reserveRedisServer } from './redis-server.ts';
import type { Reservation } from './shop.ts';

jest.setTimeout(120_000);

const onRedis = queueBackends.filter(({ name }) => name === 'redis' && hasRedisServer);
const CHECKOUT_WITHIN_MS = 1_000;

describe.each(onRedis)('checkout without a queue, on $name', (backend) => {
  let redis: RedisServer;
  let house: House;

  beforeAll(async () => {
    redis = await reserveRedisServer();
    // Nobody listens there yet.
    house = await openHouse(backend, { redis });
    await house.shop.stock('MUG', 1_000);
  });

  afterAll(() => house?.close());

  const queueIs = (state: 'ok' | 'degraded') =>
    patiently(async () => {
      const { status, body } = await house.shop.ready();
      expect({ status, body }).toMatchObject({ status: 200, body: { status: 'ready', queue: state } });
    });

  /** Twenty holds of 2 s and twenty sales, each call timed. */
  async function sell(): Promise<{ holds: Reservation[]; sold: Reservation[] }> {
    const { shop } = house;
    const holds = await Promise.all(
      Array.from({ length: 20 }, () => shop.reserve({ sku: 'MUG', ttl_seconds: 2 })),
    );
    const bought = await Promise.all(Array.from({ length: 20 }, () => shop.reserve({ sku: 'MUG' })));
    const sold = await Promise.all(bought.map(({ body }) => shop.confirm(body.id)));
    expect([...holds, ...bought].map(({ status }) => status)).toEqual(Array<number>(40).fill(201));
    expect(sold.map(({ status }) => status)).toEqual(Array<number>(20).fill(200));
    const slowest = Math.max(...[...holds, ...bought, ...sold].map(({ tookMs }) => tookMs));
    expect(slowest).toBeLessThan(CHECKOUT_WITHIN_MS);
    return { holds: bodies(holds), sold: bodies(sold) };
  }

  async function allHappens({ holds, sold }: { holds: Reservation[]; sold: Reservation[] }): Promise<void> {
    for (const { id } of [...holds, ...sold]) {
      await patiently(async () =>
        expect((await house.shop.see(id)).warehouse_sync).toMatchObject({ state: 'succeeded' }),
      );
    }
    const ended = await house.query<{ status: string; count: number }>(
      'SELECT status, count(*)::integer AS count FROM reservations WHERE id = ANY ($1) GROUP BY status',
      [holds.map(({ id }) => id)],
    );
    expect(ended).toEqual([{ status: 'expired', count: holds.length }]);
    expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
  }

  test('started before its Redis, the house sells, and makes up for the rest when Redis comes', async () => {
    await queueIs('degraded');
    const [worker] = house.workers;
    expect((await fetch(`${worker?.url}/readyz`)).status).toBe(503);
    const sales = await sell();
    expect(await house.shop.reconcile()).toMatchObject({ status: 'queued', job_id: null });

    await redis.start();

    await queueIs('ok');
    await patiently(async () => (await fetch(`${worker?.url}/readyz`)).status === 200);
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
    const { keys, requests } = await house.warehouse.report();
    expect(new Set(requests.map(({ idempotency_key }) => idempotency_key)).size).toBe(keys);
    expect(keys).toBe((await house.query('SELECT FROM warehouse_syncs')).length);
  });
});

const bodies = (answers: readonly { body: Reservation }[]) => answers.map(({ body }) => body);
