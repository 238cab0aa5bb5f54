import { openDatabase, type Database, type Purge } from '@holdfast/db';
import { purgeEvents } from '@holdfast/events';
import { purgeIdempotencyKeys } from '@holdfast/idempotency';
import { purgeImportChunks } from '@holdfast/stock';
import { createTestDatabase, together, type TestDatabase } from '@holdfast/testing';
import { rowsRead } from '../../../../packages/db/src/fixtures/rows-read.ts';

let database: TestDatabase;
let db: Database;
let other: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  [db, other] = ['one', 'other'].map((name) =>
    openDatabase(database.url, { poolMax: 4, applicationName: name }),
  ) as [Database, Database];
});
beforeEach(async () => {
  await db.prisma.$transaction([
    db.prisma.$executeRaw`ALTER TABLE events DISABLE TRIGGER events_append_only`,
    db.prisma.$executeRaw`TRUNCATE idempotency_keys, events, stock_imports, stock_import_chunks`,
    db.prisma.$executeRaw`ALTER TABLE events ENABLE TRIGGER events_append_only`,
  ]);
});
afterAll(async () => {
  await Promise.all([db.close(), other.close()]);
  await database.drop();
});

async function chunksOf(forgetting: Purge): Promise<number[]> {
  const chunks = [];
  for await (const count of forgetting) chunks.push(count);
  return chunks;
}

/** So many keys, each a millisecond older than the one before; the first is `age` old. */
const addKeys = (count: number, age: string) => db.prisma.$executeRaw`
  INSERT INTO idempotency_keys (caller, path, key, fingerprint, outcome, created_at)
  SELECT 'shop', '/', ${age} || ' ' || n, 'f', '{}', statement_timestamp() - ${age}::interval - n * interval '1 ms'
  FROM generate_series(1, ${count}::integer) AS n`;

/** So many events, with ids of their time: UUIDv7, several in a millisecond. */
const addEvents = (count: number, age: string, timeAge = age) => db.prisma.$executeRaw`
  INSERT INTO events (id, type, subject, time, data)
  SELECT
    (
      lpad(to_hex((extract(epoch FROM statement_timestamp() - ${age}::interval) * 1000)::bigint - n / 10), 12, '0')
      || '7fff' || substr(md5(${age} || n), 1, 16)
    )::uuid,
    ${age},
    's',
    statement_timestamp() - ${timeAge}::interval - n / 10 * interval '1 ms',
    '{}'
  FROM generate_series(1, ${count}::integer) AS n`;

async function left(table: 'idempotency_keys' | 'events' | 'stock_import_chunks'): Promise<number> {
  const { prisma } = db;
  const counted = {
    idempotency_keys: () =>
      prisma.$queryRaw<{ n: number }[]>`SELECT count(*)::integer AS n FROM idempotency_keys`,
    events: () => prisma.$queryRaw<{ n: number }[]>`SELECT count(*)::integer AS n FROM events`,
    stock_import_chunks: () =>
      prisma.$queryRaw<{ n: number }[]>`SELECT count(*)::integer AS n FROM stock_import_chunks`,
  };
  return (await counted[table]())[0]?.n ?? Number.NaN;
}

test('keys whose retention has ended are deleted in chunks, and one that is a second younger stays', async () => {
  await addKeys(4_500, '24 hours');
  await addKeys(10, '40 hours');
  await addKeys(1, '23:59:58');
  expect(await chunksOf(purgeIdempotencyKeys(db, 24))).toEqual([2_000, 2_000, 510]);
  expect(await left('idempotency_keys')).toBe(1);
  expect(await chunksOf(purgeIdempotencyKeys(db, 24))).toEqual([]);
});

test('events whose retention has ended are deleted in chunks, and one that is a second younger stays', async () => {
  await addEvents(4_500, '30 days');
  await addEvents(10, '50 days');
  await addEvents(30, '29 days 23:59:58');
  expect(await chunksOf(purgeEvents(db, 30))).toEqual([2_000, 2_000, 510]);
  expect(await left('events')).toBe(30);
});

test('an event stays whose id says that it is old and whose time does not, and the other way round', async () => {
  await addEvents(1, '40 days', '29 days');
  await addEvents(1, '20 days', '40 days');
  expect(await chunksOf(purgeEvents(db, 30))).toEqual([]);
  expect(await left('events')).toBe(2);
});

test('events are append-only for everyone else, before and after, on the same connection', async () => {
  await addEvents(5, '40 days');
  await addEvents(1, '1 day');
  const single = openDatabase(database.url, { poolMax: 1, applicationName: 'single' });
  const change = () => single.prisma.$executeRaw`UPDATE events SET subject = 'other'`;
  const remove = () => single.prisma.$executeRaw`DELETE FROM events`;
  await expect(remove()).rejects.toThrow('append-only');
  expect(await chunksOf(purgeEvents(single, 30))).toEqual([5]);
  await expect(remove()).rejects.toThrow('append-only');
  await expect(change()).rejects.toThrow('append-only');
  await expect(
    single.prisma.$transaction([
      single.prisma.$executeRaw`SELECT set_config('holdfast.retention', 'on', true)`,
      change(),
    ]),
  ).rejects.toThrow('append-only');
  expect(await left('events')).toBe(1);
  await single.close();
});

test('staged rows without an open import go after a day; those of an open one, and young ones, stay', async () => {
  const ids = [1, 2, 3, 4, 5].map((n) => `0199b0c4-5f0e-7c3a-9d55-00000000000${n}`);
  await db.prisma.$executeRaw`
    INSERT INTO stock_imports (id, caller, content_type, state, chunks, rows)
    SELECT id, 'test', 'text/csv', state, 250, 250
    FROM unnest(${ids.slice(0, 3)}::uuid[], ARRAY['queued', 'running', 'failed']) AS i (id, state)`;
  await db.prisma.$executeRaw`
    INSERT INTO stock_import_chunks (import_id, number, rows, staged_at)
    SELECT id, n, '[]', statement_timestamp() - CASE WHEN id = ${ids[4]}::uuid THEN interval '23:59:58' ELSE '1 day' END
    FROM unnest(${ids}::uuid[]) AS id, generate_series(1, 125) AS n`;
  expect(await chunksOf(purgeImportChunks(db))).toEqual([100, 100, 50]); // of the failed one, and of no import
  expect(await left('stock_import_chunks')).toBe(3 * 125);
});

test('two purges at once wait neither for each other nor for a locked row, and take each row once', async () => {
  await addKeys(10_000, '25 hours');
  await addEvents(10_000, '31 days');
  await db.prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT key FROM idempotency_keys WHERE key = '25 hours 500' FOR UPDATE`;
    const both = await together(4, (n) => {
      const by = n % 2 ? db : other;
      return chunksOf(n < 2 ? purgeIdempotencyKeys(by, 24) : purgeEvents(by, 30));
    });
    const taken = both.map((each) =>
      each.status === 'fulfilled' ? each.value.reduce((sum, count) => sum + count, 0) : each.reason,
    );
    expect([Number(taken[0]) + Number(taken[1]), Number(taken[2]) + Number(taken[3])]).toEqual([
      9_999, 10_000,
    ]);
  });
  expect(await chunksOf(purgeIdempotencyKeys(db, 24))).toEqual([1]);
});

test('it reads what it deletes and not the table, with and without statistics', async () => {
  await addKeys(3_000, '25 hours');
  await addKeys(20_000, '1 hour');
  await addEvents(3_000, '31 days');
  await addEvents(20_000, '1 day');
  const tables = ['idempotency_keys', 'events'] as const;
  const forget = async () => {
    const before = await Promise.all(tables.map((table) => rowsRead(db, table)));
    expect(await chunksOf(purgeIdempotencyKeys(db, 24))).toEqual([2_000, 1_000]);
    expect(await chunksOf(purgeEvents(db, 30))).toEqual([2_000, 1_000]);
    for (const [at, table] of tables.entries()) {
      const after = await rowsRead(db, table);
      // The table has 23,000. (What other connections counted before may be told only now.)
      expect(after.scanned - (before[at]?.scanned ?? 0)).toBeLessThan(1_000);
      expect(after.byIndex - (before[at]?.byIndex ?? 0)).toBeLessThan(10_000);
    }
  };
  await forget();
  await addKeys(3_000, '26 hours');
  await addEvents(3_000, '32 days');
  await db.prisma.$executeRaw`ANALYZE idempotency_keys, events`;
  await forget();
});
