import { ofSuite } from '@holdfast/testing';
import { asOf, type Reservation, type ReservationStatus } from '@holdfast/domain';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { readNewestReservations, readSoonestHolds } from './reservation-list-store.ts';
import type { HoldPlace, OwnerFilter, ReservationFilter } from './reservation-pages-store.ts';

const db = ofSuite(() => openTestDatabase(1));
beforeEach(async () => {
  await db.prisma.$executeRaw`TRUNCATE reservations, reservation_lines, line_allocations`;
});

const ALL: ReservationFilter = { status: null, orderId: null, cartId: null };
const STATUSES = [
  null,
  'held',
  'confirmed',
  'released',
  'expired',
  'fulfilled',
  'cancelled',
  'withdrawn',
] as const;
const FILTERS: readonly ReservationFilter[] = STATUSES.flatMap((status) =>
  [null, 'o-1'].flatMap((orderId) => [null, 'c-1'].map((cartId) => ({ status, orderId, cartId }))),
);

/**
 * So many reservations, each with a line: of the statuses in turn, some holds due, some with an end in common; of two
 * orders and four carts, and of none.
 */
async function addReservations(count: number): Promise<void> {
  await db.prisma.$executeRaw`
    INSERT INTO reservations (id, status, order_id, cart_id, sourcing, expires_at, version, created_at, updated_at)
    SELECT
      (lpad(to_hex(1764000000000 + n), 12, '0') || '7000800000000000000' || n % 10)::uuid,
      (ARRAY['held', 'confirmed', 'held', 'released', 'held', 'expired', 'fulfilled', 'cancelled'])[1 + n % 8],
      'o-' || nullif(n % 3, 0),
      'c-' || nullif(n % 5, 0),
      'split',
      statement_timestamp() + (n / 4 % 5 - 1) * interval '1 hour' - interval '1 ms',
      1, now(), now()
    FROM generate_series(1, ${count}::integer) AS n`;
  await db.prisma.$executeRaw`
    INSERT INTO reservation_lines (reservation_id, line_no, sku, quantity)
    SELECT id, 1, 'MUG', 1
    FROM reservations`;
}

/** Rows of `reservations` that were read so far, by a scan of the table and by index. */
async function rowsRead(): Promise<{ scanned: number; byIndex: number }> {
  await db.prisma.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
  const [row] = await db.prisma.$queryRaw<{ scanned: number; byIndex: number }[]>`
    SELECT seq_tup_read::float8 AS scanned, idx_tup_fetch::float8 AS "byIndex"
    FROM pg_stat_user_tables
    WHERE relname = 'reservations'`;
  return row ?? { scanned: Number.NaN, byIndex: Number.NaN };
}

/** A long history; and then holds, ten of them due, since the statistics were made. */
async function addHistory(count: number): Promise<void> {
  const add = (from: number, to: number) => db.prisma.$executeRaw`
    INSERT INTO reservations (id, status, order_id, cart_id, sourcing, expires_at, version, created_at, updated_at)
    SELECT
      (lpad(to_hex(1764000000000 + n), 12, '0') || '70008000000000000000')::uuid,
      CASE
        WHEN n > ${count}::integer THEN 'held'
        WHEN n % 2000 = 0 THEN 'cancelled'
        ELSE (ARRAY['confirmed', 'released', 'expired', 'fulfilled'])[1 + n % 4]
      END,
      'o-' || n / 3, 'c-' || n / 2, 'split',
      now() + (n - ${count}::integer - 10) * interval '1 s',
      1, now(), now()
    FROM generate_series(${from}::integer, ${to}::integer) AS n`;
  await add(1, count);
  await db.prisma.$executeRaw`ANALYZE reservations`;
  await add(count + 1, count + 2_000);
}

/** Page by page, as long as there is more. */
async function pages(
  limit: number,
  read: (last: Reservation | undefined) => Promise<{ reservations: readonly Reservation[] }>,
): Promise<Reservation[]> {
  const seen: Reservation[] = [];
  for (;;) {
    const { reservations } = await read(seen.at(-1));
    expect(reservations.length).toBeLessThanOrEqual(limit);
    seen.push(...reservations);
    if (reservations.length < limit) return seen;
  }
}

const newest = (filter: ReservationFilter, limit: number) =>
  pages(limit, (last) => readNewestReservations(db.prisma, filter, { after: last?.id ?? null, limit }));

const soonest = (filter: OwnerFilter, expiresBefore: number, limit: number) =>
  pages(limit, (last) =>
    readSoonestHolds(db.prisma, filter, { expiresBefore, after: last ? placeOf(last) : null, limit }),
  );

const placeOf = ({ id, expiresAt }: Reservation): HoldPlace => ({ id, expiresAt: expiresAt ?? 0 });
const idsOf = (reservations: readonly Reservation[]) => reservations.map(({ id }) => id);

function fits(reservation: Reservation, { status, orderId, cartId }: ReservationFilter, now: number) {
  return (
    (status === null || asOf(reservation, now).status === status) &&
    (orderId === null || reservation.orderId === orderId) &&
    (cartId === null || reservation.cartId === cartId)
  );
}

describe('reservations', () => {
  test('are listed newest first, whole, each once, whatever is asked for and however long the pages', async () => {
    await addReservations(200);
    const { now, reservations: all } = await readNewestReservations(db.prisma, ALL, {
      after: null,
      limit: 500,
    });
    expect(idsOf(all)).toEqual(idsOf(all).toSorted().toReversed());
    expect(all).toHaveLength(200);
    for (const filter of FILTERS) {
      const expected = idsOf(all.filter((each) => fits(each, filter, now)));
      for (const limit of [3, 500]) expect(idsOf(await newest(filter, limit))).toEqual(expected);
    }
    const sizes = FILTERS.map((filter) => all.filter((each) => fits(each, filter, now)).length);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  });

  test('come with their lines, and with the time at which they were so', async () => {
    await addReservations(1);
    const before = Date.now();
    const { now, reservations } = await readNewestReservations(db.prisma, ALL, { after: null, limit: 1 });
    expect(reservations).toMatchObject([{ lines: [{ sku: 'MUG', quantity: 1, allocations: [] }] }]);
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
    const expired = { ...ALL, status: 'expired' as const };
    const found = await newest(expired, 2_500);
    expect(found).toHaveLength(12_000 - 120);
    expect(idsOf(found)).toEqual(idsOf(found).toSorted().toReversed());
    expect(new Set(idsOf(found)).size).toBe(found.length);
    expect(await newest({ ...ALL, status: 'held' }, 100)).toHaveLength(120);
  });
});

describe('live holds', () => {
  test('are listed soonest first, each once, up to a time; those with an end in common stay apart', async () => {
    await addReservations(200);
    const all = await newest({ ...ALL, status: 'held' }, 500);
    const ends = [...new Set(all.map(({ expiresAt }) => expiresAt ?? 0))].toSorted((a, b) => a - b);
    expect(ends.length).toBeGreaterThan(2);
    for (const filter of FILTERS.filter(({ status }) => status === null)) {
      const [first = 0, , third = 0] = ends;
      for (const before of [first, third, third + 1, third + 1e9]) {
        const expected = all
          .filter((each) => fits(each, filter, 0) && (each.expiresAt ?? 0) < before)
          .toSorted((a, b) => (a.expiresAt ?? 0) - (b.expiresAt ?? 0) || (a.id < b.id ? -1 : 1));
        for (const limit of [4, 500])
          expect(idsOf(await soonest(filter, before, limit))).toEqual(idsOf(expected));
      }
    }
  });
});

describe('a page', () => {
  test.each(STATUSES)('of status %s reads its own rows by index, and few others', async (status) => {
    const count = 30_000;
    await addHistory(count);
    const limit = 10;
    const last = await newest({ ...ALL, status }, 3_000);
    const afterId = last.at(-3)?.id ?? null;
    const before = await rowsRead();
    const filters = [
      { ...ALL, status },
      { status, orderId: `o-${count / 3 - 5}`, cartId: null },
      { status, orderId: null, cartId: `c-${count / 2 - 5}` },
      { status, orderId: 'none', cartId: 'c-7' },
    ];
    for (const filter of filters) await readNewestReservations(db.prisma, filter, { after: null, limit });
    await readNewestReservations(db.prisma, { ...ALL, status }, { after: afterId, limit });
    const after = await rowsRead();
    expect(after.scanned - before.scanned).toBe(0);
    expect(after.byIndex - before.byIndex).toBeLessThan(200);
  });

  test('of the soonest holds reads no more than it shows, at the beginning and in the middle', async () => {
    await addHistory(30_000);
    const wanted = { expiresBefore: Date.now() + 1e9, after: null, limit: 10 };
    const held = await soonest(ALL, wanted.expiresBefore, 3_000);
    const middle = held[1_000];
    const before = await rowsRead();
    await readSoonestHolds(db.prisma, ALL, wanted);
    await readSoonestHolds(db.prisma, ALL, { ...wanted, after: middle ? placeOf(middle) : null });
    await readSoonestHolds(db.prisma, { orderId: 'o-10500', cartId: null }, wanted);
    const after = await rowsRead();
    expect(held.length).toBeGreaterThan(1_900);
    expect(after.scanned - before.scanned).toBe(0);
    expect(after.byIndex - before.byIndex).toBeLessThan(100);
  });
});

test('every status of the domain is one that can be asked for', () => {
  const every: Record<ReservationStatus, true> = {
    held: true,
    confirmed: true,
    fulfilled: true,
    released: true,
    expired: true,
    cancelled: true,
    withdrawn: true,
  };
  expect(STATUSES.filter((status) => status !== null).toSorted()).toEqual(Object.keys(every).toSorted());
});
