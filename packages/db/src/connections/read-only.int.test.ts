import { eventually } from '@holdfast/testing';
import { Client } from 'pg';
import { classifyDatabaseError } from '../database-error.ts';
import { openTestDatabase, type OpenTestDatabase } from '../fixtures/open-test-database.ts';

let db: OpenTestDatabase;
let outside: Client;

beforeAll(async () => {
  db = await openTestDatabase(2, 'read-only test');
  outside = new Client({ connectionString: db.url });
  await outside.connect();
});
afterAll(async () => {
  await outside.end();
  await db.close();
});
beforeEach(() => readOnly('off'));

/** Applies to new sessions only. */
async function readOnly(state: 'on' | 'off'): Promise<void> {
  const { pathname } = new URL(db.url);
  await outside.query('BEGIN READ WRITE');
  await outside.query(`ALTER DATABASE "${pathname.slice(1)}" SET default_transaction_read_only = ${state}`);
  await outside.query('COMMIT');
}

const write = () => db.prisma.$executeRaw`INSERT INTO skus (sku) VALUES (gen_random_uuid()::text)`;
const kindOf = (work: Promise<unknown>) => work.then(() => 'none', classifyDatabaseError);

/** Ends the pool's sessions, so that the next statement opens a new one. */
async function endSessions(): Promise<void> {
  const sessions = `FROM pg_stat_activity WHERE application_name = 'read-only test'`;
  await outside.query(`SELECT pg_terminate_backend(pid) ${sessions}`);
  await eventually(async () => (await outside.query(`SELECT ${sessions}`)).rows.length === 0);
  await eventually(() => db.prisma.$queryRaw`SELECT 1`);
}

test.each([
  ['a statement', write],
  ['a transaction', () => db.prisma.$transaction((tx) => tx.$executeRaw`DELETE FROM skus`)],
  ['a lock', () => db.prisma.$transaction((tx) => tx.$queryRaw`SELECT FROM skus FOR UPDATE`)],
])('%s that a read-only database refuses is classified as read_only', async (_what, work) => {
  await readOnly('on');
  await endSessions();
  expect(await kindOf(work())).toBe('read_only');
});

test('a session that began read-only is dropped when the database can be written to again', async () => {
  await readOnly('on');
  await endSessions();
  expect(await Promise.all([write, write].map((each) => kindOf(each())))).toEqual(['read_only', 'read_only']);
  expect(await db.canWrite(1_000)).toBe(false);
  await readOnly('off');
  await eventually(() => db.canWrite(1_000));
  expect(await Promise.all([write, write].map((each) => kindOf(each())))).toEqual(['none', 'none']);
});

test('a database that is read-only is not ready, although no call has tried to write', async () => {
  expect(await db.canWrite(1_000)).toBe(true);
  await readOnly('on');
  await endSessions();
  await eventually(async () => !(await db.canWrite(1_000)));
});

test('a transaction that sets itself read-only does not make the pool renew its connections', async () => {
  await eventually(() => db.canWrite(1_000));
  await db.prisma.$transaction(
    (tx) => tx.$executeRaw`SELECT set_config('transaction_read_only', 'on', true)`,
  );
  expect(await db.canWrite(1_000)).toBe(true);
});
