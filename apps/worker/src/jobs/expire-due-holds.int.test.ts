import { RetryLater } from '@holdfast/jobs';
import { Ledger, LedgerUnavailable } from '@holdfast/ledger';
import { checkLedgerInvariants, together, eventually } from '@holdfast/testing';
import {
  addHolds,
  damage,
  databaseAway,
  databaseNow,
  ledgerAway,
  openTestWorker,
  statuses,
  type TestWorker,
  workerOfTest,
} from '../testing/test-worker.ts';

/** More than one read of the handler takes. */
const MORE_THAN_A_CHUNK = 503;

/** Past in any case. */
const LONG_AGO = { bucket_ms: 0 };

const worker = workerOfTest();

const database = () => worker.context.database;
const expireDueHolds = () => worker.run('expire-due-holds', LONG_AGO);
const violations = () => checkLedgerInvariants(worker.databaseUrl);

/** How many reads found something, by the metric that each of them feeds. */
async function readsWithHolds(): Promise<number | undefined> {
  const { values } = await worker.context.metrics.expiryLag.get();
  return values.find(({ metricName }) => metricName?.endsWith('_count'))?.value;
}

/** How many commands a worker's ledger has decided. */
async function commandsOf({ context }: TestWorker): Promise<number> {
  const metric = (await context.registry.getMetricsAsJSON()).find(
    ({ name }) => name === 'holdfast_ledger_batch_commands',
  );
  const values = (metric?.values ?? []) as readonly { metricName?: string; value: number }[];
  return values.find(({ metricName }) => metricName?.endsWith('_sum'))?.value ?? 0;
}

/** PostgreSQL rolls its transactions back, as after a kill of the process. */
async function endSessions(applicationName: string): Promise<void> {
  await database().prisma.$queryRaw`
    SELECT pg_terminate_backend(pid)
    FROM pg_stat_activity
    WHERE application_name = ${applicationName}
      AND datname = current_database()
      AND xact_start IS NOT NULL
      AND pid <> pg_backend_pid()`;
}

async function thrownBy(work: Promise<void>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** A ledger that decides nothing until another caller has done its work. */
function lateLedger(databaseUrl: string, before: () => Promise<void>): Ledger {
  const ledger = new Ledger({ databaseUrl, applicationName: 'late' });
  const submit = ledger.submit.bind(ledger);
  let done: Promise<void> | undefined;
  ledger.submit = async (command, ...rest) => {
    await (done ??= before());
    return submit(command, ...rest);
  };
  return ledger;
}

describe('before its end by the database’s clock', () => {
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

describe('when four workers are late', () => {
  const LATE = 2_500;
  const SKUS = ['MUG', 'CUP', 'JUG', 'POT', 'CAN'];
  let fleet: TestWorker[];

  beforeEach(async () => {
    for (const sku of SKUS) await addHolds(database(), sku, { count: LATE / SKUS.length });
    const others = await Promise.all(Array.from({ length: 3 }, () => openTestWorker(worker.databaseUrl)));
    fleet = [worker, ...others];
  });
  afterEach(async () => {
    for (const other of fleet.slice(1)) await other.close();
  });

  /** Each worker runs two jobs at a time; like the queue, it repeats a job that a busy machine refuses a connection. */
  const twoJobsEach = () =>
    together(fleet.length * 2, async (n) =>
      eventually(async () => fleet[n % fleet.length]?.run('expire-due-holds', LONG_AGO)),
    );
  const sumOf = async (ask: (worker: TestWorker) => Promise<number>) =>
    (await Promise.all(fleet.map(ask))).reduce((sum, each) => sum + each, 0);

  test('each hold costs one command, and a job checks again a second later', async () => {
    const ends = await twoJobsEach();
    expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
    for (const sku of SKUS) {
      expect(await statuses(database(), sku)).toEqual({ expired: LATE / SKUS.length });
    }
    expect(await sumOf((each) => each.expired())).toBe(LATE);
    expect(await sumOf(commandsOf)).toBe(LATE);
    const asked = fleet.flatMap((each) => each.asked.expiries);
    for (const { dueAtMs, nowMs } of asked) expect(dueAtMs).toEqual([nowMs + 1_000]);
    expect(await violations()).toEqual([]);
  });

  test('a reconcile run at the same time takes none of their holds', async () => {
    const [run] = await Promise.all([
      fleet[1]?.run('reconcile-stale', { run_id: null, trigger: 'schedule' }),
      twoJobsEach(),
    ]);
    expect(run).toBeUndefined();
    await expireDueHolds();
    expect(await sumOf(commandsOf)).toBe(LATE);
    expect(await violations()).toEqual([]);
  });

  test('when one breaks off, the others continue with the rest at once', async () => {
    const ledger = lateLedger(worker.databaseUrl, () => endSessions('holdfast worker'));
    const broken = await thrownBy(worker.run('expire-due-holds', LONG_AGO, { ledger }));
    await ledger.close();
    expect(broken).toBeInstanceOf(Error);
    await fleet[1]?.run('expire-due-holds', LONG_AGO);
    for (const sku of SKUS) {
      expect(await statuses(database(), sku)).toEqual({ expired: LATE / SKUS.length });
    }
    expect(await violations()).toEqual([]);
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
