import { together, ofSuite } from '@holdfast/testing';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import {
  queueRun,
  queueStartupRun,
  readNewestEnd,
  readRun,
  readRuns,
  setRunJob,
  type RunRequest,
} from './run-store.ts';
import { finishRun, takeNextRun, type RunReport } from './run-claim-store.ts';

let runs = 0;

const db = ofSuite(() => openTestDatabase(4));
beforeEach(() => db.prisma.$executeRaw`DELETE FROM reconciliation_runs`);

const nextId = () => `0199b0c4-0000-7000-8000-${String((runs += 1)).padStart(12, '0')}`;
const request = (rest: Partial<RunRequest> = {}): RunRequest => ({
  id: nextId(),
  trigger: 'manual',
  dryRun: false,
  limit: 1_000,
  ...rest,
});

const NOTHING: RunReport = { scanned: 0, expired: 0, requeued_syncs: 0, issues: [], reservation_ids: [] };
const ISSUE = { sku: 'MUG', location: 'EAST', kind: 'reserved', expected: 1, actual: 2 } as const;

const named = (count: number) => ({
  expired: count,
  reservation_ids: Array.from({ length: count }, (_, n) => `r-${n}`),
});

/** A run that has ended. */
async function endedRun(report: Partial<RunReport> = {}, rest: Partial<RunRequest> = {}): Promise<string> {
  const { runId } = await queueRun(db.prisma, request(rest));
  const taken = await takeNextRun(db.prisma, 60_000);
  if (taken) await finishRun(db.prisma, taken, { ...NOTHING, ...report }, null);
  return runId;
}

describe('a run that waits', () => {
  test('is joined by every request with the same wishes, also at once', async () => {
    const results = await together(12, () => queueRun(db.prisma, request()));
    const values = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(values).toHaveLength(12);
    expect(new Set(values.map(({ runId }) => runId)).size).toBe(1);
    expect(values.filter(({ joined }) => !joined)).toHaveLength(1);
  });

  test('is not joined by one with other wishes', async () => {
    const all = [
      request(),
      request({ dryRun: true }),
      request({ limit: 5 }),
      request({ dryRun: true, limit: 5 }),
    ];
    for (const each of all)
      expect(await queueRun(db.prisma, each)).toEqual({ runId: each.id, joined: false });
  });

  test('is joined by every caller', async () => {
    const first = request({ trigger: 'schedule' });
    await queueRun(db.prisma, first);
    expect(await queueRun(db.prisma, request())).toEqual({ runId: first.id, joined: true });
    expect(await readRun(db.prisma, first.id)).toMatchObject({ trigger: 'schedule' });
  });

  test('is read with nothing found yet', async () => {
    const asked = request({ dryRun: true, limit: 3 });
    await queueRun(db.prisma, asked);
    await setRunJob(db.prisma, asked.id, 'job-1');
    expect(await readRun(db.prisma, asked.id)).toEqual({
      id: asked.id,
      trigger: 'manual',
      dry_run: true,
      limit: 3,
      status: 'queued',
      scanned: 0,
      expired: 0,
      requeued_syncs: 0,
      issues: [],
      reservation_ids: [],
      started_at: null,
      finished_at: null,
      error: null,
      job_id: 'job-1',
    });
  });
});

const ask = (quietMs = 60_000) => queueStartupRun(db.prisma, { id: nextId(), limit: 1_000, quietMs });

describe('a worker that starts', () => {
  test('asks for one run together with all others that start', async () => {
    const asked = await together(12, () => ask());
    expect(asked.filter((each) => each.status === 'fulfilled' && each.value)).toHaveLength(1);
    const { runs } = await readRuns(db.prisma, { after: null, limit: 9 });
    expect(runs).toMatchObject([{ trigger: 'startup', status: 'queued', dry_run: false }]);
  });

  test('asks for none while one is under way, and for a while after it', async () => {
    await queueRun(db.prisma, request());
    const taken = await takeNextRun(db.prisma, 60_000);
    expect(await ask()).toBe(false);
    if (taken) await finishRun(db.prisma, taken, NOTHING, null);
    expect(await ask()).toBe(false);
    expect(await ask(0)).toBe(true);
  });

  test('does not take a dry run for one', async () => {
    await endedRun({}, { dryRun: true });
    await queueRun(db.prisma, request({ dryRun: true }));
    expect(await ask()).toBe(true);
  });
});

async function read(limit: number, afterId: string | null = null) {
  const { runs, hasMore } = await readRuns(db.prisma, { after: afterId, limit });
  return { ids: runs.map(({ id }) => id), hasMore };
}

describe('the list of runs', () => {
  test('is read page by page, newest first', async () => {
    expect(await read(2)).toEqual({ ids: [], hasMore: false });
    const first = await endedRun({ issues: [ISSUE] });
    const second = await endedRun();
    const third = (await queueRun(db.prisma, request())).runId;
    expect(await read(2)).toEqual({ ids: [third, second], hasMore: true });
    expect(await read(2, second)).toEqual({ ids: [first], hasMore: false });
    expect(await read(3)).toEqual({ ids: [third, second, first], hasMore: false });
    const { runs } = await readRuns(db.prisma, { after: second, limit: 1 });
    expect(runs).toEqual([{ ...(await readRun(db.prisma, first)), job_id: undefined }]);
  });

  test('has shorter pages where runs name very much, and leaves none out', async () => {
    const small = await endedRun({ ...named(1), issues: [ISSUE] });
    const half = await endedRun(named(10_000));
    const other = await endedRun(named(10_000));
    const large = await endedRun(named(25_000));
    const empty = await endedRun();
    expect(await read(9)).toEqual({ ids: [empty], hasMore: true });
    expect(await read(9, empty)).toEqual({ ids: [large], hasMore: true });
    expect(await read(9, large)).toEqual({ ids: [other, half], hasMore: true });
    expect(await read(9, half)).toEqual({ ids: [small], hasMore: false });
  });
});

test('the newest end is of the run that ended last, and there is none at first', async () => {
  await queueRun(db.prisma, request({ limit: 7 }));
  expect(await readNewestEnd(db.prisma)).toBeNull();
  await endedRun({ issues: [ISSUE] }, { limit: 7 });
  const before = await readNewestEnd(db.prisma);
  expect(before).toEqual({ issues: 1, finishedAt: expect.any(Number) });
  await endedRun();
  const after = await readNewestEnd(db.prisma);
  expect(after?.issues).toBe(0);
  expect(after?.finishedAt).toBeGreaterThanOrEqual(before?.finishedAt ?? Number.NaN);
});
