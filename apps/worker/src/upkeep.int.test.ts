import { sequenceEvents } from '@holdfast/events';
import { finishRun, queueRun, takeNextRun } from '@holdfast/reconciliation';
import { QueueUnavailable } from '@holdfast/jobs';
import { newId } from '@holdfast/ledger';
import {
  addEvents,
  addHolds,
  addSync,
  addWebhook,
  databaseAway,
  letClaimRunOut,
  nothingAsked,
  type TestWorker,
  workerOfTest,
} from './testing/test-worker.ts';
import { startUpkeep, type Upkeep } from './upkeep.ts';

const upkeeps: Upkeep[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(upkeeps.splice(0).map((upkeep) => upkeep.stop()));
});
const worker = workerOfTest({ RECONCILE_EVERY_SECONDS: '77' });

/** A queue that is away. */
const scheduleReconcile = () => Promise.reject(new QueueUnavailable('away'));

const database = () => worker.context.database;

function upkeepOf(replaced: Partial<TestWorker['context']> = {}): Upkeep {
  const upkeep = startUpkeep({ ...worker.context, ...replaced });
  upkeeps.push(upkeep);
  return upkeep;
}

const warnings = (by = worker) =>
  jest.spyOn(by.context.log, 'warn').mockImplementation(() => by.context.log as never);

async function addRun(limit: number): Promise<string> {
  const wishes = { trigger: 'manual', dryRun: false, limit } as const;
  return (await queueRun(database().prisma, { id: newId(), ...wishes })).runId;
}

/** The runs for which it asks now. */
async function reconciles(): Promise<(string | null)[]> {
  await upkeepOf().now();
  return worker.asked.reconciles.splice(0).map(({ run_id }) => run_id);
}

test('an empty database has only its schedules', async () => {
  await upkeepOf().now();
  expect(worker.asked).toEqual({ ...nothingAsked(), schedules: [77], forgetting: [3_600] });
});

test('the next hold to fall due has a job, also when it is overdue already', async () => {
  await addHolds(database(), 'LATER', { dueInMs: 900_000 });
  await addHolds(database(), 'NEXT', { dueInMs: 600_000 });
  await upkeepOf().now();
  await addHolds(database(), 'OVERDUE', { dueInMs: -5_000 });
  await upkeepOf().now();
  const distances = worker.asked.expiries.map(({ dueAtMs, nowMs }) => dueAtMs.map((due) => due - nowMs));
  expect(distances).toEqual([[expect.any(Number)], [expect.any(Number)]]);
  const [[next = 0] = [], [overdue = 0] = []] = distances;
  expect(next).toBeGreaterThan(300_000);
  expect(next).toBeLessThanOrEqual(600_000);
  expect(overdue).toBeLessThanOrEqual(-4_999);
});

test('the line of syncs is woken while one waits, or the taker of one is dead', async () => {
  const taken = await addSync(database(), 'expire');
  await database().prisma.$executeRaw`
    UPDATE warehouse_syncs
    SET state = 'in_flight', claimed_until = clock_timestamp() + interval '1 minute'
    WHERE id = ${taken}::uuid`;
  await upkeepOf().now();
  expect(worker.asked.syncLine).toBe(0);
  await letClaimRunOut(database(), taken);
  await upkeepOf().now();
  expect(worker.asked.syncLine).toBe(1);
  await database().prisma.$executeRaw`DELETE FROM warehouse_syncs`;
  await addSync(database(), 'confirm');
  await upkeepOf().now();
  expect(worker.asked.syncLine).toBe(2);
});

test('the run that waits longest has a job, none while one is under way, and one whose worker is dead', async () => {
  const { prisma } = database();
  const [first, second] = [await addRun(10), await addRun(20)];
  expect(await reconciles()).toEqual([first]);
  const taken = await takeNextRun(prisma, 60_000);
  if (!taken) throw new Error('the run was not taken');
  expect(await reconciles()).toEqual([]);
  const report = { scanned: 0, expired: 0, requeued_syncs: 0, issues: [], reservation_ids: [] };
  await finishRun(prisma, taken, report, null);
  expect(await reconciles()).toEqual([second]);
  await takeNextRun(prisma, 0);
  expect(await reconciles()).toEqual([second]);
});

test('open imports have a job, and those that have ended are left alone', async () => {
  const [queued, running, done] = [newId(), newId(), newId()];
  await database().prisma.$executeRaw`
    INSERT INTO stock_imports (id, caller, content_type, state, chunks, rows)
    VALUES
      (${queued}::uuid, 'test', 'text/csv', 'queued', 1, 1),
      (${running}::uuid, 'test', 'text/csv', 'running', 1, 1),
      (${done}::uuid, 'test', 'text/csv', 'succeeded', 1, 1)`;
  await upkeepOf().now();
  expect(worker.asked.imports.toSorted()).toEqual([queued, running].toSorted());
});

test('SKUs that are to be reviewed have one job together', async () => {
  await database().prisma.$executeRaw`
    INSERT INTO skus (sku, review_asked_at) VALUES ('A', clock_timestamp()), ('B', clock_timestamp()), ('C', NULL)`;
  await upkeepOf().now();
  expect(worker.asked.reviews).toBe(1);
});

test('events without a place wake the publisher', async () => {
  await addEvents(database(), 2);
  await upkeepOf().now();
  expect(worker.asked.publisher).toBe(1);
  await sequenceEvents(database(), { eventsMax: 10 });
  await upkeepOf().now();
  expect(worker.asked.publisher).toBe(1);
});

test('of the webhook endpoints those are woken that are behind or have something due, and neither rest nor are disabled', async () => {
  const { prisma } = database();
  const [behind, resting] = [await addWebhook(database()), await addWebhook(database())];
  await addWebhook(database(), { enabled: false });
  await prisma.$executeRaw`
    UPDATE webhook_endpoints
    SET resting_until = clock_timestamp() + interval '1 minute'
    WHERE id = ${resting}::uuid`;
  await addEvents(database(), 1);
  await sequenceEvents(database(), { eventsMax: 10 });
  const [due, later] = [await addWebhook(database()), await addWebhook(database())];
  await prisma.$executeRaw`
    INSERT INTO webhook_deliveries (id, endpoint_id, event_id, event_type, ordering_key, cause, state, next_attempt_at)
    VALUES
      (${newId()}::uuid, ${due}::uuid, ${newId()}::uuid, 't', 'a', 'event', 'pending', clock_timestamp()),
      (${newId()}::uuid, ${later}::uuid, ${newId()}::uuid, 't', 'b', 'event', 'pending', clock_timestamp() + interval '1 h')`;
  await upkeepOf().now();
  const names = [behind, due].map((id) => `webhook-${id}`).toSorted();
  expect(worker.asked.sinks).toEqual([{ names, delayMs: 0 }]);
});

test('who asks while it looks waits for that look', async () => {
  const upkeep = upkeepOf();
  await Promise.all([upkeep.now(), upkeep.now(), upkeep.now()]);
  expect(worker.asked.schedules).toEqual([77]);
  await upkeep.now();
  expect(worker.asked.schedules).toEqual([77, 77]);
});

test('without the database it warns and does not throw, and looks again when asked', async () => {
  const warn = warnings();
  const away = databaseAway();
  const upkeep = upkeepOf({ database: away });
  await upkeep.now();
  await upkeep.now();
  expect(warn.mock.calls).toEqual([
    ['upkeep.failed', { error: expect.any(Error) }],
    ['upkeep.failed', { error: expect.any(Error) }],
  ]);
  await away.close();
});

test('without the queue it warns and does not throw', async () => {
  const { producer } = worker.context;
  const warn = warnings();
  await upkeepOf({ producer: { ...producer, scheduleReconcile } }).now();
  expect(warn.mock.calls).toEqual([['upkeep.failed', { error: expect.any(QueueUnavailable) }]]);
});
