import { createTestDatabase, together, type TestDatabase } from '@holdfast/testing';
import { openDatabase, type Database } from './client.ts';
import {
  finishRun,
  queueRun,
  readStrandedRuns,
  readRun,
  setRunJob,
  startRun,
  type RunReport,
  type RunRequest,
} from './reconciliation-runs.ts';

let database: TestDatabase;
let db: Database;
let runs = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url, { poolMax: 4, applicationName: 'run test' });
});
beforeEach(() => db.prisma.$executeRaw`DELETE FROM reconciliation_runs`);
afterAll(async () => {
  await db.close();
  await database.drop();
});

function request(rest: Partial<RunRequest> = {}): RunRequest {
  const id = `0199b0c4-0000-7000-8000-${String((runs += 1)).padStart(12, '0')}`;
  return { id, trigger: 'manual', dryRun: false, limit: 1_000, ...rest };
}

const LEASE_MS = 60_000;
const REPORT: RunReport = {
  scanned: 7,
  expired: 2,
  requeued_syncs: 1,
  issues: [{ sku: 'MUG', location: 'EAST', kind: 'reserved', expected: 1, actual: 2 }],
  reservation_ids: ['r-1', 'r-2'],
};

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
    expect((await readStrandedRuns(db.prisma, { leaseMs: LEASE_MS, limit: 10 })).map(({ id }) => id)).toEqual(
      all.map(({ id }) => id),
    );
    expect(await readStrandedRuns(db.prisma, { leaseMs: LEASE_MS, limit: 1 })).toEqual([
      { id: all[0]?.id, trigger: 'manual' },
    ]);
  });

  test('is joined whoever asked for it', async () => {
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

describe('a run whose worker is gone', () => {
  test('is taken up by another, once, after its lease', async () => {
    const { id } = request();
    await queueRun(db.prisma, request({ id }));
    await startRun(db.prisma, id, LEASE_MS);
    expect(await readStrandedRuns(db.prisma, { leaseMs: LEASE_MS, limit: 10 })).toEqual([]);
    await db.prisma
      .$executeRaw`UPDATE reconciliation_runs SET started_at = started_at - interval '2 minutes'`;
    expect(await readStrandedRuns(db.prisma, { leaseMs: LEASE_MS, limit: 10 })).toMatchObject([{ id }]);
    const starts = await together(4, () => startRun(db.prisma, id, LEASE_MS));
    expect(starts.filter((each) => each.status === 'fulfilled' && each.value)).toHaveLength(1);
  });
});

describe('a run that has begun', () => {
  test('is begun by one worker, and joined by nobody', async () => {
    const first = request();
    await queueRun(db.prisma, first);
    const starts = await together(8, () => startRun(db.prisma, first.id, LEASE_MS));
    expect(starts.filter((each) => each.status === 'fulfilled' && each.value)).toHaveLength(1);
    const second = request();
    expect(await queueRun(db.prisma, second)).toEqual({ runId: second.id, joined: false });
    expect(await readRun(db.prisma, first.id)).toMatchObject({
      status: 'running',
      started_at: expect.any(Date),
    });
  });

  test('ends with its report', async () => {
    const { id } = request();
    await queueRun(db.prisma, request({ id }));
    await startRun(db.prisma, id, LEASE_MS);
    await finishRun(db.prisma, id, REPORT, null);
    expect(await readRun(db.prisma, id)).toMatchObject({
      ...REPORT,
      status: 'succeeded',
      finished_at: expect.any(Date),
    });
    expect(await startRun(db.prisma, id, LEASE_MS)).toBe(false);
  });

  test('ends once: what comes later changes nothing', async () => {
    const { id } = request();
    await queueRun(db.prisma, request({ id }));
    await startRun(db.prisma, id, LEASE_MS);
    await finishRun(db.prisma, id, REPORT, 'e'.repeat(900));
    await finishRun(db.prisma, id, { ...REPORT, scanned: 99 }, null);
    expect(await readRun(db.prisma, id)).toMatchObject({
      status: 'failed',
      error: 'e'.repeat(500),
      scanned: REPORT.scanned,
    });
  });

  test('that never began does not end', async () => {
    const { id } = request();
    await queueRun(db.prisma, request({ id }));
    await finishRun(db.prisma, id, REPORT, null);
    expect(await readRun(db.prisma, id)).toMatchObject({ status: 'queued', scanned: 0 });
  });
});
