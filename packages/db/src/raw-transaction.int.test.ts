import { createTestDatabase, openCommitBreaker, openFaultyLink } from '@holdfast/testing';
import { openDatabase, type Database } from './database.ts';
import { CommitLost } from './raw-transaction.ts';

const TIMEOUT_MS = 30_000;

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let direct: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  direct = openDatabase(own.url, { poolMax: 2, applicationName: 'direct', pipeline: true });
  await direct.prisma.$executeRaw`CREATE TABLE written (id integer PRIMARY KEY)`;
});
beforeEach(() => direct.prisma.$executeRaw`TRUNCATE written`);
afterAll(async () => {
  await direct.close();
  await own.drop();
});

const written = async () =>
  (await direct.prisma.$queryRaw<{ id: number }[]>`SELECT id FROM written ORDER BY id`).map(({ id }) => id);

/** Opens a database that is reached through `url`, for the time of `use`. */
async function through(url: string, use: (database: Database) => Promise<void>): Promise<void> {
  const database = openDatabase(url, { poolMax: 1, applicationName: 'through a link', pipeline: true });
  try {
    await use(database);
  } finally {
    await database.close();
  }
}

test('two statements are two packets: BEGIN goes out with the first, COMMIT with the last', async () => {
  const { hostname, port } = new URL(own.url);
  let packets: string[] = [];
  const link = await openFaultyLink({ host: hostname, port: Number(port) }, () => (chunk) => {
    packets.push(chunk.toString('latin1'));
  });
  await through(link.through(own.url), async (database) => {
    await database.prisma.$queryRaw`SELECT 1`; // connects
    packets = [];
    await database.inRawTransaction(TIMEOUT_MS, async (tx) => {
      await tx.$executeRaw`INSERT INTO written VALUES (${1})`;
      tx.commitWithNext();
      await tx.$executeRaw`INSERT INTO written VALUES (${2}), (${3})`;
    });
  });
  await link.close();
  const [first = '', last = ''] = packets;
  expect(packets.slice(0, 2)).toHaveLength(2);
  expect([first.includes('BEGIN'), first.includes('COMMIT')]).toEqual([true, false]);
  expect([last.includes('BEGIN'), last.includes('COMMIT')]).toEqual([false, true]);
  expect(await written()).toEqual([1, 2, 3]);
});

test('a last statement that fails rolls all back, and its own error is thrown', async () => {
  const failing = direct.inRawTransaction(TIMEOUT_MS, async (tx) => {
    await tx.$executeRaw`INSERT INTO written VALUES (${1})`;
    tx.commitWithNext();
    await tx.$executeRaw`SELECT refuse_commit('overtaken')`;
  });
  await expect(failing).rejects.toMatchObject({ code: 'RB001', message: 'overtaken' });
  expect(await written()).toEqual([]);
});

test('a connection is of use again after a statement has failed', async () => {
  await through(own.url, async (database) => {
    await expect(database.inRawTransaction(TIMEOUT_MS, (tx) => tx.$executeRaw`SELECT 1 / 0`)).rejects.toThrow(
      /division/,
    );
    await database.inRawTransaction(TIMEOUT_MS, (tx) => tx.$executeRaw`INSERT INTO written VALUES (${4})`);
  });
  expect(await written()).toEqual([4]);
});

test.each([
  { at: 'before', together: true, stored: [] },
  { at: 'before', together: false, stored: [] },
  { at: 'after', together: true, stored: [1] },
  { at: 'after', together: false, stored: [1] },
] as const)('a link that breaks $at COMMIT leaves it open whether it was done: $together', async (broken) => {
  const breaker = await openCommitBreaker(own.url);
  await through(breaker.url, async (database) => {
    await database.prisma.$queryRaw`SELECT 1`;
    breaker.breakNext(broken.at);
    const lost = database.inRawTransaction(TIMEOUT_MS, async (tx) => {
      if (broken.together) tx.commitWithNext();
      await tx.$executeRaw`INSERT INTO written VALUES (${1})`;
    });
    await expect(lost).rejects.toThrow(CommitLost);
  });
  await breaker.close();
  expect(await written()).toEqual(broken.stored);
});

test('without a statement nothing is sent', async () => {
  expect(await direct.inRawTransaction(TIMEOUT_MS, async () => 'done')).toBe('done');
});
