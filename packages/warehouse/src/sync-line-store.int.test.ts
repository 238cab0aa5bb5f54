import { ofSuite, together } from '@holdfast/testing';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import {
  addSync as addSyncTo,
  ANOTHER,
  BUSY,
  CLAIM_MS,
  claimed,
  forgetSyncs,
  SUCCEEDED,
} from './fixtures/sync-rows.ts';
import { hasSyncsInLine, readOverdueSyncs, takeFromLine } from './sync-line-store.ts';
import { claimSync, finishAttempt } from './sync-store.ts';

const db = ofSuite(() => openTestDatabase(4));
beforeEach(() => forgetSyncs(db));

let reservations = 0;
const aReservation = () => `0199b0c4-0000-7000-8000-${String((reservations += 1)).padStart(12, '9')}`;

const addSync = (action: string, ordinal = 1, reservationId = aReservation()) =>
  addSyncTo(db, action, ordinal, reservationId);

/** Moves the times of its attempt, its job and its claim into the past. */
const letPass = (syncId: string, seconds: number) =>
  db.prisma.$executeRaw`
    UPDATE warehouse_syncs
    SET
      next_attempt_at = next_attempt_at - ${seconds}::integer * interval '1 s',
      queued_until = queued_until - ${seconds}::integer * interval '1 s',
      claimed_until = claimed_until - ${seconds}::integer * interval '1 s'
    WHERE id = ${syncId}::uuid`;

const takenIds = async (frontMax = 100) =>
  (await takeFromLine(db.prisma, frontMax)).toQueue.map(({ id }) => id).toSorted();

describe('the front of the line', () => {
  test('is taken once: urgent syncs first, then those that have waited longest', async () => {
    const [late, urgent, early] = [
      await addSync('release'),
      await addSync('cancel'),
      await addSync('expire'),
    ];
    await letPass(early, 1);
    expect(await takeFromLine(db.prisma, 2)).toEqual({
      toQueue: expect.arrayContaining([
        { id: urgent, action: 'cancel', requestId: null, traceparent: null, isRepeat: false },
        { id: early, action: 'expire', requestId: null, traceparent: null, isRepeat: false },
      ]),
      hasMore: true,
    });
    expect(await takeFromLine(db.prisma, 2)).toEqual({ toQueue: [], hasMore: true });

    await finishAttempt(db, await claimed(db, urgent), SUCCEEDED);
    expect(await takenIds(2)).toEqual([late]);
    expect(await takeFromLine(db.prisma, 3)).toEqual({ toQueue: [], hasMore: false });
  });

  test('is shared by those that ask at once', async () => {
    const ids = [];
    for (let n = 0; n < 40; n += 1) ids.push(await addSync('confirm'));
    const taken = await together(8, () => takenIds());
    const all = taken.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    expect(all.toSorted()).toEqual(ids.toSorted());
  });

  test('has a sync again when its job has not run in time', async () => {
    const syncId = await addSync('confirm');
    expect(await takenIds()).toEqual([syncId]);
    await letPass(syncId, 6);
    expect(await takeFromLine(db.prisma, 1)).toMatchObject({ toQueue: [{ id: syncId, isRepeat: true }] });
  });

  test('has a sync that was claimed and not ended in time', async () => {
    const syncId = await addSync('confirm');
    await takenIds();
    await claimed(db, syncId);
    await letPass(syncId, CLAIM_MS / 1_000 + 4);
    expect(await takenIds()).toEqual([]);
    await letPass(syncId, 2);
    expect(await takenIds()).toEqual([syncId]);
    expect(await takenIds()).toEqual([]);
  });

  test('has a sync that is to be tried again when that time has come', async () => {
    const syncId = await addSync('confirm');
    await finishAttempt(db, await claimed(db, syncId), BUSY);
    expect(await hasSyncsInLine(db.prisma)).toBe(false);
    await letPass(syncId, BUSY.retryInMs / 1_000);
    expect(await hasSyncsInLine(db.prisma)).toBe(true);
    expect(await takenIds()).toEqual([]); // its job is there, and is due now
    await letPass(syncId, 6);
    expect(await takenIds()).toEqual([syncId]);
  });
});

describe('a sync behind an unfinished one of its reservation', () => {
  test('leaves the line when its turn comes, and is queued at the end of the other', async () => {
    const [first, second] = [await addSync('confirm', 1, ANOTHER), await addSync('cancel', 2, ANOTHER)];
    const claimedFirst = await claimed(db, first);
    expect(await takenIds()).toEqual([second]);
    expect(await claimSync(db.prisma, second, CLAIM_MS)).toBeNull();
    await letPass(second, 6);
    expect(await takenIds()).toEqual([]);
    expect(await hasSyncsInLine(db.prisma)).toBe(false);

    expect(await finishAttempt(db, claimedFirst, SUCCEEDED)).toMatchObject({ next: { id: second } });
    expect(await takenIds()).toEqual([]); // it is being queued
    expect(await claimSync(db.prisma, second, CLAIM_MS)).toMatchObject({ id: second });
  });
});

describe('overdue syncs', () => {
  test('are those at the front that were not tried in time and are not in the queue', async () => {
    const [waiting, queued, fresh] = [
      await addSync('confirm'),
      await addSync('confirm'),
      await addSync('confirm'),
    ];
    await takeFromLine(db.prisma, 3);
    const overdue = async () => (await readOverdueSyncs(db.prisma, 10)).map(({ id }) => id);
    expect(await overdue()).toEqual([]);

    await letPass(waiting, 6);
    await letPass(queued, 6);
    await db.prisma.$executeRaw`
      UPDATE warehouse_syncs SET queued_until = clock_timestamp() + interval '1 s' WHERE id = ${queued}::uuid`;
    await db.prisma.$executeRaw`UPDATE warehouse_syncs SET queued_until = NULL WHERE id = ${fresh}::uuid`;
    expect(await overdue()).toEqual([waiting]);
    expect(await readOverdueSyncs(db.prisma, 10)).toEqual([
      { id: waiting, action: 'confirm', requestId: null, traceparent: null },
    ]);
  });
});
