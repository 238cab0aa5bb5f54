import { createTestDatabase, eventually, together, type TestDatabase } from '@holdfast/testing';
import { openDatabase, type Database } from './client.ts';
import {
  claimSync,
  finishAttempt,
  readOverdueSyncs,
  readSyncStanding,
  returnSync,
  supersedeSync,
  type AttemptResult,
  type ClaimedSync,
} from './warehouse-syncs.ts';

const CLAIM_MS = 60_000;
const RESERVATION = '0199b0c4-0000-7000-8000-000000000001';
const ANOTHER = '0199b0c4-0000-7000-8000-000000000002';
const LINES = [{ sku: 'MUG', location: 'EAST', quantity: 2 }];
const SUCCEEDED: AttemptResult = { state: 'succeeded', status: 200 };
const BUSY: AttemptResult = { state: 'pending', status: 503, error: 'busy', retryInMs: 5_000, counts: true };

let database: TestDatabase;
let db: Database;
let syncs: number;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(database.url, { poolMax: 4, applicationName: 'sync test' });
});
beforeEach(async () => {
  syncs = 0;
  await db.prisma.$executeRaw`TRUNCATE warehouse_syncs CASCADE`;
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const id = (number: number) => `0199b0c4-0000-7000-9000-${String(number).padStart(12, '0')}`;

async function addSync(action: string, ordinal: number, reservationId = RESERVATION): Promise<string> {
  const syncId = id((syncs += 1));
  await db.prisma.$executeRaw`
    INSERT INTO warehouse_syncs (id, reservation_id, ordinal, action, order_id, lines, occurred_at, next_attempt_at, created_at)
    VALUES (
      ${syncId}::uuid, ${reservationId}::uuid, ${ordinal}, ${action}, 'o-1', ${JSON.stringify(LINES)}::json,
      '2026-11-20T10:00:00.123Z', clock_timestamp(), clock_timestamp()
    )`;
  return syncId;
}

async function claim(syncId: string): Promise<ClaimedSync> {
  const claimed = await claimSync(db.prisma, syncId, CLAIM_MS);
  if (!claimed) throw new Error('not claimed');
  return claimed;
}

/** The worker that has it dies: nobody hears of it until its time is over. */
const letClaimRunOut = (syncId: string) =>
  db.prisma.$executeRaw`
    UPDATE warehouse_syncs SET claimed_until = claimed_until - interval '2 minutes' WHERE id = ${syncId}::uuid`;

const attempts = (syncId: string) =>
  db.prisma.$queryRaw`
    SELECT number, status, error, finished_at IS NOT NULL AS finished, next_attempt_at IS NOT NULL AS again
    FROM warehouse_sync_attempts
    WHERE sync_id = ${syncId}::uuid
    ORDER BY number`;

async function row(syncId: string) {
  const [found] = await db.prisma.$queryRaw<Record<string, unknown>[]>`
    SELECT state, attempts, last_status, last_error, next_attempt_at, claimed_until, finished_at
    FROM warehouse_syncs
    WHERE id = ${syncId}::uuid`;
  return found;
}

describe('a sync that waits', () => {
  test('is claimed with all that the gateway is to be told, and its first attempt begins', async () => {
    const syncId = await addSync('confirm', 1);
    expect(await readSyncStanding(db.prisma, syncId)).toEqual({
      action: 'confirm',
      state: 'pending',
      claimedForMs: 0,
      isOvertaken: false,
    });

    expect(await claim(syncId)).toEqual({
      id: syncId,
      reservationId: RESERVATION,
      orderId: 'o-1',
      action: 'confirm',
      lines: LINES,
      occurredAt: '2026-11-20T10:00:00.123Z',
      attempt: 1,
      forgiven: 0,
      claim: expect.any(String),
    });

    expect(await attempts(syncId)).toEqual([
      { number: 1, status: null, error: null, finished: false, again: false },
    ]);
    const standing = await readSyncStanding(db.prisma, syncId);
    expect(standing?.state).toBe('in_flight');
    expect(standing?.claimedForMs).toBeGreaterThan(CLAIM_MS - 10_000);
  });

  test('is claimed by one of many', async () => {
    const syncId = await addSync('confirm', 1);
    const claims = await together(10, () => claimSync(db.prisma, syncId, CLAIM_MS));
    expect(claims.filter((each) => each.status === 'fulfilled' && each.value !== null)).toHaveLength(1);
    expect(await attempts(syncId)).toHaveLength(1);
  });

  test('that does not exist is not claimed', async () => {
    expect(await claimSync(db.prisma, id(99), CLAIM_MS)).toBeNull();
    expect(await readSyncStanding(db.prisma, id(99))).toBeNull();
  });
});

describe('syncs of one reservation', () => {
  test('go in their order: a later one waits until the earlier is finished, and is named then', async () => {
    const [first, second, third] = [
      await addSync('confirm', 1),
      await addSync('cancel', 2),
      await addSync('expire', 3),
    ];
    const elsewhere = await addSync('release', 1, ANOTHER);
    expect(await claimSync(db.prisma, second, CLAIM_MS)).toBeNull();

    const claimed = await claim(first);
    expect(await claimSync(db.prisma, second, CLAIM_MS)).toBeNull();
    expect(await claimSync(db.prisma, elsewhere, CLAIM_MS)).not.toBeNull();
    expect(await finishAttempt(db, claimed, SUCCEEDED)).toEqual({
      lost: false,
      next: { id: second, action: 'cancel' },
    });

    expect(await claimSync(db.prisma, third, CLAIM_MS)).toBeNull();
    const next = await claim(second);
    expect(await finishAttempt(db, next, { state: 'failed', status: 422, error: 'no' })).toEqual({
      lost: false,
      next: { id: third, action: 'expire' },
    });
    expect(await row(second)).toMatchObject({ state: 'superseded', last_status: 422 });
    expect(await finishAttempt(db, await claim(third), SUCCEEDED)).toEqual({ lost: false, next: null });
  });

  test('are superseded when something later waits and the gateway never heard of them, not else', async () => {
    const [first, second] = [await addSync('confirm', 1), await addSync('cancel', 2)];
    expect(await readSyncStanding(db.prisma, first)).toMatchObject({ isOvertaken: true });
    expect(await readSyncStanding(db.prisma, second)).toMatchObject({ isOvertaken: false });
    expect(await supersedeSync(db, second)).toBeNull();
    expect(await supersedeSync(db, first)).toEqual({ id: second, action: 'cancel' });
    expect(await row(first)).toMatchObject({
      state: 'superseded',
      attempts: 0,
      finished_at: expect.any(Date),
    });

    const sent = await addSync('confirm', 1, ANOTHER);
    await finishAttempt(db, await claim(sent), BUSY);
    await addSync('cancel', 2, ANOTHER);
    expect(await supersedeSync(db, sent)).toBeNull();
    expect(await row(sent)).toMatchObject({ state: 'pending' });
  });

  test('wait also while the earlier one is tried again later', async () => {
    const [first, second] = [await addSync('confirm', 1), await addSync('cancel', 2)];
    expect(await finishAttempt(db, await claim(first), BUSY)).toEqual({ lost: false, next: null });
    expect(await claimSync(db.prisma, second, CLAIM_MS)).toBeNull();
  });
});

describe('an attempt', () => {
  test('that succeeded is the end', async () => {
    const syncId = await addSync('confirm', 1);
    await finishAttempt(db, await claim(syncId), SUCCEEDED);
    expect(await row(syncId)).toEqual({
      state: 'succeeded',
      attempts: 1,
      last_status: 200,
      last_error: null,
      next_attempt_at: null,
      claimed_until: null,
      finished_at: expect.any(Date),
    });
    expect(await attempts(syncId)).toEqual([
      { number: 1, status: 200, error: null, finished: true, again: false },
    ]);
    expect(await claimSync(db.prisma, syncId, CLAIM_MS)).toBeNull();
  });

  test('that is to be tried again says when, and the next one has the next number', async () => {
    const syncId = await addSync('confirm', 1);
    await finishAttempt(db, await claim(syncId), BUSY);
    expect(await row(syncId)).toMatchObject({
      state: 'pending',
      attempts: 1,
      last_status: 503,
      last_error: 'busy',
      next_attempt_at: expect.any(Date),
      finished_at: null,
    });
    expect((await claim(syncId)).attempt).toBe(2);
    expect(await attempts(syncId)).toEqual([
      { number: 1, status: 503, error: 'busy', finished: true, again: true },
      { number: 2, status: null, error: null, finished: false, again: false },
    ]);
  });

  test('that does not count is tried again under its number', async () => {
    const syncId = await addSync('confirm', 1);
    await finishAttempt(db, await claim(syncId), { ...BUSY, status: 429, counts: false });
    expect(await row(syncId)).toMatchObject({ state: 'pending', attempts: 0, last_status: 429 });
    const again = await claim(syncId);
    expect(again.attempt).toBe(1);
    await finishAttempt(db, again, SUCCEEDED);
    expect(await row(syncId)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expect(await attempts(syncId)).toEqual([
      { number: 1, status: 200, error: null, finished: true, again: false },
    ]);
  });

  test('that had no answer keeps its error, and not all of a long one', async () => {
    const syncId = await addSync('confirm', 1);
    const error = 'x'.repeat(2_000);
    await finishAttempt(db, await claim(syncId), { state: 'failed', status: null, error });
    expect(await row(syncId)).toMatchObject({
      state: 'failed',
      last_status: null,
      last_error: 'x'.repeat(500),
    });
  });
});

describe('a claim', () => {
  test('that is given back leaves no trace, and is of no use any more', async () => {
    const syncId = await addSync('confirm', 1);
    const claimed = await claim(syncId);
    await returnSync(db.prisma, claimed, 0);
    expect(await row(syncId)).toMatchObject({ state: 'pending', attempts: 0, claimed_until: null });
    expect(await attempts(syncId)).toEqual([]);
    const heir = await claim(syncId);
    await returnSync(db.prisma, claimed, 0);
    expect(await finishAttempt(db, heir, SUCCEEDED)).toMatchObject({ lost: false });
  });

  test('runs out, and another worker may take the sync; the first then has lost it, and changes nothing', async () => {
    const syncId = await addSync('confirm', 1);
    const dead = await claim(syncId);
    await letClaimRunOut(syncId);
    expect(await readSyncStanding(db.prisma, syncId)).toMatchObject({ state: 'in_flight', claimedForMs: 0 });
    const heir = await claim(syncId);
    expect(heir.attempt).toBe(2);

    expect(await finishAttempt(db, dead, SUCCEEDED)).toEqual({ lost: true, next: null });
    expect(await row(syncId)).toMatchObject({ state: 'in_flight', attempts: 2 });
    expect(await finishAttempt(db, heir, SUCCEEDED)).toEqual({ lost: false, next: null });
    expect(await finishAttempt(db, heir, SUCCEEDED)).toEqual({ lost: true, next: null });
  });

  test('that has run out still holds when nobody else took it', async () => {
    const syncId = await addSync('confirm', 1);
    const claimed = await claimSync(db.prisma, syncId, 1);
    if (!claimed) throw new Error('not claimed');
    await eventually(async () => (await readSyncStanding(db.prisma, syncId))?.claimedForMs === 0);
    expect(await finishAttempt(db, claimed, SUCCEEDED)).toMatchObject({ lost: false });
  });
});

describe('overdue syncs', () => {
  test('are those that nobody has tried in time, or whose worker is dead', async () => {
    const waiting = await addSync('confirm', 1);
    const taken = await addSync('release', 1, ANOTHER);
    await claim(taken);
    expect(await readOverdueSyncs(db.prisma, { overdueMs: 30_000, limit: 10 })).toEqual([]);

    await db.prisma.$executeRaw`
      UPDATE warehouse_syncs SET next_attempt_at = next_attempt_at - interval '31 s' WHERE id = ${waiting}::uuid`;
    await letClaimRunOut(taken);

    expect(await readOverdueSyncs(db.prisma, { overdueMs: 30_000, limit: 10 })).toEqual([
      { id: waiting, action: 'confirm' },
      { id: taken, action: 'release' },
    ]);
    expect(await readOverdueSyncs(db.prisma, { overdueMs: 30_000, limit: 1 })).toHaveLength(1);
  });
});
