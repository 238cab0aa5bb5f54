import { ofTest } from '@holdfast/testing';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { findUnusualNames } from './unusual-names-store.ts';

const db = ofTest(() => openTestDatabase(1));
const ID = '0199b0c4-0000-7000-8000-000000000001';

test('a name in each column is found if it is not plain ASCII, too long, or has a blank at an end', async () => {
  await db.prisma.$executeRaw`
    INSERT INTO skus (sku, product_id, variant_id) VALUES
      ('MUG ', 'caf\u00E9', 'a' || chr(9)), ('plain, and 100% right', 'p', 'v'), (repeat('x', 256), NULL, NULL)`;
  await db.prisma.$executeRaw`INSERT INTO locations (location) VALUES (' EAST'), ('WEST')`;
  await db.prisma.$executeRaw`INSERT INTO orders (order_id) VALUES ('o\u200B1'), ('o-2')`;
  await db.prisma.$executeRaw`
    INSERT INTO reservations (
      id, status, sourcing, order_id, cart_id, customer_id, store_id, version, created_at, updated_at
    ) VALUES (${ID}::uuid, 'released', 'split', 'o ', 'c ', 'u ', 's ', 1, now(), now())`;
  await db.prisma.$executeRaw`
    INSERT INTO reservation_parts (reservation_id, kind, part_id, created_at) VALUES
      (${ID}::uuid, 'release', ' r', now()), (${ID}::uuid, 'fulfillment', 'f-1', now())`;
  const found: string[] = [];
  for await (const { kind, name } of findUnusualNames(db)) found.push(`${kind}: ${name}`);
  expect(found).toEqual([
    'sku: MUG ',
    `sku: ${'x'.repeat(256)}`,
    'product_id: café',
    'variant_id: a\t',
    'location:  EAST',
    'order: o\u200B1',
    'order: o ',
    'cart: c ',
    'customer: u ',
    'store: s ',
    'fulfillment, release, cancellation or return:  r',
  ]);
});
