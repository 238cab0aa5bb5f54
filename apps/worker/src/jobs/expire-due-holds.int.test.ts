import { RetryLater } from '@holdfast/jobs';
import { Ledger, LedgerUnavailable } from '@holdfast/ledger';
import { checkLedgerInvariants, createTestDatabase, together, type TestDatabase } from '@holdfast/testing';
import {
  addHolds,
  damage,
  databaseAway,
  databaseNow,
  emptyTables,
  ledgerAway,
  openTestWorker,
  statuses,
  type TestWorker,
} from '../testing/test-worker.ts';

/** More than one read of the handler takes. */
const MORE_THAN_A_CHUNK = 503;

/** Past in any case. */
const LONG_AGO = { bucket_ms: 0 };

let testDatabase: TestDatabase;
let worker: TestWorker;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
beforeEach(async () => {
  worker = await openTestWorker(testDatabase.url);
  await emptyTables(worker.context.database);
});
afterEach(async () => {
  await worker.close();
});
afterAll(() => testDatabase.drop());

const database = () => worker.context.database;
const expireDueHolds = () => worker.run('expire-due-holds', LONG_AGO);
const violations = () => checkLedgerInvariants(testDatabase.url);

/** How many reads found something, by the metric that each of them feeds. */
async function readsWithHolds(): Promise<number | undefined> {
  const { values } = await worker.context.metrics.expiryLag.get();
  return values.find(({ metricName }) => metricName?.endsWith('_count'))?.value;
}

async function thrownBy(work: Promise<void>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** Decides nothing until somebody else has done something. */
class LateLedger extends Ledger {
  readonly #before: () => Promise<void>;
  #done: Promise<void> | undefined;

  constructor(databaseUrl: string, before: () => Promise<void>) {
    super({ databaseUrl, applicationName: 'late' });
    this.#before = before;
  }

  override async submit(...asked: Parameters<Ledger['submit']>): ReturnType<Ledger['submit']> {
    await (this.#done ??= this.#before());
    return super.submit(...asked);
  }
}

describe('when its time has not come by the clock of the database', () => {
  test('it comes again just then, having ended what is due and nothing else', async () => {
    await addHolds(database(), 'DUE');
    await addHolds(database(), 'ALIVE', { dueInMs: 60_000 });
    const before = await databaseNow(database());
    const later = await thrownBy(worker.run('expire-due-holds', { bucket_ms: Math.ceil(before) + 60_000 }));
    const tookMs = (await databaseNow(database())) - before;
    if (!(later instanceof RetryLater)) throw later;
    expect(later.delayMs).toBeLessThanOrEqual(60_001);
    expect(later.delayMs).toBeGreaterThanOrEqual(60_000 - tookMs);
    expect(await statuses(database(), 'DUE')).toEqual({ expired: 1 });
    expect(await statuses(database(), 'ALIVE')).toEqual({ held: 1 });
    expect(worker.asked.expiries).toEqual([]);
    expect(await violations()).toEqual([]);
  });
});

describe('when its time has passed', () => {
  test('all that is due ends, chunk by chunk, also holds that fell due in one moment', async () => {
    await addHolds(database(), 'MUG', { count: MORE_THAN_A_CHUNK });
    await expireDueHolds();
    expect(await statuses(database(), 'MUG')).toEqual({ expired: MORE_THAN_A_CHUNK });
    expect(await readsWithHolds()).toBe(2);
    expect(await worker.expired()).toBe(MORE_THAN_A_CHUNK);
    expect(await violations()).toEqual([]);
  });

  test('a job is asked for at the time of the hold that is next, and that one stays', async () => {
    await addHolds(database(), 'DUE');
    await addHolds(database(), 'LAST', { dueInMs: 90_000 });
    await addHolds(database(), 'NEXT', { dueInMs: 30_000 });
    await expireDueHolds();
    const [next] = await database().prisma.$queryRaw<{ dueAt: number }[]>`
      SELECT (extract(epoch FROM min(expires_at)) * 1000)::float8 AS "dueAt"
      FROM reservations
      WHERE status = 'held'`;
    expect(worker.asked.expiries).toEqual([{ dueAtMs: [next?.dueAt], nowMs: expect.any(Number) }]);
    expect(await statuses(database(), 'NEXT')).toEqual({ held: 1 });
  });

  test('no job is asked for when nothing is held', async () => {
    await addHolds(database(), 'DUE');
    await expireDueHolds();
    expect(worker.asked.expiries).toEqual([]);
  });

  test('a worker that stops gives the job back between two chunks', async () => {
    await addHolds(database(), 'MUG', { count: MORE_THAN_A_CHUNK });
    const stopped = worker.run('expire-due-holds', LONG_AGO, {}, AbortSignal.abort());
    expect(await thrownBy(stopped)).toMatchObject({ name: 'RetryLater', delayMs: 0 });
    expect(await statuses(database(), 'MUG')).toEqual({ expired: 400, held: 103 });
    await expireDueHolds();
    expect(await statuses(database(), 'MUG')).toEqual({ expired: MORE_THAN_A_CHUNK });
  });
});

describe('when two workers are at it', () => {
  test('each hold ends once', async () => {
    await addHolds(database(), 'MUG', { count: MORE_THAN_A_CHUNK });
    await addHolds(database(), 'CUP', { count: 40 });
    const other = await openTestWorker(testDatabase.url);
    try {
      const both = [worker, other];
      const ends = await together(2, async (n) => both[n]?.run('expire-due-holds', LONG_AGO));
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      expect((await worker.expired()) + (await other.expired())).toBe(MORE_THAN_A_CHUNK + 40);
    } finally {
      await other.close();
    }
    expect(await statuses(database(), 'MUG')).toEqual({ expired: MORE_THAN_A_CHUNK });
    expect(await statuses(database(), 'CUP')).toEqual({ expired: 40 });
    expect(await violations()).toEqual([]);
  });

  test('the one who is late leaves the rest to the other, and a job looks again a second later', async () => {
    await addHolds(database(), 'MUG', { count: MORE_THAN_A_CHUNK });
    const other = await openTestWorker(testDatabase.url);
    const firstChunk = () => other.run('expire-due-holds', LONG_AGO, {}, AbortSignal.abort()).catch(() => {});
    const ledger = new LateLedger(testDatabase.url, firstChunk);
    try {
      await worker.run('expire-due-holds', LONG_AGO, { ledger });
    } finally {
      await ledger.close();
      await other.close();
    }
    expect(await statuses(database(), 'MUG')).toEqual({ expired: 400, held: 103 });
    const [asked] = worker.asked.expiries;
    expect(asked?.dueAtMs).toEqual([(asked?.nowMs ?? 0) + 1_000]);
  });
});

describe('when holds cannot be given back', () => {
  test('more than a chunk of them do not keep younger ones of other SKUs from it, and there is no hurry', async () => {
    await addHolds(database(), 'DAMAGED', { count: MORE_THAN_A_CHUNK, dueInMs: -60_000 });
    await addHolds(database(), 'SOUND', { count: 5 });
    await damage(database(), 'DAMAGED');
    await expireDueHolds();
    expect(await statuses(database(), 'SOUND')).toEqual({ expired: 5 });
    expect(await statuses(database(), 'DAMAGED')).toEqual({ held: MORE_THAN_A_CHUNK });
    const [asked] = worker.asked.expiries;
    expect(asked?.dueAtMs).toEqual([(asked?.nowMs ?? 0) + 1_000]);
  });
});

describe('when something is away', () => {
  test('without the ledger the job fails, and its next try ends the holds', async () => {
    await addHolds(database(), 'MUG', { count: 3 });
    const ledger = ledgerAway();
    const tried = worker.run('expire-due-holds', LONG_AGO, { ledger });
    expect(await thrownBy(tried)).toBeInstanceOf(LedgerUnavailable);
    await ledger.close();
    expect(await statuses(database(), 'MUG')).toEqual({ held: 3 });
    await expireDueHolds();
    expect(await statuses(database(), 'MUG')).toEqual({ expired: 3 });
  });

  test('without the database the job fails', async () => {
    const away = databaseAway();
    const error = await thrownBy(worker.run('expire-due-holds', LONG_AGO, { database: away }));
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(RetryLater);
    await away.close();
  });
});
