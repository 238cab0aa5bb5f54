import { createTestDatabase, eventually, openFaultyLink, timed } from '@holdfast/testing';
import type { FaultyLink, TestDatabase } from '@holdfast/testing';
import { openDatabase, type Database } from '../database.ts';
import { classifyDatabaseError } from '../database-error.ts';
import { withTimeLimit } from '../time-limit.ts';
import { PostgresPool } from './postgres-pool.ts';

const STATEMENT_TIMEOUT_MS = 300;
/** The longest that a caller waits on a silent connection. */
const REJECTED_WITHIN_MS = 4_000;

let testDatabase: TestDatabase;
let link: FaultyLink;
let db: Database;
const broken: string[] = [];

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  const { hostname, port } = new URL(testDatabase.url);
  link = await openFaultyLink({ host: hostname, port: Number(port) });
  db = openDatabase(link.through(testDatabase.url), {
    poolMax: 2,
    applicationName: 'silence test',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    onConnectionError: ({ name }) => broken.push(name),
  });
  await db.prisma.$queryRaw`SELECT 1`;
});
afterEach(async () => {
  await db.close();
  await link.close();
  await testDatabase.drop();
});

const select = () => db.prisma.$queryRaw`SELECT 1`;

async function rejection(work: Promise<unknown>) {
  const {
    value: error,
    tookMs,
    allowedMs,
  } = await timed<unknown>(() =>
    work.then(
      () => null,
      (reason: unknown) => reason,
    ),
  );
  return { kind: error === null ? 'none' : classifyDatabaseError(error), tookMs, allowedMs };
}

describe('a connection that goes silent', () => {
  test.each(['both', 'to server', 'to client'] as const)(
    'during a statement (%s) is closed in time, and its place in the pool is free',
    async (direction) => {
      link.stallOpen(direction);
      const { kind, tookMs, allowedMs } = await rejection(select());
      expect(kind).toBe('connection');
      expect(tookMs).toBeLessThan(allowedMs(REJECTED_WITHIN_MS));
      await Promise.all([select(), select()]);
      expect(db.pool.inUse).toBeLessThanOrEqual(2);
    },
  );

  test('in a transaction gives the connection back, although its ROLLBACK cannot be sent', async () => {
    const { kind } = await rejection(
      db.prisma.$transaction(async (tx) => {
        await tx.$queryRaw`SELECT 1`;
        link.stallOpen();
        await tx.$queryRaw`SELECT 2`;
      }),
    );
    expect(kind).toBe('connection');
    await eventually(() => db.pool.inUse === 0);
    await Promise.all([select(), select()]);
  });

  test('makes the pool drop its other connections: an idle one is not tried first', async () => {
    await Promise.all([select(), select()]); // two connections
    link.stallOpen();
    await rejection(select());
    const next = await Promise.all([rejection(select()), rejection(select())]);
    expect(next).toMatchObject([{ kind: 'none' }, { kind: 'none' }]);
  });

  test('while it is opened is closed in time, and nothing was done', async () => {
    const fresh = openDatabase(link.through(testDatabase.url), { poolMax: 1, applicationName: 'fresh' });
    const freshSelect = () => fresh.prisma.$queryRaw`SELECT 1`;
    link.stall();
    const { kind, tookMs, allowedMs } = await rejection(freshSelect());
    expect(kind).toBe('unreachable');
    expect(tookMs).toBeLessThan(allowedMs(2 * REJECTED_WITHIN_MS));
    link.resume();
    await eventually(freshSelect);
    await fresh.close();
  });

  test('differs from a slow statement: the server ends that, and the connection stays open', async () => {
    const { kind } = await rejection(db.prisma.$queryRaw`SELECT pg_sleep(2)::text`);
    expect(kind).toBe('timeout');
  });

  test('has a longer limit in a transaction that may take longer, and not after it', async () => {
    const { kind } = await rejection(
      withTimeLimit(db, 5_000, (tx) => tx.$queryRaw`SELECT pg_sleep(1.5)::text`), // three times the usual limit
    );
    expect(kind).toBe('none');
    link.stallOpen();
    const after = await rejection(select());
    expect(after.kind).toBe('connection');
    expect(after.tookMs).toBeLessThan(after.allowedMs(REJECTED_WITHIN_MS));
  });
});

async function lastStatementOfListener(): Promise<string | undefined> {
  const rows = await db.prisma.$queryRaw<{ query: string }[]>`
    SELECT query FROM pg_stat_activity WHERE application_name = 'listen test'`;
  return rows[0]?.query;
}

test('a connection that only listens gets a heartbeat, and ends with an error when it is silent', async () => {
  const pool = new PostgresPool(link.through(testDatabase.url), {
    max: 1,
    applicationName: 'listen test',
    waitMaxMs: 1_000,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const client = await pool.connect();
  const errors: Error[] = [];
  client.on('error', (error) => errors.push(error));
  await client.query('LISTEN something');
  await eventually(async () => (await lastStatementOfListener()) === 'SELECT 1'); // the heartbeat was answered
  expect(errors).toEqual([]);
  link.stallOpen('to client');
  await eventually(() => errors.length > 0);
  expect(errors[0]).toMatchObject({ name: 'ConnectionSilent' });
  client.release();
  await pool.end();
});
