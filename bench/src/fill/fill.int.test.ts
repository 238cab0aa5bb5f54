import { openDatabase, type Database } from '@holdfast/db';
import { findCounterIssues, readLowStock } from '@holdfast/stock';
import { checkLedgerInvariants, createTestDatabase, type TestDatabase } from '@holdfast/testing';
import { settleDatabase } from '../bench-database.ts';
import { countWaitingSyncs, endWaitingSyncs, fillConfirmedOrders } from './confirmed-orders.ts';
import { fillOpenHolds } from './open-holds.ts';
import { fillPastReservations } from './past-reservations.ts';
import { fillStockHistory } from './stock-history.ts';

let database: TestDatabase;
let db: Database;

beforeEach(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url, { poolMax: 2, applicationName: 'fill test' });
});

afterEach(async () => {
  await db.close();
  await database.drop();
});

test('past reservations leave the counters right, over several chunks', async () => {
  await fillPastReservations(database.url, 2_500, undefined, 1_000);
  const filled = await settleDatabase(database.url);
  expect(filled).toMatchObject({ reservations: 2_500 });
  expect(filled.movements).toBeGreaterThan(5_000);
  expect(await checkLedgerInvariants(database.url)).toEqual([]);
});

test('open holds beside old reservations leave the counters right, over several chunks', async () => {
  const progress: number[] = [];
  await fillPastReservations(database.url, 500);
  await fillOpenHolds(database.url, 250, (done) => progress.push(done), 100);
  expect(progress).toEqual([100, 200, 250]);
  expect(
    await db.prisma.$queryRaw`
    SELECT count(*)::integer AS held, min(expires_at) > now() AS "areAlive"
    FROM reservations
    WHERE status = 'held'`,
  ).toEqual([{ held: 250, areAlive: true }]);
  expect(await findCounterIssues(db, 10)).toEqual([]);
});

test.each([1, 3, 4, 5, 6, 20])(
  'stock with %d movements of each level has right counters',
  async (movements) => {
    await fillStockHistory(database.url, { skus: 100, movementsPerLevel: movements });
    const filled = await settleDatabase(database.url);
    expect(filled).toMatchObject({ reservations: movements > 3 ? 20 : 0, movements: 200 * movements });
    expect(await checkLedgerInvariants(database.url)).toEqual([]);
    const low = await readLowStock(db.prisma, { after: null, limit: 100 });
    expect(low.map(({ sku }) => sku)).toEqual(
      [20, 40, 60, 80, 100].map((n) => `SKU-${String(n).padStart(6, '0')}`),
    );
  },
);

test.each([true, false])(
  'confirmed orders, whose syncs wait (%s), leave the counters right',
  async (areWaiting) => {
    await fillPastReservations(database.url, 100);
    await fillConfirmedOrders(database.url, { count: 250, areWaiting });
    expect(await countWaitingSyncs(database.url)).toBe(areWaiting ? 250 : 0);
    expect(await findCounterIssues(db, 10)).toEqual([]);
    await endWaitingSyncs(database.url);
    expect(await countWaitingSyncs(database.url)).toBe(0);
  },
);
