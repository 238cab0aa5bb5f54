import { ofSuite } from '@holdfast/testing';
import { available, availableOfSku, backordered, shortfall, type StockLevel } from '@holdfast/domain';
import * as fc from 'fast-check';
import { readAvailabilityOf, readAvailabilityPage } from './availability-store.ts';
import { putLocation, putSku, type SkuChange } from './catalogue-store.ts';
import { sql } from '@holdfast/db';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';

const db = ofSuite(() => openTestDatabase(1));
const changeSku = (sku: string, change: SkuChange) =>
  putSku(db.prisma, sku, change, { caller: 'test', reason: null });
beforeAll(async () => {
  await putLocation(db, 'B', { priority: 2 });
  await putLocation(db, 'A', { priority: 2 });
  await putLocation(db, 'Z', { priority: 1 });
  await putLocation(db, 'OFF', { priority: 3, active: false });
});
beforeEach(async () => {
  await db.prisma.$executeRaw`DELETE FROM stock_levels`;
  await db.prisma.$executeRaw`DELETE FROM skus`;
});

const names = (list: readonly { sku: string }[]) => list.map(({ sku }) => sku);

interface Level {
  readonly location: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly safetyStock: number;
  readonly backorderLimit?: number;
}

/** As a correction leaves it, when that finds less than was promised. */
async function put(
  sku: string,
  { location, onHand, reserved, allocated, safetyStock, backorderLimit = 0 }: Level,
): Promise<void> {
  const promised = Math.max(onHand, reserved + allocated);
  await db.prisma.$executeRaw`
    INSERT INTO stock_levels (sku, location, on_hand, reserved, allocated, safety_stock, version)
    VALUES (${sku}, ${location}, ${promised}, ${reserved}, ${allocated}, ${safetyStock}, 1)`;
  await db.prisma.$executeRaw`
    UPDATE stock_levels
    SET
      on_hand = ${onHand},
      backorder_limit = ${backorderLimit},
      shortfall = GREATEST(0, reserved + allocated - ${onHand}::integer - ${backorderLimit}::integer)
    WHERE sku = ${sku}
      AND location = ${location}`;
}

/** `available` of the test's SKU. */
const stocked = (location: string, onHand: number, reserved = 0) =>
  put('MUG', { location, onHand, reserved, allocated: 0, safetyStock: 0 });
const readMug = async () => (await readAvailabilityOf(db.prisma, ['MUG']))[0]?.available;

describe('what is available', () => {
  const units = fc.integer({ min: 0, max: 20 });
  const level = fc.record({
    location: fc.constantFrom('A', 'B', 'Z', 'OFF'),
    onHand: units,
    reserved: units,
    allocated: units,
    safetyStock: units,
    backorderLimit: units,
  });

  test('is the same number in SQL as in the domain, whatever the counters are', async () => {
    const levels = fc.uniqueArray(level, { selector: ({ location }) => location, maxLength: 4 });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(levels, async (given) => {
        const sku = `S-${(count += 1)}`;
        await changeSku(sku, {});
        for (const each of given) await put(sku, each);

        const [answer] = await readAvailabilityOf(db.prisma, [sku]);

        const levels = given.map((each): StockLevel => ({
          ...each,
          sku,
          priority: 0,
          active: each.location !== 'OFF',
          version: 1,
          levelSeq: 0,
        }));
        expect(answer).toMatchObject({
          sku,
          on_hand: given.reduce((sum, { onHand }) => sum + onHand, 0),
          reserved: given.reduce((sum, { reserved }) => sum + reserved, 0),
          allocated: given.reduce((sum, { allocated }) => sum + allocated, 0),
          available: availableOfSku(levels),
        });
        for (const each of levels) {
          expect(answer?.locations.find(({ location }) => location === each.location)).toMatchObject({
            active: each.active,
            on_hand: each.onHand,
            safety_stock: each.safetyStock,
            backordered: backordered(each),
            shortfall: shortfall(each),
            available: available(each),
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  test.each(['B', 'OFF'])('is reduced by what is missing at %s, and never below 0', async (short) => {
    await changeSku('MUG', {});
    await stocked('A', 10);
    await stocked(short, 3, 5);
    expect(await readMug()).toBe(8);
    await db.prisma.$executeRaw`UPDATE stock_levels SET on_hand = 1 WHERE location = 'A'`;
    expect(await readMug()).toBe(0);
    await db.prisma
      .$executeRaw`UPDATE stock_levels SET reserved = 3, shortfall = 0 WHERE location = ${short}`;
    expect(await readMug()).toBe(1);
  });

  test('is reduced by what is missing at a level that exists only because of promises', async () => {
    await changeSku('MUG', {});
    await stocked('A', 10);
    await stocked('B', 0, 2);
    await db.prisma.$executeRaw`UPDATE stock_levels SET version = 0 WHERE location = 'B'`;
    const [answer] = await readAvailabilityOf(db.prisma, ['MUG']);
    expect(answer).toMatchObject({ on_hand: 10, reserved: 2, available: 8 });
  });

  test('lists levels by priority, then name', async () => {
    await changeSku('MUG', {});
    for (const location of ['OFF', 'B', 'A', 'Z']) {
      await put('MUG', { location, onHand: 1, reserved: 0, allocated: 0, safetyStock: 0 });
    }
    const [answer] = await readAvailabilityOf(db.prisma, ['MUG']);
    expect(answer?.locations.map(({ location }) => location)).toEqual(['Z', 'A', 'B', 'OFF']);
    expect(answer).toMatchObject({ on_hand: 4, available: 3 });
  });

  test('of a paused SKU is nothing, whatever its levels have', async () => {
    await changeSku('MUG', { active: false });
    await stocked('A', 10);
    const [answer] = await readAvailabilityOf(db.prisma, ['MUG']);
    expect(answer).toMatchObject({ active: false, on_hand: 10, available: 0, locations: [{ available: 0 }] });
  });

  test('of a SKU without a level is nothing, not null', async () => {
    await changeSku('MUG', {});
    expect(await readAvailabilityOf(db.prisma, ['MUG'])).toEqual([
      {
        sku: 'MUG',
        active: true,
        on_hand: 0,
        reserved: 0,
        allocated: 0,
        available: 0,
        waiting: 0,
        locations: [],
      },
    ]);
  });

  test('does not count a level that was never set', async () => {
    await changeSku('MUG', {});
    await put('MUG', { location: 'A', onHand: 3, reserved: 0, allocated: 0, safetyStock: 0 });
    await db.prisma.$executeRaw`INSERT INTO stock_levels (sku, location) VALUES ('MUG', 'B')`;
    const [answer] = await readAvailabilityOf(db.prisma, ['MUG']);
    expect(answer?.locations.map(({ location }) => location)).toEqual(['A']);
    await db.prisma.$executeRaw`DELETE FROM stock_levels WHERE location = 'A'`;
    expect(await readAvailabilityOf(db.prisma, ['MUG'])).toMatchObject([{ available: 0, locations: [] }]);
  });

  test('counts past the range of one column', async () => {
    await changeSku('MUG', {});
    for (const location of ['A', 'B', 'Z']) {
      await put('MUG', { location, onHand: 1_000_000_000, reserved: 0, allocated: 0, safetyStock: 0 });
    }
    expect(await readAvailabilityOf(db.prisma, ['MUG'])).toMatchObject([
      { on_hand: 3_000_000_000, available: 3_000_000_000 },
    ]);
  });

  test('shows when a level was changed, in the time format of the contract', async () => {
    await changeSku('MUG', {});
    await put('MUG', { location: 'A', onHand: 1, reserved: 0, allocated: 0, safetyStock: 0 });
    await db.prisma.$executeRaw`
      UPDATE stock_levels SET updated_at = ${'2026-11-20T10:15:00.007+02:00'}::timestamptz, version = 4`;
    const [answer] = await readAvailabilityOf(db.prisma, ['MUG']);
    expect(answer?.locations[0]).toMatchObject({ updated_at: '2026-11-20T08:15:00.007Z', version: 4 });
  });
});

describe('SKUs', () => {
  beforeEach(async () => {
    for (const sku of ['C', 'a', 'B', 'b']) await changeSku(sku, {});
  });
  test('that do not exist are left out, and one named twice comes once', async () => {
    expect(names(await readAvailabilityOf(db.prisma, ['b', 'nope', 'B', 'B']))).toHaveLength(2);
    expect(await readAvailabilityOf(db.prisma, [])).toEqual([]);
  });

  test('come page by page, each once, in the order of their names', async () => {
    const seen: string[] = [];
    for (let afterSku: string | null = null; ; afterSku = seen.at(-1) ?? null) {
      const page = names(await readAvailabilityPage(db.prisma, { after: afterSku, limit: 3 }));
      if (page.length === 0) break;
      seen.push(...page);
    }
    const [row] = await db.prisma.$queryRaw<{ list: string[] }[]>(
      sql`SELECT array_agg(sku ORDER BY sku) AS list FROM skus`,
    );
    expect(seen).toEqual(row?.list);
    expect(seen).toHaveLength(4);
  });
});
