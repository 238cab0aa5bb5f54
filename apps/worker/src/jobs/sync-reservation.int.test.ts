import { claimSync, finishAttempt, pauseGateway, readSyncStanding, retrySync } from '@holdfast/warehouse';
import { createContext, readSimConfig, startServer } from '@holdfast/gateway-sim';
import { RetryLater, WorkFailed } from '@holdfast/jobs';
import { newId } from '@holdfast/ledger';
import type { RunningProcess } from '@holdfast/runtime';
import { createTestDatabase, together, type TestDatabase } from '@holdfast/testing';
import type { WorkerContext } from '../context.ts';
import { addSync, BY_HAND, letClaimRunOut, openTestWorker, type TestWorker } from '../testing/test-worker.ts';

const ATTEMPTS_MAX = 2;

let testDatabase: TestDatabase;
let worker: TestWorker;
let sim: ReturnType<typeof createContext>;
let gateway: RunningProcess;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  sim = createContext(readSimConfig({ GATEWAY_SIM_PORT: '0', LOG_LEVEL: 'error' }));
  gateway = await startServer(sim);
});
beforeEach(async () => {
  sim.warehouse.clear();
  sim.faults = { ...sim.faults, error_rate: 0, drop_reply_rate: 0 };
  worker = await openWorker();
  await database().prisma.$executeRaw`UPDATE gateway_pace SET paused_until = '-infinity'`;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await worker.close();
});
afterAll(async () => {
  await gateway.stop();
  await testDatabase.drop();
});

const openWorker = () =>
  openTestWorker(testDatabase.url, { GATEWAY_URL: gateway.url, GATEWAY_MAX_ATTEMPTS: `${ATTEMPTS_MAX}` });
const database = () => worker.context.database;
const sync = (syncId: string, by = worker, replaced: Partial<WorkerContext> = {}) =>
  by.run('sync-reservation', { sync_id: syncId }, replaced);

/** The keys of all calls that the gateway got, in order. */
const keysSent = () => sim.warehouse.report().requests.map(({ idempotency_key: key }) => key);

async function row(syncId: string) {
  const [found] = await database().prisma.$queryRaw<Record<string, unknown>[]>`
    SELECT
      state,
      attempts,
      last_status,
      (SELECT count(*)::integer FROM warehouse_sync_attempts WHERE sync_id = id) AS tries
    FROM warehouse_syncs
    WHERE id = ${syncId}::uuid`;
  return found;
}

/** Two syncs of one reservation. Of the first, the gateway may have heard: it was sent once, and no answer came. */
async function addTwo(): Promise<[string, string]> {
  const reservationId = newId();
  const first = await addSync(database(), 'confirm', { reservationId, ordinal: 1 });
  const claimed = await claimSync(database().prisma, first, 600_000);
  if (!claimed) throw new Error('not claimed');
  const noAnswer = {
    state: 'pending',
    status: null,
    error: 'no answer',
    retryInMs: 0,
    counts: true,
  } as const;
  await finishAttempt(database(), claimed, noAnswer);
  return [first, await addSync(database(), 'cancel', { reservationId, ordinal: 2 })];
}

/** The real gateway with another `send`. */
function gatewayWith(send: WorkerContext['gateway']['send']): WorkerContext['gateway'] {
  const { gateway: real } = worker.context;
  return {
    ready: (signal) => real.ready(signal),
    send,
    standing: () => real.standing(),
    close: () => real.close(),
  };
}

/** How soon the job wants to come again. @throws when it does not */
async function retryDelayMs(work: Promise<void>): Promise<number> {
  const error: unknown = await work.then(
    () => new Error('the job is done'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof RetryLater) return error.delayMs;
  throw error;
}

describe('when a sync waits', () => {
  test('the gateway is called once, under the sync’s own id, also when the job runs again', async () => {
    const syncId = await addSync(database(), 'confirm');
    await sync(syncId);
    await sync(syncId);
    expect(keysSent()).toEqual([syncId]);
    expect(await row(syncId)).toEqual({ state: 'succeeded', attempts: 1, last_status: 200, tries: 1 });
    expect(worker.asked.syncs).toEqual([]);
  });

  test('of two workers at once, one calls the gateway', async () => {
    const other = await openWorker();
    try {
      const syncId = await addSync(database(), 'confirm');
      await together(2, (n) => sync(syncId, n === 0 ? worker : other));
      expect(keysSent()).toEqual([syncId]);
      expect(await row(syncId)).toMatchObject({ state: 'succeeded', attempts: 1 });
    } finally {
      await other.close();
    }
  });

  test('and nothing may be sent, it is given back as it was, and comes again soon', async () => {
    const withheld = gatewayWith(async () => ({ kind: 'withheld', reason: 'no slot' }));
    const syncId = await addSync(database(), 'confirm');
    expect(await retryDelayMs(sync(syncId, worker, { gateway: withheld }))).toBe(500);
    expect(await row(syncId)).toEqual({ state: 'pending', attempts: 0, last_status: null, tries: 0 });
  });

  test('and the gateway wants a pause, nothing is written until that is over or the worker stops', async () => {
    const stopping = new AbortController();
    await pauseGateway(database().prisma, 200_000);
    const syncId = await addSync(database(), 'confirm');
    const first = sync(await addSync(database(), 'confirm'));
    expect(await retryDelayMs(first)).toBe(500); // it is this one that notices
    const waiting = worker.run('sync-reservation', { sync_id: syncId }, {}, stopping.signal);
    stopping.abort();
    expect(await retryDelayMs(waiting)).toBe(0);
    expect(await row(syncId)).toEqual({ state: 'pending', attempts: 0, last_status: null, tries: 0 });
    expect(keysSent()).toEqual([]);
  });

  test('a sync that does not exist is nothing to do', async () => {
    await sync(newId());
    expect(keysSent()).toEqual([]);
  });
});

describe('when another worker has it', () => {
  test('the job comes again when that claim runs out, and does not call', async () => {
    const syncId = await addSync(database(), 'confirm');
    await claimSync(database().prisma, syncId, 600_000);
    const delayMs = await retryDelayMs(sync(syncId));
    expect(delayMs).toBeGreaterThan(300_000);
    expect(delayMs).toBeLessThanOrEqual(600_000);
    expect(keysSent()).toEqual([]);
    expect(await row(syncId)).toMatchObject({ state: 'in_flight', attempts: 1 });
  });

  test('and dies with it, it is sent again under the same key, so that the warehouse acts once', async () => {
    const syncId = await addSync(database(), 'confirm');
    const claimed = await claimSync(database().prisma, syncId, 600_000);
    sim.warehouse.hold(claimed?.id ?? ''); // the call arrived, and its result was not stored
    await letClaimRunOut(database(), syncId);
    await sync(syncId);
    expect(keysSent()).toEqual([syncId]);
    expect(sim.warehouse.report()).toMatchObject({ keys: 1, repeats: 1 });
    expect(await row(syncId)).toEqual({ state: 'succeeded', attempts: 2, last_status: 200, tries: 2 });
  });

  test('a worker whose claim ran out while it called has nothing more to say', async () => {
    const [first, second] = await addTwo();
    const heir = await openWorker();
    const slow = gatewayWith(async (call, signal) => {
      const outcome = await worker.context.gateway.send(call, signal);
      await letClaimRunOut(database(), first);
      await sync(first, heir);
      return outcome;
    });
    try {
      await sync(first, worker, { gateway: slow });
      expect(keysSent()).toEqual([first, first]);
      expect(sim.warehouse.report()).toMatchObject({ keys: 1, repeats: 1 });
      expect(await row(first)).toMatchObject({ state: 'succeeded', attempts: 3 });
      expect(heir.asked.syncs).toEqual([
        { id: second, action: 'cancel', requestId: null, traceparent: null },
      ]);
      expect(worker.asked.syncs).toEqual([]);
    } finally {
      await heir.close();
    }
  });
});

describe('when an earlier sync of the reservation is unfinished', () => {
  test('a later one is not sent, whether the earlier one waits or is being sent', async () => {
    const [first, second] = await addTwo();
    await sync(second);
    await claimSync(database().prisma, first, 600_000);
    await sync(second);
    expect(keysSent()).toEqual([]);
    expect(await row(second)).toEqual({ state: 'pending', attempts: 0, last_status: null, tries: 0 });
  });

  test('its end asks for the next one', async () => {
    const [first, second] = await addTwo();
    await sync(first);
    expect(worker.asked.syncs).toEqual([
      { id: second, action: 'cancel', requestId: null, traceparent: null },
    ]);
    await sync(second);
    expect(keysSent()).toEqual([first, second]);
    expect(worker.asked.syncs).toHaveLength(1);
  });
});

describe('when the gateway fails', () => {
  test('a lost reply is asked for again under the same key, when the row says', async () => {
    sim.faults = { ...sim.faults, drop_reply_rate: 1 };
    const syncId = await addSync(database(), 'confirm');
    expect(await retryDelayMs(sync(syncId))).toBeLessThanOrEqual(1_000);
    expect(await row(syncId)).toMatchObject({ state: 'pending', attempts: 1, last_status: null });
    sim.faults = { ...sim.faults, drop_reply_rate: 0 };
    await sync(syncId);
    expect(keysSent()).toEqual([syncId, syncId]);
    expect(sim.warehouse.report()).toMatchObject({ keys: 1, repeats: 1 });
    expect(await row(syncId)).toMatchObject({ state: 'succeeded', attempts: 2 });
  });

  test('after all attempts the sync has failed, and is left alone', async () => {
    jest.spyOn(worker.context.log, 'error').mockImplementation(() => worker.context.log as never);
    sim.faults = { ...sim.faults, error_rate: 1, status: 500 };
    const syncId = await addSync(database(), 'confirm');
    expect(await retryDelayMs(sync(syncId))).toBeLessThanOrEqual(1_000);
    await expect(sync(syncId)).rejects.toThrow(WorkFailed);
    const failed = { state: 'failed', attempts: ATTEMPTS_MAX, last_status: 500, tries: ATTEMPTS_MAX };
    expect(await row(syncId)).toEqual(failed);
    await expect(sync(syncId)).rejects.toThrow(WorkFailed); // a job that runs once more fails too
    expect(keysSent()).toEqual([syncId, syncId]);
    expect(await row(syncId)).toEqual(failed);
  });

  test('tried again by hand it has all its attempts anew, under the same key', async () => {
    jest.spyOn(worker.context.log, 'error').mockImplementation(() => worker.context.log as never);
    sim.faults = { ...sim.faults, error_rate: 1, status: 500 };
    const syncId = await addSync(database(), 'confirm');
    await retryDelayMs(sync(syncId));
    await expect(sync(syncId)).rejects.toThrow(WorkFailed);
    await retrySync(database().prisma, syncId, BY_HAND);
    expect(await retryDelayMs(sync(syncId))).toBeLessThanOrEqual(1_000);
    expect(await row(syncId)).toMatchObject({ state: 'pending', attempts: 3 });
    sim.faults = { ...sim.faults, error_rate: 0 };
    await sync(syncId);
    expect(await row(syncId)).toEqual({ state: 'succeeded', attempts: 4, last_status: 200, tries: 4 });
    expect(new Set(keysSent())).toEqual(new Set([syncId]));
  });
});

/** The sync of the end of a reservation. */
const addEnd = (reservationId: string, ordinal: number) =>
  addSync(database(), 'cancel', { reservationId, ordinal, endsReservation: true });

describe('when a later sync ends the reservation', () => {
  test('and the gateway has heard of nothing, only the end is sent', async () => {
    const reservationId = newId();
    const first = await addSync(database(), 'confirm', { reservationId, ordinal: 1 });
    const part = await addSync(database(), 'cancel', { reservationId, ordinal: 2 });
    const end = await addEnd(reservationId, 3);
    await sync(end);
    expect(keysSent()).toEqual([]);
    await sync(part);
    const superseded = { state: 'superseded', attempts: 0, last_status: null, tries: 0 };
    expect(await row(first)).toEqual(superseded);
    expect(await row(part)).toEqual(superseded);
    expect(worker.asked.syncs).toEqual([{ id: end, action: 'cancel', requestId: null, traceparent: null }]);
    await sync(first);
    await sync(end);
    expect(keysSent()).toEqual([end]);
  });

  test('and the gateway may have heard of an earlier one, all are sent in order', async () => {
    const [first, part] = await addTwo();
    const { reservationId } = (await readSyncStanding(database().prisma, first)) ?? { reservationId: '' };
    const end = await addEnd(reservationId, 3);
    for (const each of [end, part, first, part, end]) await sync(each);
    expect(keysSent()).toEqual([first, part, end]);
  });

  test('one that fails is a failed job, and those after it are sent', async () => {
    jest.spyOn(worker.context.log, 'error').mockImplementation(() => worker.context.log as never);
    sim.faults = { ...sim.faults, error_rate: 1, status: 500 };
    const [first, second] = await addTwo();
    await expect(sync(first)).rejects.toThrow(WorkFailed);
    expect(await row(first)).toMatchObject({ state: 'failed', attempts: ATTEMPTS_MAX, last_status: 500 });
    expect(worker.asked.syncs).toEqual([
      { id: second, action: 'cancel', requestId: null, traceparent: null },
    ]);
    sim.faults = { ...sim.faults, error_rate: 0 };
    await sync(second);
    expect(await row(second)).toMatchObject({ state: 'succeeded' });
    expect(await retrySync(database().prisma, first, BY_HAND)).toMatchObject({ state: 'pending' });
    await sync(first);
    expect(await row(first)).toMatchObject({ state: 'succeeded' });
  });
});
