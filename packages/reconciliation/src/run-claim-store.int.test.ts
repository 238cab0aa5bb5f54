import { eventually, together, ofSuite } from '@holdfast/testing';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { queueRun, readRun } from './run-store.ts';
import {
  finishRun,
  giveRunBack,
  keepRun,
  readNextRun,
  reportProgress,
  takeNextRun,
  type RunReport,
  type TakenRun,
} from './run-claim-store.ts';

let runs = 0;

const db = ofSuite(() => openTestDatabase(8));
beforeEach(() => db.prisma.$executeRaw`DELETE FROM reconciliation_runs`);

const LONG_MS = 60_000;
const REPORT: RunReport = {
  scanned: 7,
  expired: 2,
  requeued_syncs: 1,
  issues: [{ sku: 'MUG', location: 'EAST', kind: 'reserved', expected: 1, actual: 2 }],
  reservation_ids: ['r-1', 'r-2'],
};

/** Queues a run and returns its id. Each has different options, so that none joins another. */
async function queue(): Promise<string> {
  runs += 1;
  const id = `0199b0c4-0000-7000-8000-${String(runs).padStart(12, '0')}`;
  await queueRun(db.prisma, { id, trigger: 'manual', dryRun: false, limit: runs });
  return id;
}
const take = (heartbeatMs = LONG_MS) => takeNextRun(db.prisma, heartbeatMs);
async function taken(heartbeatMs = LONG_MS): Promise<TakenRun> {
  const run = await take(heartbeatMs);
  if (run) return run;
  throw new Error('there was no run to take');
}
const read = (id: string) => readRun(db.prisma, id);

describe('runs that wait', () => {
  test('are taken one after the other, the oldest first', async () => {
    const [first, second] = [await queue(), await queue()];
    expect(await readNextRun(db.prisma)).toEqual({ id: first, trigger: 'manual' });
    const run = await taken();
    expect(run).toEqual({
      id: first,
      trigger: 'manual',
      dryRun: false,
      limit: expect.any(Number),
      taking: 1,
      report: { scanned: 0, expired: 0, requeued_syncs: 0, issues: [], reservation_ids: [] },
    });
    expect(await read(first)).toMatchObject({ status: 'running', started_at: expect.any(Date) });
    expect(await take()).toBeNull();
    expect(await readNextRun(db.prisma)).toBeNull();
    await finishRun(db.prisma, run, REPORT, null);
    expect(await take()).toMatchObject({ id: second });
    expect(await read(second)).toMatchObject({ status: 'running' });
  });

  test('are taken by one of many workers that come at once', async () => {
    for (let n = 0; n < 5; n += 1) await queue();
    for (let round = 0; round < 5; round += 1) {
      const takes = await together(8, () => take());
      expect(takes.filter(({ status }) => status === 'rejected')).toEqual([]);
      const won = takes.flatMap((each) => (each.status === 'fulfilled' && each.value ? [each.value] : []));
      expect(won).toHaveLength(1);
      for (const run of won) await finishRun(db.prisma, run, REPORT, null);
    }
    expect(await take()).toBeNull();
  });

  test('are not taken by one who saw none under way when another was about to be', async () => {
    const [first, second] = [await queue(), await queue()];
    let attempt: Promise<TakenRun | null> = Promise.resolve(null);
    await db.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE reconciliation_runs
        SET status = 'running', heartbeat_until = clock_timestamp() + interval '1 hour'
        WHERE id = ${second}::uuid`;
      attempt = take();
      await eventually(async () => {
        const [waiting] = await db.prisma.$queryRaw<{ count: number }[]>`
          SELECT count(*)::integer AS count FROM pg_locks WHERE NOT granted`;
        return (waiting?.count ?? 0) > 0;
      });
    });
    expect(await attempt).toBeNull();
    expect(await read(first)).toMatchObject({ status: 'queued' });
  });

  test('cannot be two under way, whatever is done to the rows', async () => {
    await queue();
    await queue();
    const both = db.prisma.$executeRaw`
      UPDATE reconciliation_runs SET status = 'running', heartbeat_until = clock_timestamp()`;
    await expect(both).rejects.toThrow('reconciliation_runs_one_at_a_time');
  });
});

describe('a run whose worker is not heard of', () => {
  test('is taken over once, before those that wait, with what was done of it', async () => {
    const id = await queue();
    const old = await taken(LONG_MS);
    await reportProgress(db.prisma, old, REPORT, 0);
    await queue();
    const { started_at } = (await read(id)) ?? {};
    expect(await readNextRun(db.prisma)).toEqual({ id, trigger: 'manual' });
    const takes = await together(6, () => take());
    const won = takes.flatMap((each) => (each.status === 'fulfilled' && each.value ? [each.value] : []));
    expect(won).toMatchObject([{ id, taking: 2, report: REPORT }]);
    expect(await read(id)).toMatchObject({ status: 'running', started_at });
  });

  test('is left alone as long as its worker lives', async () => {
    await queue();
    const run = await taken(0);
    expect(await keepRun(db.prisma, run, LONG_MS)).toBe(true);
    expect(await take()).toBeNull();
  });

  test('is not finished or overwritten by that worker when it wakes up', async () => {
    const id = await queue();
    const old = await taken(0);
    const present = await taken();
    const before = await read(id);
    expect(await keepRun(db.prisma, old, 0)).toBe(false);
    expect(await reportProgress(db.prisma, old, REPORT, 0)).toBe(false);
    expect(await finishRun(db.prisma, old, REPORT, null)).toBe(false);
    await giveRunBack(db.prisma, old);
    expect(await read(id)).toEqual(before);
    expect(await take()).toBeNull();
    expect(await finishRun(db.prisma, present, REPORT, null)).toBe(true);
  });

  test('is taken at once when it was given back', async () => {
    const id = await queue();
    await giveRunBack(db.prisma, await taken());
    expect(await take()).toMatchObject({ id, taking: 2 });
  });
});

describe('a run that ends', () => {
  test('ends with its report', async () => {
    const id = await queue();
    expect(await finishRun(db.prisma, await taken(), REPORT, null)).toBe(true);
    expect(await read(id)).toMatchObject({
      ...REPORT,
      status: 'succeeded',
      finished_at: expect.any(Date),
      error: null,
    });
    expect(await take()).toBeNull();
  });

  test('ends once: what comes later changes nothing', async () => {
    const id = await queue();
    const run = await taken();
    await finishRun(db.prisma, run, REPORT, 'e'.repeat(900));
    expect(await finishRun(db.prisma, run, { ...REPORT, scanned: 99 }, null)).toBe(false);
    expect(await read(id)).toMatchObject({
      status: 'failed',
      error: 'e'.repeat(500),
      scanned: REPORT.scanned,
    });
  });
});
