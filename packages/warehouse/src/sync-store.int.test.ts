import { eventually, together, ofSuite } from '@holdfast/testing';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import {
  addSync as addSyncTo,
  BUSY,
  CLAIM_MS,
  claimed,
  forgetSyncs,
  idOf,
  LINES,
  RESERVATION,
  rowOf,
  SUCCEEDED,
} from './fixtures/sync-rows.ts';
import { claimSync, finishAttempt, readSyncStanding, returnSync } from './sync-store.ts';

const db = ofSuite(() => openTestDatabase(4));
beforeEach(() => forgetSyncs(db));

const addSync = (action: string, ordinal: number, reservationId?: string) =>
  addSyncTo(db, action, ordinal, reservationId);
const claim = (syncId: string) => claimed(db, syncId);
const row = (syncId: string) => rowOf(db, syncId);

/** The worker that has it dies: its claim lasts until its time is over. */
const letClaimRunOut = (syncId: string) =>
  db.prisma.$executeRaw`
    UPDATE warehouse_syncs SET claimed_until = claimed_until - interval '2 minutes' WHERE id = ${syncId}::uuid`;

const attempts = (syncId: string) =>
  db.prisma.$queryRaw`
    SELECT number, status, error, finished_at IS NOT NULL AS finished, next_attempt_at IS NOT NULL AS again
    FROM warehouse_sync_attempts
    WHERE sync_id = ${syncId}::uuid
    ORDER BY number`;

describe('a sync that waits', () => {
  test('is claimed with all that the gateway is to be told, and its first attempt begins', async () => {
    const syncId = await addSync('confirm', 1);
    expect(await readSyncStanding(db.prisma, syncId)).toEqual({
      reservationId: expect.any(String),
      orderId: 'o-1',
      lastError: null,
      action: 'confirm',
      state: 'pending',
      claimedForMs: 0,
      isSuperseded: false,
    });

    expect(await claim(syncId)).toEqual({
      id: syncId,
      reservationId: RESERVATION,
      orderId: 'o-1',
      requestId: null,
      traceparent: null,
      action: 'confirm',
      lines: LINES,
      occurredAt: '2026-11-20T10:00:00.123Z',
      attempt: 1,
      forgiven: 0,
      startedAt: expect.any(String),
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
    expect(await claimSync(db.prisma, idOf(99), CLAIM_MS)).toBeNull();
    expect(await readSyncStanding(db.prisma, idOf(99))).toBeNull();
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
    const tried = [{ number: 1, status: 429, error: 'busy', finished: true, again: true }];
    await returnSync(db.prisma, await claim(syncId), 0);
    expect(await attempts(syncId)).toEqual(tried);
    const again = await claim(syncId);
    expect(again.attempt).toBe(1);
    expect(await attempts(syncId)).toEqual(tried);
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

  test('that has run out still holds when no other worker took it', async () => {
    const syncId = await addSync('confirm', 1);
    const claimed = await claimSync(db.prisma, syncId, 1);
    if (!claimed) throw new Error('not claimed');
    await eventually(async () => (await readSyncStanding(db.prisma, syncId))?.claimedForMs === 0);
    expect(await finishAttempt(db, claimed, SUCCEEDED)).toMatchObject({ lost: false });
  });
});
