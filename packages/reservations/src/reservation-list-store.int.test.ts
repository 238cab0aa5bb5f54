import { ofSuite } from '@holdfast/testing';
import { asOf, type Reservation, type ReservationStatus } from '@holdfast/domain';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { ANY_ATTRIBUTES, type ReservationAttributes } from './reservation-filter-store.ts';
import { readNewestReservations, readSoonestHolds } from './reservation-list-store.ts';
import type { HoldPlace, ReservationFilter } from './reservation-pages-store.ts';

const db = ofSuite(() => openTestDatabase(1));
beforeEach(async () => {
  await db.prisma.$executeRaw`TRUNCATE reservations, reservation_lines, line_allocations`;
});

const ALL: ReservationFilter = { ...ANY_ATTRIBUTES, statuses: [] };
const EVERY_STATUS: Readonly<Record<ReservationStatus, true>> = {
  held: true,
  confirmed: true,
  fulfilled: true,
  released: true,
  expired: true,
  cancelled: true,
  withdrawn: true,
};
const STATUSES = Object.keys(EVERY_STATUS) as ReservationStatus[];

/** When the first reservation was created. Each later one came a second later. */
const START = 1_764_000_000_000;

const OF_OWNERS = [null, 'o-1'].flatMap((orderId) =>
  [null, 'c-1'].map((cartId) => ({ ...ANY_ATTRIBUTES, orderId, cartId })),
);
const OF_OTHERS = (
  [
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
  ] satisfies readonly Partial<ReservationAttributes>[]
).map((some): ReservationAttributes => ({ ...ANY_ATTRIBUTES, ...some }));

const FILTERS: readonly ReservationFilter[] = [
  ...OF_OWNERS.flatMap((of) =>
    [[], ...STATUSES.map((one) => [one])].map((statuses) => ({ ...of, statuses })),
  ),
  ...OF_OTHERS.flatMap((of) =>
    ([[], ['held'], ['expired', 'withdrawn'], ['confirmed', 'released', 'held']] as const).map(
      (statuses) => ({
        ...of,
        statuses,
      }),
    ),
  ),
];

/**
 * So many reservations: of the statuses in turn, some holds due, some with an end in common; of two orders and
 * four carts, and of none; of several customers, stores and sources; with two lines, sometimes of one SKU, from
 * one location or two. Some were created an hour after the time in their id.
 */
async function addReservations(count: number): Promise<void> {
  await db.prisma.$executeRaw`
    INSERT INTO reservations (
      id, status, order_id, cart_id, customer_id, store_id, source, sourcing, expires_at, version,
      created_at, updated_at, id_time_is_off
    )
    SELECT
      (lpad(to_hex(${START}::bigint + 1000 * n), 12, '0') || '7000800000000000000' || n % 10)::uuid,
      (ARRAY[
        'held', 'confirmed', 'held', 'released', 'held', 'expired', 'fulfilled', 'cancelled', 'withdrawn', 'held', 'confirmed'
      ])[1 + n % 11],
      'o-' || nullif(n % 3, 0),
      'c-' || nullif(n % 5, 0),
      'cu-' || nullif(n % 4, 0),
      's-' || nullif(n % 2, 0),
      CASE n % 3 WHEN 0 THEN 'app' WHEN 1 THEN 'web' END,
      'split',
      statement_timestamp() + (n / 4 % 5 - 1) * interval '1 hour' - interval '1 ms',
      1,
      to_timestamp(${START}::float8 / 1000 + n + CASE WHEN n % 13 = 0 THEN 3600 ELSE 0 END),
      now(),
      nullif(n % 13 = 0, false)
    FROM generate_series(1, ${count}::integer) AS n`;
  await db.prisma.$executeRaw`
    INSERT INTO reservation_lines (reservation_id, line_no, sku, quantity)
    SELECT id, line_no, CASE WHEN place % 7 < line_no THEN 'TEE' ELSE 'MUG' END, 1
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM reservations) numbered
    CROSS JOIN generate_series(1, 2) AS line_no`;
  await db.prisma.$executeRaw`
    INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity)
    SELECT reservation_id, line_no, 1, CASE WHEN place % 3 = 0 THEN 'WEST' ELSE 'EAST' END, 1
    FROM (
      SELECT reservation_id, line_no, row_number() OVER (ORDER BY reservation_id, line_no) AS place
      FROM reservation_lines
    ) numbered`;
}

/** Rows of reservations, lines and allocations that were read so far, by scans of the tables and by index. */
async function rowsRead(): Promise<{ scanned: number; byIndex: number }> {
  await db.prisma.$queryRaw`SELECT pg_stat_force_next_flush()::text`;
  const [row] = await db.prisma.$queryRaw<{ scanned: number; byIndex: number }[]>`
    SELECT sum(seq_tup_read)::float8 AS scanned, sum(idx_tup_fetch)::float8 AS "byIndex"
    FROM pg_stat_user_tables
    WHERE relname IN ('reservations', 'reservation_lines', 'line_allocations')`;
  return row ?? { scanned: Number.NaN, byIndex: Number.NaN };
}

/** How many were read by each, and checks that none were scanned. */
async function readByIndex(read: () => Promise<unknown>): Promise<number> {
  const before = await rowsRead();
  await read();
  const after = await rowsRead();
  expect(after.scanned - before.scanned).toBe(0);
  return after.byIndex - before.byIndex;
}

/**
 * A long history; and then holds, ten of them due, since the statistics were made. Few are of a store, a source,
 * a SKU and a location of their own, and all of those are old.
 */
async function addHistory(count: number): Promise<void> {
  const add = (from: number, to: number) => db.prisma.$executeRaw`
    WITH added AS (
      INSERT INTO reservations (
        id, status, order_id, cart_id, customer_id, store_id, source, sourcing, expires_at, version, created_at, updated_at
      )
      SELECT
        (lpad(to_hex(${START}::bigint + 1000 * n), 12, '0') || '70008000000000000000')::uuid,
        CASE
          WHEN n > ${count}::integer THEN 'held'
          WHEN n % 2000 = 0 THEN 'cancelled'
          WHEN n % 2000 = 1 THEN 'withdrawn'
          ELSE (ARRAY['confirmed', 'released', 'expired', 'fulfilled'])[1 + n % 4]
        END,
        'o-' || n / 3, 'c-' || n / 2, 'cu-' || n / 3,
        CASE WHEN n < 6 THEN 's-old' ELSE 's-1' END,
        CASE WHEN n < 6 THEN 'old' ELSE 'web' END,
        'split',
        now() + (n - ${count}::integer - 10) * interval '1 s',
        1, to_timestamp(${START}::float8 / 1000 + n), now()
      FROM generate_series(${from}::integer, ${to}::integer) AS n
      RETURNING id, store_id = 's-old' AS is_old
    ),
    lines AS (
      INSERT INTO reservation_lines (reservation_id, line_no, sku, quantity)
      SELECT id, 1, CASE WHEN is_old THEN 'OLD' ELSE 'MUG' END, 1 FROM added
    )
    INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity)
    SELECT id, 1, 1, CASE WHEN is_old THEN 'SHUT' ELSE 'EAST' END, 1 FROM added`;
  await add(1, count);
  await db.prisma.$executeRaw`ANALYZE reservations, reservation_lines, line_allocations`;
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

const soonest = (filter: ReservationAttributes, expiresBefore: number, limit: number) =>
  pages(limit, (last) =>
    readSoonestHolds(db.prisma, filter, { expiresBefore, after: last ? placeOf(last) : null, limit }),
  );

const placeOf = ({ id, expiresAt }: Reservation): HoldPlace => ({ id, expiresAt: expiresAt ?? 0 });
const idsOf = (reservations: readonly Reservation[]) => reservations.map(({ id }) => id);

function fits(reservation: Reservation, { statuses, ...of }: ReservationFilter, now: number): boolean {
  const { status } = asOf(reservation, now);
  const isSame = <T>(wanted: T | null, found: T) => wanted === null || wanted === found;
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
    await addReservations(200);
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
        expect([filter, idsOf(await newest(filter, limit))]).toEqual([filter, expected]);
    }
    const sizes = FILTERS.map((filter) => all.filter((each) => fits(each, filter, now)).length);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  });

  test('come with their lines, and with the time at which they were so', async () => {
    await addReservations(1);
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
    const found = await newest(expired, 2_500);
    expect(found).toHaveLength(12_000 - 120);
    expect(idsOf(found)).toEqual(idsOf(found).toSorted().toReversed());
    expect(new Set(idsOf(found)).size).toBe(found.length);
    expect(await newest({ ...ALL, statuses: ['held'] }, 100)).toHaveLength(120);
  });
});

describe('live holds', () => {
  test('are listed soonest first, each once, up to a time; those with an end in common stay apart', async () => {
    await addReservations(200);
    const all = await newest({ ...ALL, statuses: ['held'] }, 500);
    const ends = [...new Set(all.map(({ expiresAt }) => expiresAt ?? 0))].toSorted((a, b) => a - b);
    expect(ends.length).toBeGreaterThan(2);
    for (const filter of [...OF_OWNERS, ...OF_OTHERS]) {
      const [first = 0, , third = 0] = ends;
      for (const before of [first, third, third + 1, third + 1e9]) {
        const expected = all
          .filter((each) => fits(each, { ...filter, statuses: [] }, 0) && (each.expiresAt ?? 0) < before)
          .toSorted((a, b) => (a.expiresAt ?? 0) - (b.expiresAt ?? 0) || (a.id < b.id ? -1 : 1));
        for (const limit of [4, 500])
          expect(idsOf(await soonest(filter, before, limit))).toEqual(idsOf(expected));
      }
    }
  });
});

describe('a page', () => {
  const count = 30_000;
  const limit = 10;

  test('of each status reads its own rows by index, and few others', async () => {
    await addHistory(count);
    for (const statuses of [[], ...STATUSES.map((one) => [one]), ['held', 'cancelled'] as const]) {
      const last = await newest({ ...ALL, statuses }, 3_000);
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
    await addHistory(count);
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
    await addHistory(count);
    const wanted = { expiresBefore: Date.now() + 1e9, after: null, limit };
    const held = await soonest(ALL, wanted.expiresBefore, 3_000);
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
