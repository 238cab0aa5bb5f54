import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, type Database } from '@holdfast/db';
import { newId } from '@holdfast/ledger';
import { readConfig } from '@holdfast/runtime';
import { createTestDatabase, type TestDatabase } from '@holdfast/testing';
import { rowsRead } from '../../../../packages/db/src/fixtures/rows-read.ts';
import { workerEnvironment } from '../config.ts';
import { purgesOf } from './retention-list.ts';

const DAYS = { ORDER: 30, FULFILLMENT: 31, SYNC_ATTEMPT: 32, RECONCILIATION: 33, IMPORT: 34, SNAPSHOT: 35 };

/** Tables that retention deletes nothing from, and why. */
const KEPT = {
  _prisma_migrations: 'says which migrations have run',
  locations: 'the catalogue',
  skus: 'the catalogue',
  sku_changes: 'what was changed of the catalogue, and by whom',
  stock_levels: 'the stock',
  reservations: 'what was sold',
  reservation_lines: 'what was sold',
  line_allocations: 'what was sold',
  waiting_lines: 'gone once the waiting ends',
  customer_counters: 'what each customer has',
  former_stock_levels: 'a level that comes back goes on with its version',
  expiry_notices: 'gone when the hold ends or is announced',
  stock_movements: 'the ledger',
  refused_payments: 'a refused payment never confirms its reservation',
  warehouse_syncs: 'what the warehouse was sent, with the result',
  webhook_endpoints: 'until they are deleted',
  event_notes: 'gone once the events are numbered',
  event_sequencer: 'one row',
  gateway_pace: 'one row',
  hot_path: 'one row',
  sink_cursors: 'one row for each sink that has its place here',
};

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url, { poolMax: 2, applicationName: 'test' });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const settings = () => ({
  DATABASE_URL: database.url,
  GATEWAY_URL: 'http://127.0.0.1:1',
  ...Object.fromEntries(Object.entries(DAYS).map(([name, days]) => [`${name}_RETENTION_DAYS`, String(days)])),
});
const purges = () => purgesOf({ database: db, config: readConfig(workerEnvironment, settings()) });

async function purge(): Promise<Record<string, readonly number[]>> {
  const deleted: Record<string, number[]> = {};
  for (const [table, chunks] of purges()) {
    for await (const count of chunks) if (count > 0) (deleted[table] ??= []).push(count);
  }
  return deleted;
}

/** A UUIDv7 of so many days ago. */
const idOf = (daysAgo: number): string => {
  const hex = Math.floor(Date.now() - daysAgo * 86_400_000)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${newId().slice(13)}`;
};
const timeOf = (daysAgo: number): Date => new Date(Date.now() - daysAgo * 86_400_000);

const count = async (table: string): Promise<number> => {
  const [row] = await db.prisma.$queryRawUnsafe<{ n: number }[]>(
    `SELECT count(*)::integer AS n FROM ${table}`,
  );
  return row?.n ?? Number.NaN;
};

const addOrders = (name: string, many: number, createdDaysAgo: number, updatedDaysAgo: number) =>
  db.prisma.$executeRaw`
    INSERT INTO orders (order_id, cancelled_at, created_at, updated_at)
    SELECT ${name} || n, now(), ${timeOf(createdDaysAgo)}::timestamptz + n * interval '1 ms', ${timeOf(updatedDaysAgo)}
    FROM generate_series(1, ${many}::integer) AS n`;

const addFulfillments = async (status: string, daysAgo: number, many: number) => {
  const id = idOf(daysAgo);
  await db.prisma.$executeRaw`
    INSERT INTO reservations (id, status, sourcing, version, created_at, updated_at)
    VALUES (${id}::uuid, ${status}, 'split', 1, ${timeOf(daysAgo)}, ${timeOf(daysAgo)})`;
  await db.prisma.$executeRaw`
    INSERT INTO reservation_parts (reservation_id, kind, part_id, created_at)
    SELECT ${id}::uuid, 'fulfillment', 'f-' || n, ${timeOf(daysAgo)}
    FROM generate_series(1, ${many}::integer) AS n`;
};

const addAttempts = async (state: string, daysAgo: number, finishedDaysAgo: number | null) => {
  const id = idOf(daysAgo);
  await db.prisma.$executeRaw`
    INSERT INTO warehouse_syncs (
      id, reservation_id, ordinal, action, state, lines, occurred_at, attempts, created_at, finished_at
    )
    VALUES (
      ${id}::uuid, ${newId()}::uuid, 1, 'confirm', ${state}, '[]', now(), 4, now(),
      ${finishedDaysAgo === null ? null : timeOf(finishedDaysAgo)}
    )`;
  await db.prisma.$executeRaw`
    INSERT INTO warehouse_sync_attempts (sync_id, number, started_at)
    SELECT ${id}::uuid, n, ${timeOf(daysAgo)} FROM generate_series(1, 4) AS n`;
};

const addRun = (status: string, finishedDaysAgo: number | null) => db.prisma.$executeRaw`
  INSERT INTO reconciliation_runs (id, trigger, dry_run, "limit", status, created_at, finished_at)
  VALUES (
    ${newId()}::uuid, 'schedule', false, 1000, ${status}, ${timeOf(50)},
    ${finishedDaysAgo === null ? null : timeOf(finishedDaysAgo)}
  )`;

const addImport = async (state: string, daysAgo: number, finishedDaysAgo: number | null, errors: number) => {
  const id = idOf(daysAgo);
  await db.prisma.$executeRaw`
    INSERT INTO stock_imports (id, caller, content_type, state, chunks, rows, created_at, finished_at)
    VALUES (
      ${id}::uuid, 'test', 'text/csv', ${state}, 1, 1, ${timeOf(daysAgo)},
      ${finishedDaysAgo === null ? null : timeOf(finishedDaysAgo)}
    )`;
  await db.prisma.$executeRaw`
    INSERT INTO stock_import_errors (import_id, row_no, message)
    SELECT ${id}::uuid, n, 'bad' FROM generate_series(1, ${errors}::integer) AS n`;
};

const addSnapshot = async (daysAgo: number, levels: number) => {
  const id = idOf(daysAgo);
  await db.prisma.$executeRaw`
    INSERT INTO inventory_snapshots (
      id, taken_at, caller, total_stock_levels, on_hand, reserved, allocated, shortfall
    )
    VALUES (${id}::uuid, ${timeOf(daysAgo)}, 'test', ${levels}, 0, 0, 0, 0)`;
  await db.prisma.$executeRaw`
    INSERT INTO inventory_snapshot_levels
    SELECT ${id}::uuid, 'SKU-' || n / 3, 'L' || n, 0, 0, 0, 0, 0, 0
    FROM generate_series(1, ${levels}::integer) AS n`;
};

test('every table is in the list, or is kept for a reason', async () => {
  const rows = await db.prisma.$queryRaw<{ tablename: string }[]>`
    SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'`;
  const listed = purges().map(([table]) => table);
  expect(rows.map(({ tablename }) => tablename).toSorted()).toEqual(
    [...listed, ...Object.keys(KEPT)].toSorted(),
  );
});

test('the documents say of every table how long it is kept, and name every setting', () => {
  const text = readFileSync(join(__dirname, '../../../../docs/operations.md'), 'utf8');
  const [, list = ''] = text.split('## What is kept how long');
  const names = [
    ...purges().map(([table]) => table),
    ...Object.keys(DAYS).map((name) => `${name}_RETENTION_DAYS`),
  ];
  expect(names.filter((name) => !list.includes(`\`${name}\``))).toEqual([]);
});

test('orders that nothing was said of for so long go, chunk by chunk', async () => {
  await addOrders('old', 2_500, 31, 31);
  await addOrders('changed', 1, 31, 29);
  await addOrders('young', 1, 29, 29);
  expect(await purge()).toEqual({ orders: [2_000, 500] });
  expect(await count('orders')).toBe(2);
});

test('names of fulfillments go with the end of their reservation, and those of an open one stay', async () => {
  await addFulfillments('confirmed', 40, 2_100); // more than a chunk that is read and kept
  await addFulfillments('fulfilled', 33, 3);
  await addFulfillments('cancelled', 32, 2);
  await addFulfillments('fulfilled', 30, 1);
  expect(await purge()).toEqual({ reservation_parts: [5] });
  expect(await count('reservation_parts')).toBe(2_101);
});

test('attempts of ended syncs go, and those of open and of younger ones stay', async () => {
  await addAttempts('succeeded', 40, 33);
  await addAttempts('failed', 40, 33);
  await addAttempts('failed', 40, 31);
  await addAttempts('pending', 40, null);
  await addAttempts('succeeded', 31, 31);
  expect(await purge()).toEqual({ warehouse_sync_attempts: [8] });
  expect(await count('warehouse_sync_attempts')).toBe(12);
  expect(await count('warehouse_syncs')).toBe(5);
});

test('reconcile runs that ended so long ago go, and those that wait stay', async () => {
  await addRun('succeeded', 34);
  await addRun('failed', 34);
  await addRun('succeeded', 32);
  await addRun('queued', null);
  expect(await purge()).toEqual({ reconciliation_runs: [2] });
  expect(await count('reconciliation_runs')).toBe(2);
});

test('imports go with their errors, and an open one and a younger one stay with theirs', async () => {
  for (let n = 0; n < 3; n += 1) await addImport('succeeded', 36 + n, 35, 1_000);
  await addImport('running', 40, null, 10);
  await addImport('failed', 40, 33, 10);
  await addImport('failed', 33, 33, 10);
  expect(await purge()).toEqual({ stock_imports: [3], stock_import_errors: [2_000, 1_000] });
  expect(await count('stock_import_errors')).toBe(30);
});

test('snapshots go with their levels, chunk by chunk, and a younger one stays whole', async () => {
  await addSnapshot(38, 2_500);
  await addSnapshot(37, 2_000);
  await addSnapshot(34, 100);
  expect(await purge()).toEqual({
    inventory_snapshots: [2],
    inventory_snapshot_levels: [2_000, 500, 2_000],
  });
  expect(await count('inventory_snapshot_levels')).toBe(100);
  expect(await count('inventory_snapshots')).toBe(1);
});

test('it reads by index what it deletes, and not the tables', async () => {
  await db.prisma.$executeRaw`
    INSERT INTO orders (order_id, created_at, updated_at)
    SELECT 'many-' || n, now(), now() FROM generate_series(1, 20000) AS n`;
  const [young] = [idOf(1)];
  await db.prisma.$executeRaw`
    INSERT INTO inventory_snapshot_levels
    SELECT ${young}::uuid, 'SKU-' || n, 'L', 0, 0, 0, 0, 0, 0 FROM generate_series(1, 20000) AS n`;
  const tables = ['orders', 'inventory_snapshot_levels'];
  const before = await rowsRead(db, ...tables);
  await purge();
  const after = await rowsRead(db, ...tables);
  expect(after.scanned - before.scanned).toBeLessThan(5_000);
});
