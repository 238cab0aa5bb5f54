import { openDatabase, readLowStock } from '@holdfast/db';
import { checkLedgerInvariants, createTestDatabase } from '@holdfast/testing';
import { settleDatabase } from '../preload/fill.ts';
import { fillStock } from './fill-stock.ts';

test.each([1, 3, 4, 5, 6, 20])('stock with %d movements of each level has right books', async (movements) => {
  const database = await createTestDatabase();
  const db = openDatabase(database.url, { poolMax: 1, applicationName: 'fill stock test' });
  try {
    await fillStock(database.url, { skus: 100, movementsPerLevel: movements });
    const filled = await settleDatabase(database.url);
    expect(filled).toMatchObject({ reservations: movements > 3 ? 20 : 0, movements: 200 * movements });
    expect(await checkLedgerInvariants(database.url)).toEqual([]);
    const low = await readLowStock(db.prisma, { afterSku: null, limit: 100 });
    expect(low.map(({ sku }) => sku)).toEqual(
      [20, 40, 60, 80, 100].map((n) => `SKU-${String(n).padStart(6, '0')}`),
    );
  } finally {
    await db.close();
    await database.drop();
  }
});
