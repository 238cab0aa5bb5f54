import { ofTest } from '@holdfast/testing';
import { sql, type Sql } from '@holdfast/db';
import { checkConsistency, readShortfalls, readShortfallTotals } from './consistency-store.ts';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { compareWithAllMovements, readByPages, sumsSql } from './movement-sums-store.ts';

const db = ofTest(() => openTestDatabase(2));

/** This many levels with this many movements each. All counters are right: 1 unit came in with each movement. */
async function stock(levels: number, movements: number): Promise<void> {
  await db.prisma
    .$executeRaw`INSERT INTO locations (location) VALUES ('EAST'), ('WEST') ON CONFLICT DO NOTHING`;
  await db.prisma.$executeRaw`
    INSERT INTO skus (sku) SELECT 'S' || lpad(n::text, 5, '0') FROM generate_series(0, ${levels}::integer / 2) AS n
    ON CONFLICT DO NOTHING`;
  await db.prisma.$executeRaw`
    INSERT INTO stock_levels (sku, location, on_hand, version, level_seq)
    SELECT 'S' || lpad((n / 2)::text, 5, '0'), (ARRAY['EAST', 'WEST'])[1 + n % 2], m, 1, m
    FROM generate_series(0, ${levels}::integer - 1) AS n, (SELECT ${movements}::integer AS m) AS each`;
  await db.prisma.$executeRaw`
    INSERT INTO stock_movements
    SELECT
      gen_random_uuid(), now(), sku, location, m, 'adjust', 1, 0, 0, m, 0, 0, NULL, 'receipt', 'test'
    FROM stock_levels, generate_series(1, ${movements}::integer) AS m`;
}

/** As only SQL by hand can. */
async function rewriteHistory(change: () => Promise<unknown>): Promise<void> {
  await db.prisma.$executeRaw`ALTER TABLE stock_movements DISABLE TRIGGER stock_movements_append_only`;
  await change();
  await db.prisma.$executeRaw`ALTER TABLE stock_movements ENABLE TRIGGER stock_movements_append_only`;
}

const SMALL = [
  { movementsMax: 1, levelsMax: 1 },
  { movementsMax: 7, levelsMax: 3 },
  { movementsMax: 1_000_000, levelsMax: 10 },
  { movementsMax: 1_000_000, levelsMax: 1_000 },
];

test.each(SMALL)('no chunk loses or doubles a level: %o', async (bounds) => {
  await stock(10, 3);
  expect(await compareWithAllMovements(db, 100, bounds)).toEqual([]);
  await db.prisma.$executeRaw`UPDATE stock_levels SET on_hand = on_hand + 1`;
  const issues = await compareWithAllMovements(db, 100, bounds);
  expect(issues.map(({ sku, location }) => `${sku} ${location}`)).toEqual(
    [0, 1, 2, 3, 4].flatMap((n) => [`S0000${n} EAST`, `S0000${n} WEST`]),
  );
  expect(new Set(issues.map(({ kind, expected, actual }) => `${kind} ${expected} ${actual}`))).toEqual(
    new Set(['on_hand 3 4']),
  );
});

test.each(SMALL)(
  'levels that are gone are found by what they moved, wherever they were: %o',
  async (bounds) => {
    await stock(6, 2);
    await db.prisma
      .$executeRaw`DELETE FROM stock_levels WHERE (sku, location) IN (('S00000', 'EAST'), ('S00002', 'WEST'))`;
    expect(await compareWithAllMovements(db, 100, bounds)).toEqual([
      { sku: 'S00000', location: 'EAST', kind: 'level_seq', expected: 2, actual: 0 },
      { sku: 'S00000', location: 'EAST', kind: 'on_hand', expected: 2, actual: 0 },
      { sku: 'S00002', location: 'WEST', kind: 'level_seq', expected: 2, actual: 0 },
      { sku: 'S00002', location: 'WEST', kind: 'on_hand', expected: 2, actual: 0 },
    ]);
  },
);

test('what the newest movement does not tell, the sum of all does; and what both tell is named once', async () => {
  await stock(4, 3);
  await rewriteHistory(
    () => db.prisma.$executeRaw`
      UPDATE stock_movements SET reserved_delta = 5 WHERE (sku, location, level_seq) = ('S00000', 'EAST', 2)`,
  );
  await rewriteHistory(
    () =>
      db.prisma
        .$executeRaw`DELETE FROM stock_movements WHERE (sku, location, level_seq) = ('S00001', 'EAST', 1)`,
  );
  await db.prisma
    .$executeRaw`UPDATE stock_levels SET level_seq = 9 WHERE (sku, location) = ('S00001', 'WEST')`;
  const level_seq = { sku: 'S00001', location: 'WEST', kind: 'level_seq', expected: 3, actual: 9 };
  const wishes = { issuesMax: 100 };
  expect((await checkConsistency(db, { deep: false, ...wishes })).issues).toEqual([level_seq]);
  expect((await checkConsistency(db, { deep: true, ...wishes })).issues).toEqual([
    level_seq,
    { sku: 'S00000', location: 'EAST', kind: 'reserved', expected: 5, actual: 0 },
    { sku: 'S00001', location: 'EAST', kind: 'level_seq', expected: 2, actual: 3 },
    { sku: 'S00001', location: 'EAST', kind: 'on_hand', expected: 2, actual: 3 },
  ]);
});

test('no more is named, or read, than was asked for', async () => {
  await stock(20, 1);
  await db.prisma.$executeRaw`UPDATE stock_levels SET on_hand = 2, reserved = 1, allocated = 1`;
  const bounds = { movementsMax: 5, levelsMax: 5 };
  expect(await compareWithAllMovements(db, 7, bounds)).toHaveLength(7);
  expect((await checkConsistency(db, { deep: true, issuesMax: 7 })).issues).toHaveLength(7);
});

async function planOf(chunk: Sql): Promise<string> {
  return db.prisma.$transaction(async (tx) => {
    await readByPages(tx);
    const rows = await tx.$queryRaw<{ 'QUERY PLAN': string }[]>(sql`EXPLAIN (ANALYZE) ${chunk}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

test('a chunk reads movements of its own SKUs only, without statistics and with them', async () => {
  await stock(400, 50);
  const part = sumsSql({ sku: 'S00010', location: 'EAST' }, { sku: 'S00015', location: 'EAST' }, 100);
  const rest = sumsSql({ sku: 'S00190', location: 'WEST' }, null, 100);
  for (const analyze of [false, true]) {
    if (analyze) await db.prisma.$executeRaw`ANALYZE stock_movements, stock_levels`;
    for (const [chunk, movements] of [
      [part, 500],
      [rest, 900],
    ] as const) {
      const plan = await planOf(chunk);
      expect(plan).not.toContain('Seq Scan');
      // By the index on the SKU it may also meet those of its first and last SKU that are of another chunk.
      const removed = /stock_movements .*\n.*\n +Rows Removed by Filter: (\d+)/.exec(plan)?.[1] ?? '0';
      expect(Number(removed)).toBeLessThanOrEqual(200);
      const read = /Bitmap Heap Scan on stock_movements .*actual time.* rows=(\d+)/.exec(plan)?.[1];
      expect(Number(read)).toBe(movements);
    }
  }
});

test('shortfalls are read by an index that has only those', async () => {
  await stock(2_000, 1);
  expect(await readShortfallTotals(db.prisma)).toEqual({ levels: 0, units: 0 });
  await db.prisma.$executeRaw`
    UPDATE stock_levels SET reserved = 1 WHERE sku < 'S00003'`;
  await db.prisma
    .$executeRaw`UPDATE stock_levels SET on_hand = 0, shortfall = 1 WHERE sku IN ('S00001', 'S00002')`;
  expect(await readShortfallTotals(db.prisma)).toEqual({ levels: 4, units: 4 });
  expect(await readShortfalls(db.prisma, 3)).toEqual([
    { sku: 'S00001', location: 'EAST', shortfall: 1 },
    { sku: 'S00001', location: 'WEST', shortfall: 1 },
    { sku: 'S00002', location: 'EAST', shortfall: 1 },
  ]);
  const rows = await db.prisma.$queryRaw<{ 'QUERY PLAN': string }[]>`
    EXPLAIN SELECT count(*), sum(shortfall) FROM stock_levels WHERE shortfall > 0`;
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('stock_levels_short');
});
