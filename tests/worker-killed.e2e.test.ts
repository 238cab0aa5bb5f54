import {
  checkLedgerInvariants,
  eventually,
  queueBackends,
  timed,
  together,
  ofSuite,
} from '@holdfast/testing';
import { openFleet } from './fleet.ts';

const HOLDS = 200;

describe.each(queueBackends)('when a worker is killed while holds fall due, queues on $name', (backend) => {
  const fleet = ofSuite(() => openFleet(backend));

  const count = async (sql: string): Promise<number> => {
    const [row] = await fleet.query<{ count: number }>(`SELECT count(*)::integer AS count ${sql}`);
    return row?.count ?? Number.NaN;
  };
  /** Half of the holds are due. */
  const fallDue = () =>
    fleet.query(
      `UPDATE reservations SET expires_at = clock_timestamp()
       WHERE id IN (SELECT id FROM reservations WHERE expires_at > clock_timestamp() ORDER BY id LIMIT $1)`,
      [HOLDS / 2],
    );

  test('the next worker ends all 200 within 5 s of its start, each once', async () => {
    const { client } = fleet;
    // Two locations, so that some holds have a part in each.
    await client.stock('MUG', HOLDS + 51);
    await client.stock('MUG', HOLDS * 2, 'WH-2');
    const [worker] = fleet.workers;
    if (!worker) throw new Error('no worker');
    const holds = await together(HOLDS, () => client.hold('MUG', 2, { ttl_seconds: 3_600 }));
    expect(holds.filter(({ status }) => status === 'fulfilled')).toHaveLength(HOLDS);
    // The worker comes as far as its first movements, in the middle of its transaction.
    const unlock = await fleet.holdWrites();
    // One half falls due while the worker runs, the other half while none runs.
    await fallDue();
    await eventually(async () => (await fleet.heldWrites()) > 0);

    await fleet.kill(worker);
    await unlock();
    await fallDue();
    // Its last packet had COMMIT in it: PostgreSQL carries out the whole batch, or nothing of it.
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
    expect(await count(`FROM reservations WHERE status = 'held'`)).toBeGreaterThanOrEqual(HOLDS / 2);

    await fleet.start('worker');
    const { tookMs, allowedMs } = await timed(() =>
      eventually(async () => (await count(`FROM reservations WHERE status = 'held'`)) === 0),
    );
    expect(tookMs).toBeLessThan(allowedMs(5_000));
    expect(await count(`FROM reservations WHERE status = 'expired'`)).toBe(HOLDS);
    expect(await count(`FROM line_allocations WHERE location = 'WH-2'`)).toBeGreaterThan(0);
    expect(
      await fleet.query(
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
    expect(await count(`FROM (SELECT DISTINCT reservation_id FROM warehouse_syncs) AS notified`)).toBe(HOLDS);
    expect(await count('FROM warehouse_syncs')).toBe(HOLDS);
    expect(await client.availability('MUG')).toMatchObject({ reserved: 0 });
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });
});
