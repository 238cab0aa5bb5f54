import { checkLedgerInvariants, queueBackends, together } from '@holdfast/testing';
import { type House, openHouse } from './house.ts';
import { patiently } from './patience.ts';

jest.setTimeout(120_000);

const HOLDS = 200;

describe.each(queueBackends)('when a worker is killed while holds fall due, queues on $name', (backend) => {
  let house: House;

  beforeAll(async () => {
    house = await openHouse(backend);
  });

  afterAll(() => house?.close());

  const count = async (sql: string): Promise<number> => {
    const [row] = await house.query<{ count: number }>(`SELECT count(*)::integer AS count ${sql}`);
    return row?.count ?? Number.NaN;
  };
  const databaseTime = async (): Promise<number> => {
    const [row] = await house.query<{ ms: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
    );
    return row?.ms ?? Number.NaN;
  };

  test('the next worker ends all 200 within 5 s of its start, each once', async () => {
    const { shop } = house;
    // Two locations, so that some holds have a part in each.
    await shop.stock('MUG', HOLDS + 51, 'WH-1');
    await shop.stock('MUG', HOLDS * 2, 'WH-2');
    const [worker] = house.workers;
    if (!worker) throw new Error('no worker');
    // One half falls due in the worker's hands, the other one when there is none.
    const holds = await together(HOLDS, (number) =>
      shop.hold({ sku: 'MUG', quantity: 2, ttl_seconds: number % 2 === 0 ? 2 : 3 }),
    );
    expect(holds.filter(({ status }) => status === 'fulfilled')).toHaveLength(HOLDS);
    // The worker comes as far as the lock on the level, in the middle of its transaction, and no further.
    const letGo = await house.lock('SELECT FROM stock_levels FOR UPDATE');
    await patiently(async () => {
      const waiting = await count(
        `FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'holdfast worker ledger'
           AND wait_event_type = 'Lock'`,
      );
      return waiting > 0;
    });

    // On a busy machine some may have fallen due before the lock.
    const endedBefore = await count(`FROM stock_movements WHERE kind = 'expire'`);
    await house.kill(worker);
    await letGo();

    await patiently(async () => {
      const alive = await count(`FROM reservations WHERE status = 'held' AND expires_at > clock_timestamp()`);
      return alive === 0;
    });
    expect(await count(`FROM stock_movements WHERE kind = 'expire'`)).toBe(endedBefore);
    expect(await count(`FROM reservations WHERE status = 'held'`)).toBeGreaterThanOrEqual(HOLDS / 2);

    await house.start('worker');
    const startedAt = await databaseTime();
    await patiently(async () => (await count(`FROM reservations WHERE status = 'held'`)) === 0);

    const [last] = await house.query<{ ms: number }>(
      `SELECT (extract(epoch FROM max(at)) * 1000)::float8 AS ms FROM stock_movements WHERE kind = 'expire'`,
    );
    expect((last?.ms ?? Number.NaN) - startedAt).toBeLessThan(5_000);
    expect(await count(`FROM reservations WHERE status = 'expired'`)).toBe(HOLDS);
    expect(await count(`FROM line_allocations WHERE location = 'WH-2'`)).toBeGreaterThan(0);
    expect(
      await house.query(
        `SELECT part.reservation_id, part.location, count(movement.id)
         FROM line_allocations AS part
         LEFT JOIN stock_movements AS movement
           ON (movement.reservation_id, movement.location, movement.kind)
            = (part.reservation_id, part.location, 'expire')
         GROUP BY part.reservation_id, part.location
         HAVING count(movement.id) <> 1`,
      ),
    ).toEqual([]);
    expect(await count(`FROM stock_movements WHERE kind = 'expire'`)).toBe(
      await count('FROM line_allocations'),
    );
    expect(await count(`FROM events WHERE type = 'warehouse.inventory.expired'`)).toBe(HOLDS);
    expect(await count(`FROM (SELECT DISTINCT reservation_id FROM warehouse_syncs) AS told`)).toBe(HOLDS);
    expect(await count('FROM warehouse_syncs')).toBe(HOLDS);
    expect(await shop.availability('MUG')).toMatchObject({ reserved: 0 });
    expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
  });
});
