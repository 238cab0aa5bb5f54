import { ofSuite } from '@holdfast/testing';
import { sql } from '@holdfast/db';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import {
  BEFORE_ALL_IDS,
  compareWithOpenLines,
  openChunkSql,
  promises,
  readByKey,
} from './open-lines-store.ts';

/** More than two chunks of reservations, and of levels. */
const HOLDS = 4_100;
const LEVELS = 10_100;

/**
 * One unit of each of many levels is held or, every fifth time, confirmed; half of the confirmed ones are fulfilled.
 */
const db = ofSuite(() => openTestDatabase(3));
beforeAll(async () => {
  await db.prisma.$executeRaw`INSERT INTO locations (location) VALUES ('EAST')`;
  await db.prisma.$executeRaw`
    INSERT INTO skus (sku)
    SELECT 'SKU-' || lpad(n::text, 5, '0')
    FROM generate_series(1, ${LEVELS}::integer) n`;
  await db.prisma.$executeRaw`
    INSERT INTO stock_levels (sku, location, on_hand)
    SELECT sku, 'EAST', 10
    FROM skus`;
  await db.prisma.$executeRaw`
    INSERT INTO reservations (id, status, sourcing, expires_at, version, created_at, updated_at)
    SELECT
      ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid,
      CASE WHEN n % 5 = 0 THEN 'confirmed' WHEN n % 7 = 0 THEN 'released' ELSE 'held' END,
      'split', now(), 1, now(), now()
    FROM generate_series(1, ${HOLDS}::integer) n`;
  await db.prisma.$executeRaw`
    INSERT INTO reservation_lines (reservation_id, line_no, sku, quantity)
    SELECT id, line_no, 'SKU-' || lpad((right(id::text, 5)::integer % 3000 + line_no)::text, 5, '0'), 2
    FROM reservations
    CROSS JOIN generate_series(1, 2) line_no`;
  await db.prisma.$executeRaw`
    INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity, fulfilled_quantity)
    SELECT reservation_id, line_no, 1, 'EAST', 2, CASE WHEN status = 'confirmed' AND line_no = 2 THEN 1 ELSE 0 END
    FROM reservation_lines
    JOIN reservations ON id = reservation_id`;
  await db.prisma.$executeRaw`
    UPDATE stock_levels
    SET reserved = open.reserved, allocated = open.allocated
    FROM (
      SELECT
        line.sku,
        coalesce(sum(part.quantity) FILTER (WHERE status = 'held'), 0) AS reserved,
        coalesce(sum(part.quantity - part.fulfilled_quantity) FILTER (WHERE status = 'confirmed'), 0) AS allocated
      FROM reservations
      JOIN reservation_lines line ON reservation_id = id
      JOIN line_allocations part USING (reservation_id, line_no)
      GROUP BY line.sku
    ) open
    WHERE open.sku = stock_levels.sku`;
});

const nothing = () => Promise.resolve();
const find = (limit = 100, between = nothing) => compareWithOpenLines(db, limit, between);

test('counters that are what open lines hold are no issue, over many chunks', async () => {
  let chunks = 0;
  expect(await find(100, async () => void (chunks += 1))).toEqual([]);
  expect(chunks).toBeGreaterThanOrEqual(2 + 1 + 3);
});

test('a counter that differs is named, and so is what is held of a level that is gone or has no counter', async () => {
  await db.prisma.$executeRaw`UPDATE stock_levels SET allocated = 3 WHERE sku = 'SKU-10001'`;
  await db.prisma.$executeRaw`DELETE FROM stock_levels WHERE sku = 'SKU-00009'`;
  await db.prisma.$executeRaw`UPDATE stock_levels SET reserved = 0 WHERE sku = 'SKU-00003'`;
  const place = { location: 'EAST' };
  const issues = await find();
  expect(issues).toEqual([
    { ...place, sku: 'SKU-10001', kind: 'allocated', expected: 0, actual: 3 },
    { ...place, sku: 'SKU-00003', kind: 'reserved', expected: expect.any(Number), actual: 0 },
    { ...place, sku: 'SKU-00009', kind: 'reserved', expected: expect.any(Number), actual: 0 },
  ]);
  expect(await find(1)).toEqual(issues.slice(0, 1));
});

test('what is reserved and given back while it reads is no issue', async () => {
  const before = await find();
  let moves = 0;
  const move = async () => {
    moves += 1;
    const id = `10000000-0000-7000-8000-${String(moves).padStart(12, '0')}`;
    await db.prisma.$transaction([
      db.prisma.$executeRaw`
        INSERT INTO reservations (id, status, sourcing, expires_at, version, created_at, updated_at)
        VALUES (${id}::uuid, 'held', 'split', now(), 1, now(), now())`,
      db.prisma.$executeRaw`
        INSERT INTO reservation_lines (reservation_id, line_no, sku, quantity)
        VALUES (${id}::uuid, 1, 'SKU-05000', 1)`,
      db.prisma.$executeRaw`
        INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity)
        VALUES (${id}::uuid, 1, 1, 'EAST', 1)`,
      db.prisma.$executeRaw`UPDATE stock_levels SET reserved = reserved + 1 WHERE sku = 'SKU-05000'`,
    ]);
  };
  expect(await find(100, move)).toEqual(before);
  expect(moves).toBeGreaterThanOrEqual(5);
  expect(await find()).toEqual(before);
});

test('what is thrown between two chunks ends it', async () => {
  await expect(find(100, () => Promise.reject(new Error('stop')))).rejects.toThrow('stop');
});

test('a chunk is read by the index of what is open, and by key, without statistics and with them', async () => {
  for (const analyze of [false, true]) {
    if (analyze) await db.prisma.$executeRaw`ANALYZE reservations, reservation_lines, line_allocations`;
    for (const { counter, ...wanted } of promises) {
      const plan = await db.prisma.$transaction(async (tx) => {
        await readByKey(tx);
        const chunk = openChunkSql({ ...wanted, after: BEFORE_ALL_IDS });
        const rows = await tx.$queryRaw<{ 'QUERY PLAN': string }[]>(sql`EXPLAIN ${chunk}`);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      });
      expect(plan).toContain(counter === 'reserved' ? 'reservations_held' : 'reservations_confirmed');
      expect(plan).toContain('reservation_lines_pkey');
      expect(plan).toContain('line_allocations_pkey');
      expect(plan).not.toMatch(/Seq Scan on|Hash Join|Merge Join/);
    }
  }
});
