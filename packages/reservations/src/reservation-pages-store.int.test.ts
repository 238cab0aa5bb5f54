import { ofSuite } from '@holdfast/testing';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { rowsRead } from '../../db/src/fixtures/rows-read.ts';
import {
  addHistory,
  ALL,
  newest,
  placeOf,
  soonest,
  START,
  STATUSES,
} from './fixtures/listed-reservations.ts';
import { readNewestReservations, readSoonestHolds } from './reservation-list-store.ts';

const db = ofSuite(() => openTestDatabase(1));
const count = 30_000;
beforeAll(() => addHistory(db, count));

const TABLES = ['reservations', 'reservation_lines', 'line_allocations'];

/** How many were read by each, and checks that none were scanned. */
async function readByIndex(read: () => Promise<unknown>): Promise<number> {
  const before = await rowsRead(db, ...TABLES);
  await read();
  const after = await rowsRead(db, ...TABLES);
  expect(after.scanned - before.scanned).toBe(0);
  return after.byIndex - before.byIndex;
}

describe('a page', () => {
  const limit = 10;

  test('of each status reads its own rows by index, and few others', async () => {
    for (const statuses of [[], ...STATUSES.map((one) => [one]), ['held', 'cancelled'] as const]) {
      const last = await newest(db, { ...ALL, statuses }, 3_000);
      const after = last.at(-3)?.id ?? null;
      const filters = [
        { ...ALL, statuses },
        { ...ALL, statuses, orderId: `o-${count / 3 - 5}` },
        { ...ALL, statuses, cartId: `c-${count / 2 - 5}` },
        { ...ALL, statuses, customerId: `cu-${count / 3 - 5}` },
        { ...ALL, statuses, orderId: 'none', cartId: 'c-7' },
      ];
      const read = await readByIndex(async () => {
        for (const filter of filters) await readNewestReservations(db.prisma, filter, { after: null, limit });
        await readNewestReservations(db.prisma, { ...ALL, statuses }, { after, limit });
      });
      expect([statuses, read < 400]).toEqual([statuses, true]);
    }
  });

  test('of a store, a source, a SKU, a location or a time reads few others, also of what is old', async () => {
    const middle = { createdAfter: START + 15_000_000, createdBefore: START + 15_020_000 };
    const common = [
      { storeId: 's-1' },
      { source: 'web' },
      { sku: 'MUG' },
      { location: 'EAST' },
      { sku: 'MUG', location: 'EAST' },
      { ...middle, storeId: 's-1' },
      { ...middle, sku: 'MUG' },
      { ...middle, location: 'EAST' },
      middle,
      { createdAfter: START + (count + 1_990) * 1_000 },
      { createdBefore: START + 100_000 },
    ];
    const ended = [{ storeId: 's-1' }, { source: 'web' }];
    const old = [{ storeId: 's-old' }, { source: 'old' }, { sku: 'OLD' }, { location: 'SHUT' }];
    const none = [{ storeId: 's' }, { source: 'z' }, { sku: 'NEW' }, { location: 'WEST', sku: 'NONE' }];
    const ofStatuses = [
      [[], [...common, ...old, ...none]],
      [['held'], common],
      [
        ['confirmed', 'expired'],
        [...ended, middle],
      ],
    ] as const;
    for (const [statuses, wanted] of ofStatuses) {
      for (const some of wanted) {
        const filter = { ...ALL, ...some, statuses };
        const read = await readByIndex(() =>
          readNewestReservations(db.prisma, filter, { after: null, limit }),
        );
        expect([filter, read < 600]).toEqual([filter, true]);
      }
    }
  });

  test('of the soonest holds reads no more than it shows, at the beginning and in the middle', async () => {
    const wanted = { expiresBefore: Date.now() + 1e9, after: null, limit };
    const held = await soonest(db, ALL, wanted.expiresBefore, 3_000);
    const middle = held[1_000];
    const read = await readByIndex(async () => {
      await readSoonestHolds(db.prisma, ALL, wanted);
      await readSoonestHolds(db.prisma, ALL, { ...wanted, after: middle ? placeOf(middle) : null });
      await readSoonestHolds(db.prisma, { ...ALL, orderId: 'o-10500' }, wanted);
      await readSoonestHolds(db.prisma, { ...ALL, sku: 'MUG', storeId: 's-1' }, wanted);
    });
    expect(held.length).toBeGreaterThan(1_900);
    expect(read).toBeLessThan(300);
  });
});
