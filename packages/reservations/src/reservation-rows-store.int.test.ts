import { ofTest } from '@holdfast/testing';
import { findCounterIssues } from '@holdfast/stock';
import { readDueHolds, readNextDueTime } from './due-hold-store.ts';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { readReservation } from './reservation-rows-store.ts';

const db = ofTest(() => openTestDatabase(1));

const id = (number: number) => `0199b0c4-0000-7000-8000-${String(number).padStart(12, '0')}`;
const at = (seconds: number) => new Date(Date.parse('2026-11-20T10:00:00.123Z') + seconds * 1000);

async function hold(number: number, expiresInMs: number, status = 'held'): Promise<void> {
  await db.prisma.$executeRaw`
    INSERT INTO reservations (id, status, sourcing, expires_at, version, created_at, updated_at)
    VALUES (
      ${id(number)}::uuid, ${status}, 'split', clock_timestamp() + ${expiresInMs}::integer * interval '1 millisecond', 1, now(), now()
    )`;
}

const addLine = (number: number) => db.prisma.$executeRaw`
  INSERT INTO reservation_lines (reservation_id, line_no, sku, quantity)
  VALUES (${id(number)}::uuid, 1, 'MUG', 1)`;

describe('a reservation', () => {
  test('is read with every field, its lines in order, their allocations in order, and its newest sync', async () => {
    const reservationId = id(1);
    await db.prisma.$executeRaw`
      INSERT INTO reservations VALUES (
        ${reservationId}::uuid, 'fulfilled', 'o-1', 'c-1', 's-1', 'web', 'no_split', 'why', 'pay-1', ${at(1)}, 2,
        '{"b": "2", "a": "1"}', 5, 3, ${at(2)}, ${at(3)}, ${at(4)}, ${at(5)}, ${at(6)}, ${at(7)}, ${at(8)},
        'cu-1', '{B,A}', 'partial', ${at(10)}
      )`;
    await db.prisma.$executeRaw`
      INSERT INTO reservation_lines VALUES
        (${reservationId}::uuid, 2, 'TEE', 'EAST', 4, 0, 0, 0, 9, 0),
        (${reservationId}::uuid, 1, 'MUG', NULL, 12, 11, 6, 5, NULL, 3)`;
    await db.prisma.$executeRaw`
      INSERT INTO line_allocations VALUES
        (${reservationId}::uuid, 1, 2, 'A', 1, 0, 1, 0),
        (${reservationId}::uuid, 1, 1, 'B', 10, 6, 4, 3)`;
    await db.prisma.$executeRaw`
      INSERT INTO warehouse_syncs (
        id, reservation_id, ordinal, action, state, lines, occurred_at, attempts, last_status, last_error,
        next_attempt_at, created_at
      ) VALUES
        (${id(12)}::uuid, ${reservationId}::uuid, 2, 'cancel', 'pending', '[]', now(), 4, 503, 'busy', ${at(9)}, now()),
        (${id(11)}::uuid, ${reservationId}::uuid, 1, 'confirm', 'succeeded', '[]', now(), 1, 200, NULL, NULL, now())`;

    const found = await readReservation(db.prisma, reservationId);

    expect(found?.reservation).toEqual({
      id: reservationId,
      status: 'fulfilled',
      orderId: 'o-1',
      cartId: 'c-1',
      customerId: 'cu-1',
      storeId: 's-1',
      source: 'web',
      sourcing: 'no_split',
      locations: ['B', 'A'],
      ifShort: 'partial',
      releaseReason: 'why',
      paymentReference: 'pay-1',
      expiresAt: at(1).getTime(),
      heldAt: null,
      wait: null,
      notifyBeforeSeconds: null,
      extensions: 2,
      lines: [
        {
          sku: 'MUG',
          location: null,
          quantity: 12,
          requestedQuantity: 12,
          confirmedQuantity: 11,
          fulfilledQuantity: 6,
          cancelledQuantity: 5,
          returnedQuantity: 3,
          allocations: [
            { location: 'B', quantity: 10, fulfilledQuantity: 6, cancelledQuantity: 4, returnedQuantity: 3 },
            { location: 'A', quantity: 1, fulfilledQuantity: 0, cancelledQuantity: 1, returnedQuantity: 0 },
          ],
        },
        {
          sku: 'TEE',
          location: 'EAST',
          quantity: 4,
          requestedQuantity: 9,
          confirmedQuantity: 0,
          fulfilledQuantity: 0,
          cancelledQuantity: 0,
          returnedQuantity: 0,
          allocations: [],
        },
      ],
      warehouseSync: {
        id: id(12),
        action: 'cancel',
        state: 'pending',
        attempts: 4,
        lastStatus: 503,
        lastError: 'busy',
        nextAttemptAt: at(9).getTime(),
      },
      metadata: { b: '2', a: '1' },
      version: 5,
      syncCount: 3,
      createdAt: at(2).getTime(),
      updatedAt: at(3).getTime(),
      confirmedAt: at(4).getTime(),
      releasedAt: at(5).getTime(),
      expiredAt: at(6).getTime(),
      cancelledAt: at(7).getTime(),
      fulfilledAt: at(8).getTime(),
      withdrawnAt: at(10).getTime(),
      createFingerprint: null,
    });
  });

  test('is read with the database’s time, in whole milliseconds that are never ahead of it', async () => {
    await hold(1, 0);
    await addLine(1);
    const before = Date.now();
    const found = await readReservation(db.prisma, id(1));
    const [row] = await db.prisma.$queryRaw<{ now: number }[]>`
      SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`;
    expect(Number.isInteger(found?.now)).toBe(true);
    expect(found?.now).toBeLessThanOrEqual(row?.now ?? 0);
    expect(found?.now).toBeGreaterThanOrEqual(before - 1); // one machine, one clock
    expect(found?.reservation).toMatchObject({ warehouseSync: null, metadata: {}, confirmedAt: null });
  });

  test('that does not exist is null', async () => {
    expect(await readReservation(db.prisma, id(9))).toBeNull();
  });
});

describe('due holds', () => {
  test('are those whose time has come, oldest first, as many as asked for', async () => {
    await hold(1, -1_000);
    await hold(2, -3_000);
    await hold(3, 60_000);
    await hold(4, -2_000, 'released');
    await hold(5, -2_000);
    const { holds } = await readDueHolds(db.prisma, 10);
    expect(holds.map((each) => each.id)).toEqual([id(2), id(5), id(1)]);
    expect((await readDueHolds(db.prisma, 2)).holds).toEqual(holds.slice(0, 2));
    expect((await readDueHolds(db.prisma, 2, holds[0])).holds).toEqual(holds.slice(1));
    expect((await readDueHolds(db.prisma, 2, holds[2])).holds).toEqual([]);
  });

  test('the next due time is the soonest of a live hold, or null', async () => {
    expect(await readNextDueTime(db.prisma)).toEqual({ now: expect.any(Number), dueAt: null });
    await hold(1, 60_000, 'confirmed');
    await hold(2, 90_000);
    await hold(3, 80_000);
    await addLine(3);
    const { now, dueAt } = await readNextDueTime(db.prisma);
    const found = await readReservation(db.prisma, id(3));
    expect(dueAt).toBe(found?.reservation.expiresAt);
    expect((dueAt ?? 0) - now).toBeGreaterThan(60_000);
  });
});

describe('counter issues', () => {
  test('are where counters differ from the newest movement or from what open reservations hold', async () => {
    await db.prisma.$executeRaw`INSERT INTO skus (sku) VALUES ('GOOD'), ('DRIFTED'), ('UNMOVED')`;
    await db.prisma.$executeRaw`INSERT INTO locations (location) VALUES ('EAST')`;
    await db.prisma.$executeRaw`
      INSERT INTO stock_levels (sku, location, on_hand, reserved, level_seq) VALUES
        ('GOOD', 'EAST', 10, 2, 2), ('DRIFTED', 'EAST', 9, 1, 0), ('UNMOVED', 'EAST', 5, 0, 0)`;
    await db.prisma.$executeRaw`
      INSERT INTO stock_movements
      SELECT gen_random_uuid(), now(), sku, 'EAST', seq, 'set', 10, 0, 0, 10, reserved, 0, NULL, NULL, 'test'
      FROM (VALUES ('GOOD', 1, 9), ('GOOD', 2, 2), ('DRIFTED', 1, 0)) AS m (sku, seq, reserved)`;
    await hold(1, 60_000);
    await db.prisma.$executeRaw`INSERT INTO reservation_lines VALUES (${id(1)}::uuid, 1, 'GOOD', NULL, 2)`;
    await db.prisma.$executeRaw`INSERT INTO line_allocations VALUES (${id(1)}::uuid, 1, 1, 'EAST', 2)`;

    expect(await findCounterIssues(db, 10)).toEqual([
      { sku: 'DRIFTED', location: 'EAST', kind: 'level_seq', expected: 1, actual: 0 },
      { sku: 'DRIFTED', location: 'EAST', kind: 'on_hand', expected: 10, actual: 9 },
      { sku: 'DRIFTED', location: 'EAST', kind: 'reserved', expected: 0, actual: 1 },
      { sku: 'UNMOVED', location: 'EAST', kind: 'on_hand', expected: 0, actual: 5 },
    ]);
    expect(await findCounterIssues(db, 1)).toHaveLength(1);
  });
});
