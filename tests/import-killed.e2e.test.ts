import { checkLedgerInvariants, queueBackends } from '@holdfast/testing';
import { type House, openHouse } from './house.ts';
import { patiently } from './patience.ts';
import { stockImportsAt } from './stock-imports.ts';

jest.setTimeout(120_000);

const ROWS = 20_000;
const SKUS = 300;

describe.each(queueBackends)(
  'when a worker is killed in the middle of an import, queues on $name',
  (backend) => {
    let house: House;

    beforeAll(async () => {
      house = await openHouse(backend);
    });

    afterAll(() => house?.close());

    test('the next worker applies the rest of it, and each row is applied once', async () => {
      const imports = stockImportsAt(house.shop.baseUrl);
      const [worker] = house.workers;
      if (!worker) throw new Error('no worker');
      // Each adds what nobody could add twice unseen.
      const rows = Array.from(
        { length: ROWS },
        (_, index) => `S-${index % SKUS},WH-${index % 2},${index + 1}`,
      );
      const { id } = await imports.send(['sku,location,delta', ...rows].join('\n'));
      await patiently(async () => (await imports.read(id)).applied > 0);
      // It comes as far as the lock on a level, in the middle of a chunk, and no further.
      const letGo = await house.lock('SELECT FROM stock_levels FOR UPDATE');
      await patiently(async () => {
        const [row] = await house.query<{ waiting: boolean }>(
          `SELECT count(*) > 0 AS waiting FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'holdfast worker ledger'
           AND wait_event_type = 'Lock'`,
        );
        return row?.waiting ?? false;
      });

      await house.kill(worker);
      await letGo();
      const killed = await imports.read(id);
      expect(killed).toMatchObject({ state: 'running', rejected: 0 });
      expect(killed.applied).toBeGreaterThan(0);
      expect(killed.applied).toBeLessThan(ROWS);

      await house.start('worker');
      expect(await imports.ended(id)).toMatchObject({
        state: 'succeeded',
        applied: ROWS,
        rejected: 0,
        errors: [],
      });
      const [wrong] = await house.query<{ levels: number; units: number; movements: number; chunks: number }>(
        `SELECT
         (SELECT count(*)::integer FROM stock_levels) AS levels,
         (SELECT sum(on_hand)::integer FROM stock_levels) AS units,
         (SELECT count(*)::integer FROM stock_movements) AS movements,
         (SELECT count(*)::integer FROM stock_import_chunks) AS chunks`,
      );
      expect(wrong).toEqual({ levels: SKUS, units: (ROWS * (ROWS + 1)) / 2, movements: ROWS, chunks: 0 });
      const sums = await house.query(
        `SELECT level.sku
       FROM stock_levels AS level
       JOIN stock_movements AS movement USING (sku, location)
       GROUP BY level.sku, level.location
       HAVING sum(movement.on_hand_delta) <> level.on_hand`,
      );
      expect(sums).toEqual([]);
      expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
    });
  },
);
