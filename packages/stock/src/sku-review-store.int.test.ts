import { eventually } from '@holdfast/testing';
import { Client } from 'pg';
import { putLocation, putSku, type SkuChange } from './catalogue-store.ts';
import { openDatabase } from '@holdfast/db';
import { rowsRead } from '../../db/src/fixtures/rows-read.ts';
import { openTestDatabase, type OpenTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { readSkusToReview } from './low-stock-store.ts';

let db: OpenTestDatabase;
let sql: Client;
const changeSku = (sku: string, change: SkuChange) =>
  putSku(db.prisma, sku, change, { caller: 'test', reason: null });

beforeAll(async () => {
  db = await openTestDatabase(3, 'sku review test');
  sql = new Client({ connectionString: db.url });
  await sql.connect();
});
beforeEach(async () => {
  await sql.query('DELETE FROM stock_levels; DELETE FROM skus; DELETE FROM locations');
});
afterAll(async () => {
  await sql.end();
  await db.close();
});

const marked = () => readSkusToReview(db.prisma, 100);
const unmark = () => sql.query('UPDATE skus SET review_asked_at = NULL');
const level = (sku: string, location: string) =>
  sql.query('INSERT INTO stock_levels (sku, location, on_hand, version) VALUES ($1, $2, 1, 1)', [
    sku,
    location,
  ]);

/** Waits until a session of the service waits for a lock. */
const untilSomebodyWaits = () =>
  eventually(async () => {
    const { rows } = await sql.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'sku review test' AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  });

describe('a threshold that is given', () => {
  test.each([5, 0, null])('marks a SKU, new or known: %j', async (low_stock_threshold) => {
    await changeSku('A', { low_stock_threshold });
    expect(await marked()).toEqual(['A']);
    await unmark();
    await changeSku('A', { low_stock_threshold });
    expect(await marked()).toEqual(['A']);
  });

  test('is the only thing that does, and a mark stays when something else is put', async () => {
    await changeSku('A', { name: 'Mug', max_per_reservation: 3 });
    await changeSku('A', { name: 'Cup' });
    expect(await marked()).toEqual([]);
    await changeSku('A', { low_stock_threshold: 1 });
    await changeSku('A', { name: 'Mug' });
    expect(await marked()).toEqual(['A']);
  });
});

describe('a location that begins or ceases to give', () => {
  beforeEach(async () => {
    await putLocation(db, 'L', {});
    await putLocation(db, 'OTHER', { active: true });
    for (const sku of ['D', 'C', 'A']) await changeSku(sku, { low_stock_threshold: 1 });
    await changeSku('NO-THRESHOLD', {});
    await changeSku('WAS-LOW', {});
    await changeSku('ELSEWHERE', { low_stock_threshold: 1 });
    for (const sku of ['D', 'C', 'A', 'NO-THRESHOLD', 'WAS-LOW']) await level(sku, 'L');
    await level('ELSEWHERE', 'OTHER');
    await sql.query(`UPDATE skus SET is_low = true WHERE sku = 'WAS-LOW'`);
    await unmark();
  });

  test.each([false, true])(
    'marks those that it has a level of, and that can be low: active %j',
    async (active) => {
      await sql.query(`UPDATE locations SET active = $1`, [!active]);
      await putLocation(db, 'L', { active });
      expect(await marked()).toEqual(['A', 'C', 'D', 'WAS-LOW']);
      expect(await readSkusToReview(db.prisma, 2)).toEqual(['A', 'C']);
    },
  );

  test('marks none when it is new, or as it was, or changed otherwise', async () => {
    await putLocation(db, 'L', { active: true });
    await putLocation(db, 'L', { priority: 3, name: 'x' });
    await putLocation(db, 'NEW', { active: false });
    expect(await marked()).toEqual([]);
  });

  test('marks a level that is just being added, too: it waits for who adds it', async () => {
    await sql.query('BEGIN');
    await level('ELSEWHERE', 'L');
    const put = putLocation(db, 'L', { active: false });
    await untilSomebodyWaits();
    await sql.query('COMMIT');
    await put;
    expect(await marked()).toEqual(['A', 'C', 'D', 'ELSEWHERE', 'WAS-LOW']);
  });

  test('waits for SKUs in the order of their names, with none behind locked', async () => {
    await sql.query('BEGIN');
    await sql.query(`SELECT FROM skus WHERE sku = 'A' FOR NO KEY UPDATE`);
    const put = putLocation(db, 'L', { active: false });
    await untilSomebodyWaits();
    // Refused at once, were it locked.
    await sql.query(`SELECT FROM skus WHERE sku <> 'A' FOR NO KEY UPDATE NOWAIT`);
    await sql.query('COMMIT');
    expect(await put).toMatchObject({ created: false, row: { active: false } });
    expect(await marked()).toHaveLength(4);
  });
});

test('SKUs to review are read by index', async () => {
  await sql.query(`
    INSERT INTO skus (sku, is_low, review_asked_at)
    SELECT 'S-' || n, n % 100 = 0, CASE WHEN n % 1000 = 0 THEN now() END
    FROM generate_series(1, 20000) AS n`);
  const other = openDatabase(db.url, { poolMax: 1, applicationName: 'sku review test' });
  const scanned = async () => {
    const read = await rowsRead(other, 'skus');
    return read.scanned + read.byIndex;
  };
  const before = await scanned();
  expect(await readSkusToReview(other.prisma, 100)).toHaveLength(20);
  expect((await scanned()) - before).toBeLessThanOrEqual(200);
  await other.close();
});
