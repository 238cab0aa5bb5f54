import { checkLedgerInvariants, queueBackends } from '@holdfast/testing';
import { type House, openHouse } from './house.ts';
import { eventuallyWithin, patiently } from './patience.ts';
import { want } from './shop.ts';

jest.setTimeout(120_000);

const HOLDS = 1_000;
const ORDERS = 200;
const TTL_SECONDS = 20;
/** Each worker's own timer looks every 5 s for what the queue should know. */
const LATEST_SECONDS = 10;

describe.each(queueBackends)('a queue that loses all it knows, on $name', (backend) => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse(backend, { workers: 2 });
    await house.shop.stock('MUG', 10_000);
  });

  afterAll(() => house?.close());

  const count = async (sql: string): Promise<number> => {
    const [row] = await house.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${sql}`);
    return row?.count ?? Number.NaN;
  };

  const make = async (total: number, order: object) => {
    const reservation = { lines: [{ sku: 'MUG', quantity: 1 }], ...order };
    for (let made = 0; made < total; made += 200) {
      await house.shop.batch(Array.from({ length: 200 }, () => reservation));
    }
  };

  test('delays 1,000 holds by some seconds and 200 orders not at all: nobody restarts anything', async () => {
    const { shop, warehouse } = house;
    await warehouse.spoil({ down: true });
    await make(HOLDS, { ttl_seconds: TTL_SECONDS });
    await make(ORDERS, { confirm: true });
    await patiently(async () => (await shop.jobs('expiry', 'delayed')).length > 0);

    expect(await count(`reservations WHERE status = 'held' AND expires_at > clock_timestamp()`)).toBe(HOLDS);

    await house.loseQueues();
    await warehouse.spoil({});

    await eventuallyWithin(60_000, async () => (await count(`reservations WHERE status = 'held'`)) === 0);
    expect(await count(`reservations WHERE status = 'expired'`)).toBe(HOLDS);
    const [late] = await house.query<{ seconds: number }>(
      `SELECT max(extract(epoch FROM m.at - r.expires_at))::float8 AS seconds
       FROM stock_movements m
       JOIN reservations r ON r.id = m.reservation_id
       WHERE m.kind = 'expire'`,
    );
    process.stdout.write(
      `${backend.name}: the last hold was given back ${late?.seconds.toFixed(1)} s after its time\n`,
    );
    expect(late?.seconds).toBeLessThan(LATEST_SECONDS);

    const ofOrders = `warehouse_syncs WHERE action = 'confirm' AND state`;
    await eventuallyWithin(60_000, async () => (await count(`${ofOrders} = 'succeeded'`)) === ORDERS);
    expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
  });
});

// On Redis a lost connection comes to the same: tests/queue-away.e2e.test.ts.
const onPostgres = queueBackends.filter(({ name }) => name === 'postgres');

describe.each(onPostgres)('an API that dies before it has told the queue, on $name', (backend) => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse(backend);
    await house.shop.stock('MUG', 10);
  });

  afterAll(() => house?.close());

  const isThere = (sql: string, values: readonly unknown[]) =>
    patiently(async () => (await house.query(sql, values)).length > 0);

  test('leaves nothing undone of what it has committed', async () => {
    const { shop } = house;
    const [api] = house.apis;
    if (!api) throw new Error('no API');
    // Whoever wants to add a job waits here; checkout does not.
    const letGo = await patiently(() => house.lock('LOCK TABLE bullmq.job IN ACCESS EXCLUSIVE MODE'));
    const hold = await shop.hold({ sku: 'MUG', ttl_seconds: 2 });
    const sold = await shop.hold({ sku: 'MUG' });
    await want(200, shop.confirm(sold.id));

    await house.kill(api);
    await letGo();

    await isThere(`SELECT FROM reservations WHERE id = $1 AND status = 'expired'`, [hold.id]);
    for (const { id } of [hold, sold]) {
      await isThere(`SELECT FROM warehouse_syncs WHERE reservation_id = $1 AND state = 'succeeded'`, [id]);
    }
    expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
  });
});
