import { ofTest } from '@holdfast/testing';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { foretellExpiry } from './foretell-expiry-store.ts';

const db = ofTest(() => openTestDatabase(1));
beforeEach(async () => {
  await db.prisma.$executeRaw`INSERT INTO skus (sku) VALUES ('MUG')`;
  await db.prisma.$executeRaw`INSERT INTO locations (location) VALUES ('EAST')`;
});

const id = (number: number) => `0199b0c4-0000-7000-8000-${String(number).padStart(12, '0')}`;

const stock = (reserved: number) => db.prisma.$executeRaw`
  INSERT INTO stock_levels (sku, location, on_hand, reserved) VALUES ('MUG', 'EAST', 100, ${reserved}::integer)`;

async function hold(number: number, quantity: number, dueInMs = -1_000): Promise<void> {
  await db.prisma.$executeRaw`
    INSERT INTO reservations (id, status, sourcing, expires_at, version, created_at, updated_at)
    VALUES (
      ${id(number)}::uuid, 'held', 'split', clock_timestamp() + ${dueInMs}::integer * interval '1 ms', 1, now(), now()
    )`;
  await db.prisma.$executeRaw`
    INSERT INTO reservation_lines (reservation_id, line_no, sku, quantity)
    VALUES (${id(number)}::uuid, 1, 'MUG', ${quantity}::integer)`;
  await db.prisma.$executeRaw`
    INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity)
    VALUES (${id(number)}::uuid, 1, 1, 'EAST', ${quantity}::integer)`;
}

test('due holds would expire, and those that are alive, ended or unknown would not', async () => {
  await stock(9);
  await hold(1, 2);
  await hold(2, 2, 60_000);
  await hold(3, 2);
  await hold(4, 2);
  await db.prisma.$executeRaw`UPDATE reservations SET status = 'released' WHERE id = ${id(3)}::uuid`;
  const foretell = foretellExpiry(db.prisma);
  expect(await foretell([4, 3, 2, 1, 9].map(id))).toEqual([4, 1].map(id));
});

test('a hold would stay whose level has less reserved than it would give back, in whatever chunk it is', async () => {
  await stock(5);
  await hold(1, 2);
  await hold(2, 4);
  await hold(3, 2);
  await hold(4, 2);
  const foretell = foretellExpiry(db.prisma);
  expect(await foretell([1, 2].map(id))).toEqual([id(1)]);
  expect(await foretell([3, 4].map(id))).toEqual([id(3)]);
});

test('a hold would stay whose level is gone', async () => {
  await hold(1, 2);
  expect(await foretellExpiry(db.prisma)([id(1)])).toEqual([]);
});

test('nothing is changed', async () => {
  await stock(2);
  await hold(1, 2);
  await foretellExpiry(db.prisma)([id(1)]);
  expect(await foretellExpiry(db.prisma)([id(1)])).toEqual([id(1)]);
  const [level] = await db.prisma.$queryRaw<unknown[]>`SELECT reserved FROM stock_levels`;
  expect(level).toEqual({ reserved: 2 });
});
