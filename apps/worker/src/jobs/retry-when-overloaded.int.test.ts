import { openDatabase, type Database } from '@holdfast/db';
import { RetryLater } from '@holdfast/jobs';
import { LedgerOverloaded } from '@holdfast/ledger';
import { RepeatedCauses } from '@holdfast/runtime';
import { createTestDatabase, eventually, type TestDatabase, withServiceLimits } from '@holdfast/testing';
import { laterWhenOverloaded } from './job-handlers.ts';

let testDatabase: TestDatabase;
let db: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  db = openDatabase(withServiceLimits(testDatabase.url), { poolMax: 1, applicationName: 'overload test' });
});
afterAll(async () => {
  await db.close();
  await testDatabase.drop();
});

/** The lines that the logger has written. */
const lines: string[] = [];
const repeated = new RepeatedCauses((_level, event) => lines.push(event));
const write = (event: string, fields = {}) => repeated.log('warn', event, fields);
const log = {
  error: write,
  warn: write,
  info: write,
  debug: write,
  isLevelEnabled: () => true,
  flush: () => repeated.flush(),
};

function handlerOf(work: () => Promise<unknown>) {
  const handle = laterWhenOverloaded(log)<'review-stock'>(async () => void (await work()));
  const run = { jobId: '1', attempt: 1, stopping: new AbortController().signal };
  return {
    run: () =>
      handle({}, run).then(
        () => null,
        (error: unknown) => error,
      ),
  };
}

test('jobs that find all connections busy are tried later, with one log line for all of them', async () => {
  const holder = db.prisma.$transaction((tx) => tx.$queryRaw`SELECT pg_sleep(4)::text`, { timeout: 10_000 });
  await eventually(() => db.pool.inUse === 1);
  const { run } = handlerOf(() => db.prisma.$queryRaw`SELECT 1`);
  const inTransaction = handlerOf(() => db.prisma.$transaction((tx) => tx.$queryRaw`SELECT 1`));
  const errors = await Promise.all([run(), run(), run(), inTransaction.run()]);
  for (const error of errors) expect(error).toBeInstanceOf(RetryLater);
  expect(lines).toEqual(['jobs.overloaded']);
  await holder;
});

test('so are jobs that the ledger refuses as overload, and no other failures', async () => {
  const full = handlerOf(() => Promise.reject(new LedgerOverloaded('5000 commands wait already')));
  expect(await full.run()).toBeInstanceOf(RetryLater);
  const before = [...lines];
  const broken = handlerOf(() => db.prisma.$queryRaw`SELECT 1 / 0`);
  expect(await broken.run()).not.toBeInstanceOf(RetryLater);
  expect(lines).toEqual(before);
});
