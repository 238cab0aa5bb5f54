import {
  checkLedgerInvariants,
  eventually,
  queueBackends,
  timed,
  want,
  ofSuite,
  onPostgres,
} from '@holdfast/testing';
import { openFleet } from './fleet.ts';

const HOLDS = 1_000;
const ORDERS = 200;
/** Each worker's own timer looks every 5 s for what the queue should know. */
const LATEST_SECONDS = 10;

describe.each(queueBackends)('a queue that loses all it knows, on $name', (backend) => {
  const fleet = ofSuite(() => openFleet(backend, { workers: 2 }));
  beforeAll(() => fleet.client.stock('MUG', 10_000));

  const count = async (sql: string): Promise<number> => {
    const [row] = await fleet.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${sql}`);
    return row?.count ?? Number.NaN;
  };

  const make = async (total: number, order: object) => {
    const reservation = { lines: [{ sku: 'MUG', quantity: 1 }], ...order };
    for (let made = 0; made < total; made += 200) {
      await fleet.client.batch(Array.from({ length: 200 }, () => reservation));
    }
  };

  test('delays 1,000 holds by some seconds and 200 orders not at all: without a restart', async () => {
    const { client, warehouse } = fleet;
    await warehouse.spoil({ down: true });
    await make(HOLDS, { ttl_seconds: 3_600 });
    await make(ORDERS, { confirm: true });
    await eventually(async () => (await client.jobs('expiry', 'delayed')).length > 0);

    await fleet.loseQueues();
    // They are due now, and the queue has no job for them.
    await fleet.query(`UPDATE reservations SET expires_at = clock_timestamp() WHERE status = 'held'`);
    await warehouse.spoil({});

    const { allowedMs } = await timed(() =>
      eventually(async () => (await count(`reservations WHERE status = 'held'`)) === 0),
    );
    expect(await count(`reservations WHERE status = 'expired'`)).toBe(HOLDS);
    const [late] = await fleet.query<{ seconds: number }>(
      `SELECT max(extract(epoch FROM m.at - r.expires_at))::float8 AS seconds
       FROM stock_movements m
       JOIN reservations r ON r.id = m.reservation_id
       WHERE m.kind = 'expire'`,
    );
    process.stdout.write(
      `${backend.name}: the last hold was given back ${late?.seconds.toFixed(1)} s after its time\n`,
    );
    expect(late?.seconds).toBeLessThan(allowedMs(LATEST_SECONDS * 1_000) / 1_000);

    const ofOrders = `warehouse_syncs WHERE action = 'confirm' AND state`;
    await eventually(async () => (await count(`${ofOrders} = 'succeeded'`)) === ORDERS);
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });
});

// On Redis a lost connection comes to the same: tests/queue-away.e2e.test.ts.
describe('an API that is killed before it has queued the job', () => {
  const fleet = ofSuite(() => openFleet(onPostgres));
  beforeAll(() => fleet.client.stock('MUG', 10));

  const isThere = (sql: string, values: readonly unknown[]) =>
    eventually(async () => (await fleet.query(sql, values)).length > 0);

  test('leaves nothing undone of what it has committed', async () => {
    const { client } = fleet;
    const [api] = fleet.apis;
    if (!api) throw new Error('no API');
    // Adding a job waits here; checkout does not.
    const unlock = await eventually(() => fleet.lock('LOCK TABLE bullmq.job IN ACCESS EXCLUSIVE MODE'));
    const hold = await client.hold('MUG', 1, { ttl_seconds: 2 });
    const sold = await client.hold('MUG');
    await want(200, client.confirm(sold.id));

    await fleet.kill(api);
    await unlock();

    await isThere(`SELECT FROM reservations WHERE id = $1 AND status = 'expired'`, [hold.id]);
    for (const { id } of [hold, sold]) {
      await isThere(`SELECT FROM warehouse_syncs WHERE reservation_id = $1 AND state = 'succeeded'`, [id]);
    }
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });
});
