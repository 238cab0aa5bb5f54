import { ofSuite } from '@holdfast/testing';
import { openDatabase } from '@holdfast/db';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { rowsRead, tellStatistics } from '../../db/src/fixtures/rows-read.ts';
import { readLowStock } from './low-stock-store.ts';

const SKUS = 20_000;

const db = ofSuite(() => openTestDatabase(1));
beforeAll(async () => {
  await db.prisma.$executeRaw`INSERT INTO locations (location) VALUES ('A'), ('B')`;
  // All have a threshold of 5. Every hundredth is a candidate, and of these every other one is low.
  await db.prisma.$executeRaw`
    INSERT INTO skus (sku, low_stock_threshold, is_low)
    SELECT 'S-' || lpad(n::text, 5, '0'), 5, n % 100 = 0
    FROM generate_series(1, ${SKUS}::integer) AS n`;
  await db.prisma.$executeRaw`
    INSERT INTO stock_levels (sku, location, on_hand, version)
    SELECT sku, location, CASE WHEN right(sku, 3) IN ('200', '400', '600', '800', '000') THEN 2 ELSE 3 END, 1
    FROM skus
    CROSS JOIN locations`;
});

describe('low stock', () => {
  test('is all that is low, page by page, each once, by name', async () => {
    const seen: string[] = [];
    for (;;) {
      const page = await readLowStock(db.prisma, { after: seen.at(-1) ?? null, limit: 30 });
      seen.push(...page.map(({ sku }) => sku));
      for (const each of page) expect(each).toMatchObject({ available: 4, low_stock_threshold: 5 });
      if (page.length < 30) break;
    }
    const expected = Array.from(
      { length: SKUS / 200 },
      (_, n) => `S-${String((n + 1) * 200).padStart(5, '0')}`,
    );
    expect(seen).toEqual(expected);
  });

  test.each([
    ['before there are statistics', 'force_custom_plan', false],
    ['before there are statistics', 'force_generic_plan', false],
    ['with statistics', 'force_custom_plan', true],
    ['with statistics', 'force_generic_plan', true],
  ])('reads candidates only, by index: %s, %s', async (_when, mode, analyzed) => {
    if (analyzed) await db.prisma.$executeRaw`ANALYZE skus, stock_levels, locations`;
    await tellStatistics(db);
    const other = openDatabase(db.url, {
      poolMax: 1,
      applicationName: 'low stock test',
      settings: { plan_cache_mode: mode },
    });
    for (const afterSku of [null, 'S-10000', 'S-19999']) {
      const before = await rowsRead(other, 'skus', 'stock_levels');
      const page = await readLowStock(other.prisma, { after: afterSku, limit: 10 });
      const { scanned, byIndex } = await rowsRead(other, 'skus', 'stock_levels');
      expect(page).toHaveLength(afterSku === 'S-19999' ? 1 : 10);
      expect(scanned - before.scanned).toBe(0);
      // Two candidates for each that is low, and both levels of each.
      expect(byIndex - before.byIndex).toBeLessThanOrEqual(10 * 2 * 3 + 3);
    }
    await other.close();
  });
});
