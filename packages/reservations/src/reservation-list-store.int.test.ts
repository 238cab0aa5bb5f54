import { ofSuite } from '@holdfast/testing';
import { asOf, type Reservation } from '@holdfast/domain';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import {
  addReservations,
  ALL,
  ANY_ATTRIBUTES,
  idsOf,
  newest,
  soonest,
  START,
  STATUSES,
} from './fixtures/listed-reservations.ts';
import type { ReservationAttributes } from './reservation-filter-store.ts';
import { readNewestReservations } from './reservation-list-store.ts';
import type { ReservationFilter } from './reservation-pages-store.ts';

const db = ofSuite(() => openTestDatabase(1));
beforeEach(async () => {
  await db.prisma.$executeRaw`TRUNCATE reservations, reservation_lines, line_allocations, waiting_lines`;
});

const some = (attributes: Partial<ReservationAttributes>): ReservationAttributes =>
  Object.assign({}, ANY_ATTRIBUTES, attributes);
const withStatuses = (
  attributes: ReservationAttributes,
  statuses: ReservationFilter['statuses'],
): ReservationFilter => Object.assign({ statuses }, attributes);

const OF_OWNERS = [{}, { orderId: 'o-1' }, { cartId: 'c-1' }, { orderId: 'o-1', cartId: 'c-1' }].map(some);
const OF_OTHERS = [
  { customerId: 'cu-1' },
  { customerId: 'cu-1', storeId: 's-1', orderId: 'o-1' },
  { storeId: 's-1' },
  { source: 'app' },
  { storeId: 's-1', source: 'app' },
  { sku: 'MUG' },
  { location: 'EAST' },
  { sku: 'TEE', location: 'WEST' },
  { sku: 'TEE', location: 'WEST', storeId: 's-1' },
  { location: 'WEST', customerId: 'cu-1' },
  { createdAfter: START + 50_000 },
  { createdBefore: START + 150_000 },
  { createdAfter: START + 50_000, createdBefore: START + 150_000 },
  { createdAfter: START + 50_000, createdBefore: START + 150_000, orderId: 'o-1' },
  { createdAfter: START + 50_000, createdBefore: START + 150_000, sku: 'TEE', location: 'EAST' },
  { createdAfter: START + 3_600_000 },
].map(some);
const SOME_STATUSES = [
  [],
  ['held'],
  ['waiting', 'expired'],
  ['expired', 'withdrawn'],
  ['confirmed', 'released', 'held'],
] as const;

const FILTERS: readonly ReservationFilter[] = [
  ...OF_OWNERS.flatMap((of) => [[], ...STATUSES.map((one) => [one])].map((each) => withStatuses(of, each))),
  ...OF_OTHERS.flatMap((of) => SOME_STATUSES.map((each) => withStatuses(of, each))),
];

const isSame = <T>(wanted: T | null, found: T): boolean => wanted === null || wanted === found;

function fits(reservation: Reservation, { statuses, ...of }: ReservationFilter, now: number): boolean {
  const { status } = asOf(reservation, now);
  const hasGoods = reservation.lines.some(
    (line) =>
      isSame(of.sku, line.sku) &&
      (of.location === null || line.allocations.some(({ location }) => location === of.location)),
  );
  return (
    (statuses.length === 0 ? status !== 'withdrawn' : statuses.includes(status)) &&
    isSame(of.orderId, reservation.orderId) &&
    isSame(of.cartId, reservation.cartId) &&
    isSame(of.customerId, reservation.customerId) &&
    isSame(of.storeId, reservation.storeId) &&
    isSame(of.source, reservation.source) &&
    hasGoods &&
    (of.createdAfter === null || reservation.createdAt > of.createdAfter) &&
    (of.createdBefore === null || reservation.createdAt < of.createdBefore)
  );
}

describe('reservations', () => {
  test('are listed newest first, whole, each once, whatever is asked for and however long the pages', async () => {
    await addReservations(db, 200);
    const { now, reservations: all } = await readNewestReservations(
      db.prisma,
      { ...ALL, statuses: STATUSES },
      { after: null, limit: 500 },
    );
    expect(idsOf(all)).toEqual(idsOf(all).toSorted().toReversed());
    expect(all).toHaveLength(200);
    for (const filter of FILTERS) {
      const expected = idsOf(all.filter((each) => fits(each, filter, now)));
      for (const limit of [7, 500])
        expect([filter, idsOf(await newest(db, filter, limit))]).toEqual([filter, expected]);
    }
    const sizes = FILTERS.map((filter) => all.filter((each) => fits(each, filter, now)).length);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  });

  test('come with their lines, and with the time at which they were so', async () => {
    await addReservations(db, 1);
    const before = Date.now();
    const { now, reservations } = await readNewestReservations(db.prisma, ALL, { after: null, limit: 1 });
    expect(reservations).toMatchObject([
      {
        lines: [
          { sku: 'MUG', allocations: [{ location: 'EAST' }] },
          { sku: 'TEE', quantity: 1 },
        ],
      },
    ]);
    expect(Number.isInteger(now)).toBe(true);
    // The database runs on this machine and has its clock.
    expect(now).toBeGreaterThanOrEqual(before - 1);
    expect(now).toBeLessThanOrEqual(Date.now() + 1);
  });

  test('that are due are found newest first, too, when none has been expired for long', async () => {
    await db.prisma.$executeRaw`
      INSERT INTO reservations (id, status, sourcing, expires_at, version, created_at, updated_at)
      SELECT
        (lpad(to_hex(1764000000000 + n), 12, '0') || '70008000000000000000')::uuid,
        CASE WHEN n % 1000 = 0 THEN 'expired' ELSE 'held' END,
        'split',
        -- The newest ends first: whoever looks at the longest overdue only would miss the oldest.
        now() - n * interval '1 ms' + CASE WHEN n % 100 = 1 THEN interval '1 hour' ELSE interval '0' END,
        1, now(), now()
      FROM generate_series(1, 12000) AS n`;
    const expired = { ...ALL, statuses: ['expired' as const] };
    const found = await newest(db, expired, 2_500);
    expect(found).toHaveLength(12_000 - 120);
    expect(idsOf(found)).toEqual(idsOf(found).toSorted().toReversed());
    expect(new Set(idsOf(found)).size).toBe(found.length);
    expect(await newest(db, { ...ALL, statuses: ['held'] }, 100)).toHaveLength(120);
  });
});

describe('live holds', () => {
  test('are listed soonest first, each once, up to a time; those with an end in common stay apart', async () => {
    await addReservations(db, 200);
    const all = await newest(db, { ...ALL, statuses: ['held'] }, 500);
    const ends = [...new Set(all.map(({ expiresAt }) => expiresAt ?? 0))].toSorted((a, b) => a - b);
    expect(ends.length).toBeGreaterThan(2);
    for (const filter of [...OF_OWNERS, ...OF_OTHERS]) {
      const [first = 0, , third = 0] = ends;
      for (const before of [first, third, third + 1, third + 1e9]) {
        const expected = all
          .filter((each) => fits(each, { ...filter, statuses: [] }, 0) && (each.expiresAt ?? 0) < before)
          .toSorted((a, b) => (a.expiresAt ?? 0) - (b.expiresAt ?? 0) || (a.id < b.id ? -1 : 1));
        for (const limit of [4, 500])
          expect(idsOf(await soonest(db, filter, before, limit))).toEqual(idsOf(expected));
      }
    }
  });
});
