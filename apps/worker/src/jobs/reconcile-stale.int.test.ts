import { reportProgress, takeNextRun, type TakenRun } from '@holdfast/reconciliation';
import { RetryLater } from '@holdfast/jobs';
import { newId } from '@holdfast/ledger';
import { eventually, together } from '@holdfast/testing';
import type { WorkerContext } from '../context.ts';
import { addHolds, addSync, openTestWorker, statuses, workerOfTest, runsOf } from '../testing/test-worker.ts';

const worker = workerOfTest();

const database = () => worker.context.database;

const { queue, reconcile, read } = runsOf(worker);

/** A run that another worker has taken, and of which that one is not heard after `heartbeatMs`. */
async function takenRun(heartbeatMs: number, wishes: Parameters<typeof queue>[0] = {}): Promise<TakenRun> {
  await queue(wishes);
  const run = await takeNextRun(database().prisma, heartbeatMs);
  if (run) return run;
  throw new Error('the run was not taken');
}

describe('a run that was begun', () => {
  test('is taken over when its worker has sent no heartbeat, and continues from its last report', async () => {
    await addHolds(database(), 'MUG', { count: 4 });
    const before = {
      scanned: 3,
      expired: 2,
      requeued_syncs: 1,
      issues: [],
      reservation_ids: [newId(), newId()],
    };
    const old = await takenRun(0, { limit: 5 });
    await reportProgress(database().prisma, old, before, 0);
    await reconcile(old.id);
    const run = await read(old.id);
    expect(run).toMatchObject({ status: 'succeeded', scanned: 5, expired: 4, requeued_syncs: 1 });
    expect(run?.reservation_ids.slice(0, 2)).toEqual(before.reservation_ids);
    expect(await statuses(database(), 'MUG')).toEqual({ expired: 2, held: 2 });
  });

  test('and was dry begins anew, and names each hold once', async () => {
    const due = await addHolds(database(), 'MUG', { count: 3 });
    const old = await takenRun(0, { dryRun: true });
    const before = { scanned: 3, expired: 3, requeued_syncs: 0, issues: [], reservation_ids: due };
    await reportProgress(database().prisma, old, before, 0);
    await reconcile(old.id);
    expect(await read(old.id)).toMatchObject({ scanned: 3, expired: 3, reservation_ids: due });
  });

  test('is left alone while another worker has it, and so is the next one', async () => {
    await addHolds(database(), 'MUG', { count: 2 });
    const { id } = await takenRun(60_000);
    const next = await queue();
    const before = [await read(id), await read(next)];
    await reconcile(id);
    await reconcile(next);
    expect([await read(id), await read(next)]).toEqual(before);
    expect(await statuses(database(), 'MUG')).toEqual({ held: 2 });
  });

  test('is left alone when it is done', async () => {
    const runId = await queue();
    await reconcile(runId);
    const before = await read(runId);
    await addHolds(database(), 'MUG');
    await reconcile(runId);
    expect(await read(runId)).toEqual(before);
    expect(await statuses(database(), 'MUG')).toEqual({ held: 1 });
  });

  test('by two workers at once is done by one of them', async () => {
    await addHolds(database(), 'MUG', { count: 20 });
    const other = await openTestWorker(worker.databaseUrl);
    try {
      const runId = await queue();
      const ends = await together(2, (n) => reconcile(runId, n === 0 ? worker : other));
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      await eventually(async () => (await read(runId))?.status === 'succeeded');
      expect(await read(runId)).toMatchObject({ expired: 20 });
      expect([await worker.expired(), await other.expired()].toSorted((a, b) => a - b)).toEqual([0, 20]);
    } finally {
      await other.close();
    }
  });

  test('is not finished by a worker that has lost it, which stops', async () => {
    await addHolds(database(), 'MUG', { count: 2 });
    await addSync(database(), 'confirm', { overdueMs: 60_000 });
    const runId = await queue();
    const warn = jest.spyOn(worker.context.log, 'warn').mockImplementation(() => worker.context.log as never);
    // While it expires the first chunk, it is taken for dead, and another worker takes the run.
    const ledger = overtakenIn(() => takeOver(runId));
    await reconcile(runId, worker, { ledger });
    expect(await read(runId)).toMatchObject({ status: 'running', scanned: 0, expired: 0, finished_at: null });
    expect(worker.asked.syncs).toEqual([]);
    expect(warn).toHaveBeenCalledWith('reconcile.interrupted', expect.objectContaining({ run_id: runId }));
  });

  test('is given back at once by a worker that stops', async () => {
    await addHolds(database(), 'MUG', { count: 2 });
    const runId = await queue();
    jest.spyOn(worker.context.log, 'warn').mockImplementation(() => worker.context.log as never);
    const stopping = new AbortController();
    const ledger = overtakenIn(async () => stopping.abort());
    const job = { run_id: runId, trigger: 'manual' } as const;
    await expect(worker.run('reconcile-stale', job, { ledger }, stopping.signal)).rejects.toThrow(RetryLater);
    expect(await read(runId)).toMatchObject({ status: 'running', scanned: 2, expired: 2 });
    await reconcile(runId);
    expect(await read(runId)).toMatchObject({ status: 'succeeded', scanned: 2, expired: 2 });
  });
});

describe('runs that wait', () => {
  test('on schedule makes its own row, with its own limit', async () => {
    await addHolds(database(), 'MUG', { count: 2 });
    await worker.run('reconcile-stale', { run_id: null, trigger: 'schedule' });
    expect(
      await database().prisma.$queryRaw`
        SELECT trigger, dry_run, "limit", status, scanned, expired FROM reconciliation_runs`,
    ).toEqual([
      { trigger: 'schedule', dry_run: false, limit: 1_000, status: 'succeeded', scanned: 2, expired: 2 },
    ]);
  });

  test('are all done by one job, one after the other', async () => {
    const ids = [await queue({ limit: 3 }), await queue({ limit: 4 }), await queue({ dryRun: true })];
    await reconcile(ids[1] ?? '');
    for (const id of ids) expect(await read(id)).toMatchObject({ status: 'succeeded' });
    const overlaps = await database().prisma.$queryRaw`
      SELECT
      FROM reconciliation_runs a
      JOIN reconciliation_runs b ON a.id < b.id
      WHERE (a.started_at, a.finished_at) OVERLAPS (b.started_at, b.finished_at)
        AND a.finished_at <> b.started_at`;
    expect(overlaps).toEqual([]);
  });
});

/** The worker's own ledger, but before it expires the first hold something happens. */
function overtakenIn(happens: () => Promise<void>): WorkerContext['ledger'] {
  const { ledger } = worker.context;
  let happened: Promise<void> | undefined;
  const submit: typeof ledger.submit = async (command) => {
    await (happened ??= happens());
    return ledger.submit(command);
  };
  return Object.assign(Object.create(ledger) as typeof ledger, { submit });
}

async function takeOver(runId: string): Promise<void> {
  await database().prisma.$executeRaw`
    UPDATE reconciliation_runs SET heartbeat_until = clock_timestamp() WHERE id = ${runId}::uuid`;
  expect(await takeNextRun(database().prisma, 60_000)).toMatchObject({ id: runId, taking: 2 });
}
