import { showKept } from '@holdfast/domain';
import { ofSuite } from '@holdfast/testing';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { readReservationHistory, type HistoryPlace } from './reservation-history-store.ts';

const db = ofSuite(() => openTestDatabase(1));
beforeAll(async () => {
  await tell(1);
  await tell(2); // another's, which must not be in it
});

const id = (number: number) => `0199b0c4-0000-7000-8000-${String(number).padStart(12, '0')}`;
const reservationId = id(1);
const read = (after: HistoryPlace | null, limit: number) =>
  readReservationHistory(db.prisma, reservationId, { after, limit });

const KEPT = {
  id: reservationId,
  status: 'expired' as const,
  version: 2,
  created_at: '2026-11-20T09:45:00.000Z',
  lines: [{ sku: 'MUG', quantity: 2, allocations: [{ location: 'EAST', quantity: 2 }] }],
};

/** Two transitions decided in one millisecond, tries in the same, and one that was before. */
async function tell(reservation: number): Promise<void> {
  const of = id(reservation);
  const at = '2026-11-20T10:00:00.123Z';
  const key = (number: number) => id(reservation * 1_000 + number);
  await db.prisma.$executeRaw`
    INSERT INTO reservations (id, status, sourcing, version, created_at, updated_at)
    VALUES (${of}::uuid, 'confirmed', 'split', 3, now(), now())`;
  for (const [number, kind] of [
    [21, 'expire'],
    [24, 'confirm'],
    [25, 'confirm'],
  ] as const) {
    await db.prisma.$executeRaw`
      INSERT INTO stock_movements
      VALUES (
        ${key(number)}::uuid, ${at}::timestamptz, ${`SKU ${of}`}, 'EAST', ${number}::bigint, ${kind}, 0, -1, 1, 10, 2, 3,
        ${of}::uuid, 'why', 'shop'
      )`;
  }
  for (const [number, type] of [
    [22, 'expired'],
    [23, 'released'],
    [26, 'confirmed'],
    [20, 'warehouse.inventory.confirm_refused'], // whose id says nothing of when
  ] as const) {
    await db.prisma.$executeRaw`
      INSERT INTO events
      VALUES (${key(number)}::uuid, ${type}, 's', ${at}::timestamptz, ${of}::uuid, 2,
        ${JSON.stringify(KEPT)}::json, '{"reason": "over", "caller": "ops/ada"}')`;
  }
  await db.prisma.$executeRaw`
    INSERT INTO warehouse_syncs (id, reservation_id, ordinal, action, lines, occurred_at, created_at) VALUES
      (${key(10)}::uuid, ${of}::uuid, 1, 'expire', '[]', now(), now()),
      (${key(11)}::uuid, ${of}::uuid, 2, 'confirm', '[]', now(), now())`;
  await db.prisma.$executeRaw`
    INSERT INTO warehouse_sync_attempts VALUES
      (${key(11)}::uuid, 2, ${at}::timestamptz, NULL, NULL, NULL, NULL),
      (${key(11)}::uuid, 1, ${at}::timestamptz, ${at}::timestamptz + interval '5 ms', 503, 'busy', ${at}::timestamptz + interval '1 s'),
      (${key(10)}::uuid, 1, ${at}::timestamptz - interval '1 ms', ${at}::timestamptz, 200, NULL, NULL)`;
}

const STORY = [
  'sync_attempt expire 1',
  'movement expire',
  'event expired',
  'event released',
  'movement confirm',
  'movement confirm',
  'event confirmed',
  'event warehouse.inventory.confirm_refused',
  'sync_attempt confirm 1',
  'sync_attempt confirm 2',
];

type Read = Awaited<ReturnType<typeof read>>;
const shown = (entries: Read) =>
  (entries ?? []).map(({ entry: { kind, data } }) => {
    const shown = data as { type?: string; kind?: string; action?: string; number?: number };
    return [kind, shown.type ?? shown.kind ?? shown.action, shown.number].filter(Boolean).join(' ');
  });

describe('a history', () => {
  test('is in order: movements before the events they led to, tries after what was decided', async () => {
    expect(shown(await read(null, 50))).toEqual(STORY);
  });

  test('shows events, movements and tries as the contract does', async () => {
    const [first, movement, event, , , , , , tried] = (await read(null, 50)) ?? [];
    const at = '2026-11-20T10:00:00.123Z';
    expect(first?.entry.at).toBe('2026-11-20T10:00:00.122Z');
    expect(movement?.entry).toEqual({
      at,
      kind: 'movement',
      data: {
        id: expect.any(String),
        at,
        sku: `SKU ${reservationId}`,
        location: 'EAST',
        level_seq: 21,
        kind: 'expire',
        on_hand_delta: 0,
        reserved_delta: -1,
        allocated_delta: 1,
        backorder_limit_delta: 0,
        on_hand: 10,
        reserved: 2,
        allocated: 3,
        reservation_id: reservationId,
        order_id: null,
        import_id: null,
        reason: 'why',
        caller: 'shop',
      },
    });
    expect(event?.entry).toEqual({
      at,
      kind: 'event',
      data: {
        id: expect.any(String),
        type: 'expired',
        reservation: showKept(KEPT),
        reason: 'over',
        caller: 'ops/ada',
      },
    });
    expect(tried?.entry).toEqual({
      at,
      kind: 'sync_attempt',
      data: {
        sync_id: expect.any(String),
        action: 'confirm',
        number: 1,
        started_at: at,
        finished_at: '2026-11-20T10:00:00.128Z',
        status: 503,
        error: 'busy',
        next_attempt_at: '2026-11-20T10:00:01.123Z',
        retry: null,
      },
    });
  });

  test.each([1, 2, 4])('comes in pages of %i, each entry once', async (limit) => {
    const seen: string[] = [];
    for (let after: HistoryPlace | null = null; ;) {
      const page: Read = await read(after, limit);
      seen.push(...shown(page));
      after = page?.at(-1)?.place ?? null;
      if (after === null) break;
    }
    expect(seen).toEqual(STORY);
  });

  test('of nothing that exists is null', async () => {
    expect(await readReservationHistory(db.prisma, id(9), { after: null, limit: 5 })).toBeNull();
  });
});
