import { openDatabase, type Database, type Transaction } from '@holdfast/db';
import { createTestDatabase, together, type TestDatabase } from '@holdfast/testing';
import { doAndKeep, doOnce } from './do-once.ts';
import { nameOf, type IdempotencyKey } from './idempotency-key.ts';
import { findOutcome, keepNewOutcomes, keepOutcomes } from './idempotency-store.ts';
import { IdempotencyKeyReused } from './reused-key.ts';

let database: TestDatabase;
let db: Database;
let other: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  [db, other] = ['one', 'other'].map((name) =>
    openDatabase(database.url, { poolMax: 4, applicationName: name }),
  ) as [Database, Database];
  await db.prisma.$executeRaw`CREATE TABLE done (name text NOT NULL, number serial)`;
});
afterAll(async () => {
  await Promise.all([db.close(), other.close()]);
  await database.drop();
});

const call = (key: string, rest: Partial<IdempotencyKey> = {}): IdempotencyKey => ({
  caller: 'shop',
  path: 'POST /v1/workers/reconcile-stale',
  key,
  fingerprint: 'as first asked',
  ...rest,
});

const work = (name: string) => async (tx: Transaction) => {
  const [row] = await tx.$queryRaw<
    { number: number }[]
  >`INSERT INTO done (name) VALUES (${name}) RETURNING number`;
  return { number: row?.number };
};

async function timesDone(name: string): Promise<number> {
  const [row] = await db.prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::integer FROM done WHERE name = ${name}`;
  return row?.count ?? 0;
}

describe('with a key', () => {
  test('is done once, though many ask at once in two processes', async () => {
    const results = await together(12, (number) => doOnce(number % 2 ? db : other, call('k1'), work('k1')));
    const values = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(values).toHaveLength(12);
    expect(new Set(values.map(({ outcome }) => outcome.number)).size).toBe(1);
    expect(values.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await timesDone('k1')).toBe(1);
  });

  test('and another request is refused, and not done', async () => {
    await doOnce(db, call('k2'), work('k2'));
    await expect(doOnce(other, call('k2', { fingerprint: 'other' }), work('k2'))).rejects.toThrow(
      IdempotencyKeyReused,
    );
    expect(await timesDone('k2')).toBe(1);
  });

  test('of another caller or path is another key', async () => {
    for (const rest of [{}, { caller: 'other' }, { path: 'POST /elsewhere' }]) {
      expect(await doOnce(db, call('k3', rest), work('k3'))).toMatchObject({ replayed: false });
    }
    expect(await timesDone('k3')).toBe(3);
  });

  test('that failed is free, and left nothing behind', async () => {
    const failing = async (tx: Transaction) => {
      await work('k4')(tx);
      throw new Error('no');
    };
    await expect(doOnce(db, call('k4'), failing)).rejects.toThrow('no');
    expect(await timesDone('k4')).toBe(0);
    expect(await doOnce(db, call('k4', { fingerprint: 'corrected' }), work('k4'))).toMatchObject({
      replayed: false,
    });
  });

  test('is honoured for 24 hours, and no longer', async () => {
    await doOnce(db, call('k5'), work('k5'));
    await db.prisma
      .$executeRaw`UPDATE idempotency_keys SET created_at = created_at - interval '23:59' WHERE key = 'k5'`;
    expect(await doOnce(db, call('k5'), work('k5'))).toMatchObject({ replayed: true });
    await db.prisma
      .$executeRaw`UPDATE idempotency_keys SET created_at = created_at - interval '0:01:01' WHERE key = 'k5'`;
    const again = await doOnce(db, call('k5', { fingerprint: 'new' }), work('k5'));
    expect(again.replayed).toBe(false);
    expect(await doOnce(db, call('k5', { fingerprint: 'new' }), work('k5'))).toEqual({
      ...again,
      replayed: true,
    });
    expect(await timesDone('k5')).toBe(2);
  });
});

describe('without a key', () => {
  test('is done each time', async () => {
    expect(await doOnce(db, null, work('none'))).toMatchObject({ replayed: false });
    expect(await doOnce(db, null, work('none'))).toMatchObject({ replayed: false });
    expect(await timesDone('none')).toBe(2);
  });
});

const slow = async (tx: Transaction) => {
  await tx.$queryRaw`SELECT pg_sleep(0.2)::text`;
  return { done: true };
};

test('what takes longer than others may is given its time, with its wait and every statement', async () => {
  const hasty = openDatabase(database.url, {
    poolMax: 2,
    applicationName: 'hasty',
    settings: { statement_timeout: '50ms' },
  });
  await expect(doOnce(hasty, call('slow'), slow)).rejects.toThrow('statement timeout');
  const both = await together(2, () => doOnce(hasty, call('slow'), slow, { timeLimitMs: 5_000 }));
  expect(both.map((each) => each.status === 'fulfilled' && each.value.outcome)).toEqual([
    { done: true },
    { done: true },
  ]);
  await expect(doOnce(hasty, null, slow)).rejects.toThrow('statement timeout'); // the connection is as before
  await hasty.close();
});

describe('an outcome that is kept by itself', () => {
  test('is found by its key, and by no other', async () => {
    expect(await findOutcome(db.prisma, call('o1'))).toBeNull();
    await keepOutcomes(db.prisma, [{ ...call('o1'), outcome: { number: 1 } }]);
    expect(await findOutcome(other.prisma, call('o1'))).toEqual({ number: 1 });
    expect(await findOutcome(db.prisma, call('o1', { caller: 'pos' }))).toBeNull();
    await expect(findOutcome(db.prisma, call('o1', { fingerprint: 'other' }))).rejects.toThrow(
      IdempotencyKeyReused,
    );
  });

  test('is the first of those that were worked at together', async () => {
    await keepOutcomes(db.prisma, [{ ...call('o2'), outcome: { number: 1 } }]);
    await keepOutcomes(other.prisma, [{ ...call('o2'), outcome: { number: 2 } }]);
    expect(await findOutcome(db.prisma, call('o2'))).toEqual({ number: 1 });
  });

  test('learns whether its outcome is the one that is kept', async () => {
    const one = { ...call('o4'), outcome: 1 };
    const two = { ...call('o5'), outcome: 1 };
    expect(await keepNewOutcomes(db.prisma, [two])).toEqual(new Set([nameOf(two)]));
    expect(await keepNewOutcomes(other.prisma, [one, two])).toEqual(new Set([nameOf(one)]));
  });

  test('gives way when its time is over', async () => {
    await keepOutcomes(db.prisma, [{ ...call('o3'), outcome: { number: 1 } }]);
    await db.prisma.$executeRaw`
      UPDATE idempotency_keys SET created_at = created_at - interval '24 hours' WHERE key = 'o3'`;
    expect(await findOutcome(db.prisma, call('o3'))).toBeNull();
    await keepOutcomes(db.prisma, [{ ...call('o3', { fingerprint: 'other' }), outcome: { number: 2 } }]);
    expect(await findOutcome(db.prisma, call('o3', { fingerprint: 'other' }))).toEqual({ number: 2 });
  });
});

const asOften = (number: number) => () => Promise.resolve({ number });

describe('work that is done once by itself', () => {
  test('is not done again for its key, and always without one', async () => {
    expect(await doAndKeep(db.prisma, call('w1'), asOften(1))).toEqual({
      outcome: { number: 1 },
      replayed: false,
    });
    expect(await doAndKeep(other.prisma, call('w1'), asOften(2))).toEqual({
      outcome: { number: 1 },
      replayed: true,
    });
    expect(await doAndKeep(db.prisma, null, asOften(3))).toEqual({ outcome: { number: 3 }, replayed: false });
  });

  test('that failed is done again', async () => {
    await expect(doAndKeep(db.prisma, call('w2'), () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(await doAndKeep(db.prisma, call('w2'), asOften(1))).toMatchObject({ replayed: false });
  });
});
