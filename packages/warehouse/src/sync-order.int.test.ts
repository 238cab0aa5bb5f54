import { eventually, ofSuite } from '@holdfast/testing';
import { openDatabase, type Queryable } from '@holdfast/db';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import {
  addSync as addSyncTo,
  ANOTHER,
  BUSY,
  CLAIM_MS,
  claimed,
  forgetSyncs,
  RESERVATION,
  rowOf,
  SUCCEEDED,
} from './fixtures/sync-rows.ts';
import { retrySync } from './sync-retry-store.ts';
import { claimSync, finishAttempt, readSyncStanding, type ClaimedSync } from './sync-store.ts';
import { supersedeEarlier } from './superseded-sync-store.ts';

const db = ofSuite(() => openTestDatabase(4, 'sync test'));
beforeEach(() => forgetSyncs(db));

const addSync = (action: string, ordinal: number, reservationId?: string) =>
  addSyncTo(db, action, ordinal, reservationId);
/** The sync of the end of the reservation. */
const addEnd = (ordinal: number, reservationId?: string) =>
  addSyncTo(db, 'cancel', ordinal, reservationId, { endsReservation: true });
const states = async (...ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await row(id))?.['state']));
const FAILED = { state: 'failed', status: 500, error: 'no' } as const;

/** Until a session of this suite waits for a lock. */
const untilWaiting = (beside: Queryable) =>
  eventually(async () => {
    const [waiting] = await beside.$queryRaw<object[]>`
      SELECT
      FROM pg_stat_activity
      WHERE application_name = 'sync test'
        AND wait_event_type = 'Lock'`;
    return waiting !== undefined;
  });

const claim = (syncId: string) => claimed(db, syncId);
const row = (syncId: string) => rowOf(db, syncId);

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
      next: { id: second, action: 'cancel', requestId: null, traceparent: null },
    });

    expect(await claimSync(db.prisma, third, CLAIM_MS)).toBeNull();
    const next = await claim(second);
    expect(await finishAttempt(db, next, { state: 'failed', status: 422, error: 'no' })).toEqual({
      lost: false,
      next: { id: third, action: 'expire', requestId: null, traceparent: null },
    });
    expect(await row(second)).toMatchObject({ state: 'failed', last_status: 422 });
    expect(await finishAttempt(db, await claim(third), SUCCEEDED)).toEqual({ lost: false, next: null });
  });

  test('are superseded by its end if the gateway has heard of none of them', async () => {
    const earlier = [await addSync('confirm', 1), await addSync('cancel', 2), await addSync('confirm', 3)];
    const end = await addEnd(4);
    for (const each of earlier) {
      expect(await readSyncStanding(db.prisma, each)).toMatchObject({ isSuperseded: true });
    }
    expect(await readSyncStanding(db.prisma, end)).toMatchObject({ isSuperseded: false });
    expect(await supersedeEarlier(db, RESERVATION)).toMatchObject({ id: end, action: 'cancel' });
    expect(await states(...earlier, end)).toEqual(['superseded', 'superseded', 'superseded', 'pending']);
    expect(await row(earlier[0] ?? '')).toMatchObject({
      attempts: 0,
      next_attempt_at: null,
      finished_at: expect.any(Date),
    });
    expect(await supersedeEarlier(db, RESERVATION)).toBeNull();
  });

  test('are superseded up to its last end: what came before an earlier one is replaced too', async () => {
    const [expired, again, end] = [await addEnd(1), await addSync('confirm', 2), await addEnd(3)];
    expect(await supersedeEarlier(db, RESERVATION)).toMatchObject({ id: end });
    expect(await states(expired, again, end)).toEqual(['superseded', 'superseded', 'pending']);
  });

  test('are all sent if a later one does not end it', async () => {
    const [first, second] = [await addSync('confirm', 1), await addSync('cancel', 2)];
    expect(await readSyncStanding(db.prisma, first)).toMatchObject({ isSuperseded: false });
    expect(await supersedeEarlier(db, RESERVATION)).toBeNull();
    const end = await addEnd(1, ANOTHER);
    const reacquired = await addSync('confirm', 2, ANOTHER);
    expect(await supersedeEarlier(db, ANOTHER)).toBeNull();
    expect(await states(first, second, end, reacquired)).toEqual(Array(4).fill('pending'));
  });

  test.each([
    ['was sent and not answered', (id: string) => claim(id).then((sync) => finishAttempt(db, sync, BUSY))],
    ['was taken', (id: string) => claim(id).then((sync) => finishAttempt(db, sync, SUCCEEDED))],
    ['is being sent', (id: string) => claim(id)],
    ['has failed', (id: string) => claim(id).then((sync) => finishAttempt(db, sync, FAILED))],
  ])('are all sent if the first %s, though the last one ends it', async (_what, happens) => {
    const first = await addSync('confirm', 1);
    await happens(first);
    const [part, end] = [await addSync('cancel', 2), await addEnd(3)];
    expect(await readSyncStanding(db.prisma, part)).toMatchObject({ isSuperseded: false });
    expect(await supersedeEarlier(db, RESERVATION)).toBeNull();
    expect(await states(part, end)).toEqual(['pending', 'pending']);
  });

  test('are superseded after an attempt that has not arrived', async () => {
    const first = await addSync('confirm', 1);
    await finishAttempt(db, await claim(first), { ...BUSY, status: 429, counts: false });
    const end = await addEnd(2);
    expect(await supersedeEarlier(db, RESERVATION)).toMatchObject({ id: end });
    expect(await states(first)).toEqual(['superseded']);
  });

  test('go ahead of one that has failed, which can be sent later', async () => {
    const first = await addSync('confirm', 1);
    await finishAttempt(db, await claim(first), FAILED);
    const end = await addEnd(2);
    await finishAttempt(db, await claim(end), SUCCEEDED);
    expect(await states(first, end)).toEqual(['failed', 'succeeded']);
    expect(await retrySync(db.prisma, first, { caller: 'ops', reason: null })).toMatchObject({
      id: first,
      state: 'pending',
    });
    await finishAttempt(db, await claim(first), SUCCEEDED);
    expect(await states(first, end)).toEqual(['succeeded', 'succeeded']);
  });

  test('are not superseded while one of them is being taken: the gateway hears of all or of none', async () => {
    const [first, part] = [await addSync('confirm', 1), await addSync('cancel', 2)];
    const other = openDatabase(db.url, { poolMax: 1, applicationName: 'other worker' });
    let end = '';
    let superseding: ReturnType<typeof supersedeEarlier> | undefined;
    await other.prisma.$transaction(async (tx) => {
      await claimSync(tx, first, CLAIM_MS);
      end = await addEnd(3);
      superseding = supersedeEarlier(db, RESERVATION);
      await untilWaiting(tx);
    });
    expect(await superseding).toBeNull();
    expect(await states(first, part, end)).toEqual(['in_flight', 'pending', 'pending']);
    await other.close();
  });

  test('are not taken once they are superseded', async () => {
    const [first, end] = [await addSync('confirm', 1), await addEnd(2)];
    expect(await claimSync(db.prisma, first, CLAIM_MS)).toBeNull();
    expect(await states(first, end)).toEqual(['pending', 'pending']);
  });

  test('are not taken while they are superseded', async () => {
    const first = await addSync('confirm', 1);
    const other = openDatabase(db.url, { poolMax: 1, applicationName: 'other worker' });
    let claiming: Promise<ClaimedSync | null> | undefined;
    await other.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE warehouse_syncs SET state = 'superseded' WHERE id = ${first}::uuid`;
      claiming = claimSync(db.prisma, first, CLAIM_MS);
      await untilWaiting(tx);
    });
    expect(await claiming).toBeNull();
    expect(await states(first)).toEqual(['superseded']);
    await other.close();
  });

  test('wait for an earlier one that an operator has tried again meanwhile', async () => {
    const first = await addSync('confirm', 1);
    await finishAttempt(db, await claim(first), FAILED);
    const second = await addSync('cancel', 2);
    const other = openDatabase(db.url, { poolMax: 1, applicationName: 'operator' });
    let taken: Promise<ClaimedSync | null> | undefined;
    await other.prisma.$transaction(async (tx) => {
      await retrySync(tx, first, { caller: 'ops', reason: null });
      taken = claimSync(db.prisma, second, CLAIM_MS);
      await untilWaiting(tx);
    });
    expect(await taken).toBeNull();
    expect(await row(second)).toMatchObject({ state: 'pending', attempts: 0 });
    await other.close();
  });

  test('wait also while the earlier one is tried again later', async () => {
    const [first, second] = [await addSync('confirm', 1), await addSync('cancel', 2)];
    expect(await finishAttempt(db, await claim(first), BUSY)).toEqual({ lost: false, next: null });
    expect(await claimSync(db.prisma, second, CLAIM_MS)).toBeNull();
  });
});
