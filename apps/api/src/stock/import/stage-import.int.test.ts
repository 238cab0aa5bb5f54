import { openDatabase, type Database } from '@holdfast/db';
import { CallerGone, LedgerUnavailable, newId } from '@holdfast/ledger';
import { createTestDatabase, eventually, type TestDatabase } from '@holdfast/testing';
import { Client } from 'pg';
import { stageImport } from './stage-import.ts';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase(testDatabase.url, { poolMax: 2, applicationName: 'test' });
});
afterEach(async () => {
  await database.prisma.$executeRaw`TRUNCATE stock_import_chunks`;
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

/** A file that comes in these parts; an error breaks it off. */
const file = (...parts: readonly (string | Error)[]) => ({ contentType: 'text/csv', bytes: inParts(parts) });

async function* inParts(parts: readonly (string | Error)[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield Buffer.from(part);
  }
}

const HEADER = 'sku,location,delta\n';
const rows = (count: number) => 'A,WH,5\n'.repeat(count);
const chunksLeft = async () =>
  (await database.prisma.$queryRaw<object[]>`SELECT FROM stock_import_chunks`).length;

test('a file of just as many rows as it may have is kept', async () => {
  const staged = await stageImport(database, newId(), file(HEADER, rows(600)), { rowsMax: 600 });
  expect(staged).toMatchObject({ rows: 600, chunks: 3 });
  expect(await chunksLeft()).toBe(3);
});

test.each([
  [
    'has a row too many',
    file(HEADER, rows(600), ',,1\n'),
    'The file may have at most 600 rows. Send it in parts.',
  ],
  ['breaks off', file(HEADER, rows(600), new CallerGone('gone')), 'gone'],
])('of a file that %s nothing is left', async (_what, upload, message) => {
  await expect(stageImport(database, newId(), upload, { rowsMax: 600 })).rejects.toThrow(message);
  expect(await chunksLeft()).toBe(0);
});

test('when the database goes away nothing was done, and that is said', async () => {
  const other = openDatabase(testDatabase.url, { poolMax: 1, applicationName: 'cut' });
  const session = new Client({ connectionString: testDatabase.url });
  await session.connect();
  await session.query('BEGIN; LOCK TABLE stock_import_chunks');
  const staging = Promise.allSettled([stageImport(other, newId(), file(HEADER, rows(1)))]);
  await eventually(async () => {
    const cut = await database.prisma.$queryRaw<object[]>`
      SELECT pg_terminate_backend(pid)
      FROM pg_stat_activity
      WHERE application_name = 'cut' AND wait_event_type = 'Lock'`;
    return cut.length === 1;
  });
  await session.end();
  const [staged] = await staging;
  await other.close();
  expect(staged).toMatchObject({ status: 'rejected', reason: expect.any(LedgerUnavailable) as unknown });
});
