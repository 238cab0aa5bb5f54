import { checkLedgerInvariants, eventually, mostlyOn, ofSuite } from '@holdfast/testing';
import { openFleet } from './fleet.ts';

const ROWS = 6_000;
const SKUS = 300;

describe.each(mostlyOn('redis'))(
  'when a worker is killed in the middle of an import, queues on $name',
  (backend) => {
    const fleet = ofSuite(() => openFleet(backend));

    test('the next worker applies the rest of it, and each row is applied once', async () => {
      const { client } = fleet;
      const [worker] = fleet.workers;
      if (!worker) throw new Error('no worker');
      // Each row adds another quantity, so that a row applied twice is noticed. Only the middle row names the locked level.
      const rows = Array.from({ length: ROWS }, (_, index) =>
        index === ROWS / 2 ? `LOCKED,WH-0,${index + 1}` : `S-${index % SKUS},WH-${index % 2},${index + 1}`,
      );
      await fleet.client.stock('LOCKED', 0, 'WH-0');
      const [before] = await fleet.query<{ movements: number }>(
        'SELECT count(*)::integer AS movements FROM stock_movements',
      );
      // The worker stops at the lock on that level, in the middle of a chunk.
      const unlock = await fleet.lock(`SELECT FROM stock_levels WHERE sku = 'LOCKED' FOR UPDATE`);
      const { id } = await client.importStock(['sku,location,delta', ...rows].join('\n'));
      await eventually(async () => {
        const [row] = await fleet.query<{ waiting: boolean }>(
          `SELECT count(*) > 0 AS waiting FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'holdfast worker ledger'
           AND wait_event_type = 'Lock'`,
        );
        return row?.waiting ?? false;
      });

      await fleet.kill(worker);
      await unlock();
      const killed = await client.readImport(id);
      expect(killed).toMatchObject({ state: 'running', rejected: 0 });
      expect(killed.applied).toBeGreaterThan(0);
      expect(killed.applied).toBeLessThan(ROWS);

      await fleet.start('worker');
      expect(await client.endOfImport(id)).toMatchObject({
        state: 'succeeded',
        applied: ROWS,
        rejected: 0,
        errors: [],
      });
      const [wrong] = await fleet.query<{ levels: number; units: number; movements: number; chunks: number }>(
        `SELECT
         (SELECT count(*)::integer FROM stock_levels) AS levels,
         (SELECT sum(on_hand)::integer FROM stock_levels) AS units,
         (SELECT count(*)::integer FROM stock_movements) AS movements,
         (SELECT count(*)::integer FROM stock_import_chunks) AS chunks`,
      );
      expect(wrong).toEqual({
        levels: SKUS + 1,
        units: (ROWS * (ROWS + 1)) / 2,
        movements: ROWS + (before?.movements ?? 0),
        chunks: 0,
      });
      const sums = await fleet.query(
        `SELECT level.sku
       FROM stock_levels AS level
       JOIN stock_movements AS movement USING (sku, location)
       GROUP BY level.sku, level.location
       HAVING sum(movement.on_hand_delta) <> level.on_hand`,
      );
      expect(sums).toEqual([]);
      expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
    });
  },
);
