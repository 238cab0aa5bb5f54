import { checkLedgerInvariants } from '@holdfast/testing';
import {
  addHolds,
  addSync,
  damage,
  ledgerAway,
  letClaimRunOut,
  nothingAsked,
  statuses,
  workerOfTest,
  runsOf,
} from '../testing/test-worker.ts';

const worker = workerOfTest();

/** A queue that is away. */
const enqueueSyncs = () => Promise.reject(new Error('no queue'));

const database = () => worker.context.database;
const violations = () => checkLedgerInvariants(worker.databaseUrl);

const { queue, reconcile, read } = runsOf(worker);

/** Wrong counters are logged as errors; these are wanted. */
const hushed = () =>
  jest.spyOn(worker.context.log, 'error').mockImplementation(() => worker.context.log as never);

/** All that a run may change, but for its own row. */
const everything = () => database().prisma.$queryRaw`
  SELECT
    (SELECT json_agg(r ORDER BY id) FROM reservations r) AS reservations,
    (SELECT json_agg(l ORDER BY sku) FROM stock_levels l) AS levels,
    (SELECT json_agg(s ORDER BY id) FROM warehouse_syncs s) AS syncs,
    (SELECT count(*) FROM stock_movements) AS movements,
    (SELECT count(*) FROM events) AS events`;

describe('a run', () => {
  test('takes no more holds than its limit, the oldest first, and says which', async () => {
    const due = await addHolds(database(), 'OLD', { count: 5, dueInMs: -60_000 });
    await addHolds(database(), 'NEW', { count: 7 });
    const runId = await queue({ limit: 5 });
    await reconcile(runId);
    const run = await read(runId);
    expect(run).toMatchObject({ status: 'succeeded', scanned: 5, expired: 5, issues: [], error: null });
    expect([...(run?.reservation_ids ?? [])].toSorted()).toEqual(due.toSorted());
    expect(await statuses(database(), 'NEW')).toEqual({ held: 7 });
    expect(await violations()).toEqual([]);
  });

  test('stops at a limit that is no multiple of a chunk', async () => {
    await addHolds(database(), 'MUG', { count: 610 });
    const runId = await queue({ limit: 601 });
    await reconcile(runId);
    expect(await read(runId)).toMatchObject({ scanned: 601, expired: 601 });
    expect(await statuses(database(), 'MUG')).toEqual({ expired: 601, held: 9 });
  });

  test('of the largest limit ends more than the ledger lets wait at once', async () => {
    await addHolds(database(), 'MUG', { count: 5_010 });
    const runId = await queue({ limit: 10_000 });
    await reconcile(runId);
    const run = await read(runId);
    expect(run).toMatchObject({ status: 'succeeded', expired: 5_010, issues: [] });
    // On a slow machine, the first of its own syncs are overdue when the run reaches them.
    expect((run?.scanned ?? 0) - (run?.requeued_syncs ?? 0)).toBe(5_010);
    expect(new Set(run?.reservation_ids).size).toBe(5_010);
    expect(await statuses(database(), 'MUG')).toEqual({ expired: 5_010 });
    expect(await violations()).toEqual([]);
  });

  test('takes holds and syncs out of one limit, holds first', async () => {
    await addHolds(database(), 'DUE', { count: 4 });
    const first = await addSync(database(), 'confirm', { overdueMs: 60_000 });
    await addSync(database(), 'cancel', { overdueMs: 50_000 });
    const runId = await queue({ limit: 5 });
    await reconcile(runId);
    expect(await read(runId)).toMatchObject({ scanned: 5, expired: 4, requeued_syncs: 1 });
    expect(worker.asked.syncs).toEqual([
      { id: first, action: 'confirm', requestId: null, traceparent: null },
    ]);
    const narrow = await queue({ limit: 1 });
    await reconcile(narrow);
    expect(await read(narrow)).toMatchObject({ scanned: 1, expired: 0, requeued_syncs: 1 });
  });

  test('queues the syncs that were not tried in time, or whose worker is dead, and no others', async () => {
    const lost = await addSync(database(), 'confirm', { overdueMs: 60_000 });
    const orphan = await addSync(database(), 'expire', { overdueMs: 60_000 });
    await takeSync(orphan);
    await letClaimRunOut(database(), orphan);
    await takeSync(await addSync(database(), 'release', { overdueMs: 60_000 }));
    await addSync(database(), 'cancel');
    const runId = await queue();
    await reconcile(runId);
    expect(await read(runId)).toMatchObject({ scanned: 2, expired: 0, requeued_syncs: 2 });
    expect(worker.asked.syncs).toEqual([
      { id: lost, action: 'confirm', requestId: null, traceparent: null },
      { id: orphan, action: 'expire', requestId: null, traceparent: null },
    ]);
  });
});

describe('a dry run', () => {
  test('changes nothing, and reports what the real one then does', async () => {
    await addHolds(database(), 'DUE', { count: 12 });
    await addHolds(database(), 'ALIVE', { dueInMs: 60_000 });
    const wrong = await addHolds(database(), 'WRONG', { count: 3, dueInMs: 60_000 });
    await damage(database(), 'WRONG');
    await addSync(database(), 'confirm', { overdueMs: 60_000 });
    hushed();

    const before = await everything();
    const dry = await queue({ limit: 13, dryRun: true });
    await reconcile(dry);
    expect(await everything()).toEqual(before);
    expect(worker.asked).toEqual(nothingAsked());

    const real = await queue({ limit: 13 });
    await reconcile(real);
    const found = {
      status: 'succeeded',
      scanned: 13,
      expired: 12,
      requeued_syncs: 1,
      issues: [{ sku: 'WRONG', location: 'EAST', kind: 'reserved', expected: wrong.length, actual: 0 }],
    };
    const [wished, done] = [await read(dry), await read(real)];
    expect(wished).toMatchObject(found);
    expect(done).toMatchObject({ ...found, reservation_ids: wished?.reservation_ids });
    expect(worker.asked.syncs).toHaveLength(1);
    expect(await statuses(database(), 'DUE')).toEqual({ expired: 12 });
  });

  test('does not promise what a damaged counter keeps from being given back', async () => {
    await addHolds(database(), 'GOOD', { count: 2 });
    await addHolds(database(), 'WRONG', { count: 3 });
    await database().prisma.$executeRaw`UPDATE stock_levels SET reserved = 1 WHERE sku = 'WRONG'`;
    hushed();
    const dry = await queue({ dryRun: true });
    await reconcile(dry);
    const real = await queue();
    await reconcile(real);
    const found = { status: 'succeeded', scanned: 5, expired: 3 };
    expect(await read(dry)).toMatchObject(found);
    expect(await read(real)).toMatchObject(found);
    expect(await statuses(database(), 'WRONG')).toEqual({ expired: 1, held: 2 });
  });
});

describe('when holds cannot be expired', () => {
  test('the run has failed and says why, and has queued syncs and checked counters all the same', async () => {
    await addHolds(database(), 'DUE', { count: 3 });
    await addHolds(database(), 'WRONG', { count: 2, dueInMs: 60_000 });
    await damage(database(), 'WRONG');
    await addSync(database(), 'confirm', { overdueMs: 60_000 });
    const log = hushed();
    const ledger = ledgerAway();
    const runId = await queue();
    await expect(reconcile(runId, worker, { ledger })).rejects.toThrow(`failed runs: ${runId}`);
    await ledger.close();
    expect(await read(runId)).toMatchObject({
      status: 'failed',
      error: 'holds: the database cannot be reached',
      scanned: 4,
      expired: 0,
      requeued_syncs: 1,
      issues: [{ sku: 'WRONG', kind: 'reserved', expected: 2, actual: 0 }],
      reservation_ids: [],
      finished_at: expect.any(Date),
    });
    expect(worker.asked.syncs).toHaveLength(1);
    expect(log).toHaveBeenCalledWith('reconcile.done', expect.objectContaining({ run_id: runId, issues: 1 }));
  });

  test('a queue that is away fails the run, and the rest of it is done', async () => {
    await addHolds(database(), 'DUE', { count: 3 });
    await addSync(database(), 'confirm', { overdueMs: 60_000 });
    hushed();
    const runId = await queue();
    const producer = { ...worker.context.producer, enqueueSyncs };
    await expect(reconcile(runId, worker, { producer })).rejects.toThrow(`failed runs: ${runId}`);
    expect(await read(runId)).toMatchObject({
      status: 'failed',
      error: 'syncs: no queue',
      expired: 3,
      requeued_syncs: 0,
    });
  });
});

const takeSync = (syncId: string) => database().prisma.$executeRaw`
  UPDATE warehouse_syncs
  SET state = 'in_flight', claimed_until = clock_timestamp() + interval '1 minute'
  WHERE id = ${syncId}::uuid`;
