import { eventually, ofTest } from '@holdfast/testing';
import { Client } from 'pg';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { addSync, BUSY, claimed, RESERVATION, SUCCEEDED } from './fixtures/sync-rows.ts';
import { finishAttempt } from './sync-store.ts';

const FAILED = { state: 'failed', status: 422, error: 'it refuses' } as const;

const db = ofTest(() => openTestDatabase(4));
beforeEach(async () => {
  await db.prisma.$executeRaw`
    INSERT INTO reservations (id, status, sourcing, order_id, version, sync_count, created_at, updated_at, confirmed_at)
    VALUES (${RESERVATION}::uuid, 'confirmed', 'split', 'o-1', 3, 1, now(), now(), now())`;
  await db.prisma.$executeRaw`
    INSERT INTO reservation_lines (reservation_id, line_no, sku, quantity, confirmed_quantity)
    VALUES (${RESERVATION}::uuid, 1, 'MUG', 2, 2)`;
});

const events = () => db.prisma.$queryRaw<Record<string, unknown>[]>`
  SELECT
    id::text,
    type,
    subject,
    abs(extract(epoch FROM time - clock_timestamp())) < 10 AS "isOfNow",
    reservation_id::text AS "reservationId",
    reservation_version AS version,
    data,
    changed
  FROM events`;

test('a sync that has failed for good is told once, with the reservation as it is', async () => {
  const syncId = await addSync(db, 'confirm', 1);
  await finishAttempt(db, await claimed(db, syncId), BUSY);
  expect(await events()).toEqual([]);
  const sync = await claimed(db, syncId);
  await finishAttempt(db, sync, FAILED);
  await finishAttempt(db, sync, FAILED); // its claim is gone
  expect(await events()).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/),
      type: 'warehouse.inventory.sync_failed',
      subject: RESERVATION,
      isOfNow: true,
      reservationId: RESERVATION,
      version: 3,
      data: expect.objectContaining({
        id: RESERVATION,
        status: 'confirmed',
        order_id: 'o-1',
        version: 3,
        lines: [expect.objectContaining({ sku: 'MUG', quantity: 2 })],
        warehouse_sync: expect.objectContaining({
          id: syncId,
          state: 'failed',
          last_status: 422,
          last_error: 'it refuses',
        }),
      }),
      changed: null,
    },
  ]);
  const [event] = await events();
  expect(Number.parseInt(String(event?.['id']).replace('-', '').slice(0, 12), 16)).toBeGreaterThan(
    Date.now() - 60_000,
  );
});

test('it is published also where a later sync waits, and shows the one that failed', async () => {
  const first = await addSync(db, 'confirm', 1);
  await finishAttempt(db, await claimed(db, first), BUSY);
  const second = await addSync(db, 'cancel', 2);
  await finishAttempt(db, await claimed(db, first), FAILED);
  await finishAttempt(db, await claimed(db, second), SUCCEEDED);
  expect(await events()).toMatchObject([
    { data: { warehouse_sync: { id: first, action: 'confirm', state: 'failed', attempts: 2 } } },
  ]);
});

test('it waits for a change of the reservation that is under way, so that no event takes a newer one back', async () => {
  const other = new Client({ connectionString: db.url });
  await other.connect();
  const sync = await claimed(db, await addSync(db, 'confirm', 1));
  await other.query('BEGIN');
  await other.query('UPDATE reservations SET version = 4 WHERE id = $1', [RESERVATION]);
  const finishing = finishAttempt(db, sync, FAILED);
  await eventually(async () => {
    const { rows } = await other.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length === 1;
  });
  await other.query('COMMIT');
  await finishing;
  await other.end();
  expect(await events()).toMatchObject([{ version: 4, data: { version: 4 } }]);
});
