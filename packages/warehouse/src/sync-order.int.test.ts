import { eventually, ofSuite } from '@holdfast/testing';
import { openDatabase } from '@holdfast/db';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import {
  addSync as addSyncTo,
  ANOTHER,
  BUSY,
  CLAIM_MS,
  claimed,
  forgetSyncs,
  rowOf,
  SUCCEEDED,
} from './fixtures/sync-rows.ts';
import { claimSync, finishAttempt, readSyncStanding, supersedeSync, type ClaimedSync } from './sync-store.ts';

const db = ofSuite(() => openTestDatabase(4, 'sync test'));
beforeEach(() => forgetSyncs(db));

const addSync = (action: string, ordinal: number, reservationId?: string) =>
  addSyncTo(db, action, ordinal, reservationId);
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
    expect(await row(second)).toMatchObject({ state: 'superseded', last_status: 422 });
    expect(await finishAttempt(db, await claim(third), SUCCEEDED)).toEqual({ lost: false, next: null });
  });

  test('are superseded when something later waits and the gateway never heard of them, not else', async () => {
    const [first, second] = [await addSync('confirm', 1), await addSync('cancel', 2)];
    expect(await readSyncStanding(db.prisma, first)).toMatchObject({ isOvertaken: true });
    expect(await readSyncStanding(db.prisma, second)).toMatchObject({ isOvertaken: false });
    expect(await supersedeSync(db, second)).toBeNull();
    expect(await supersedeSync(db, first)).toEqual({
      id: second,
      action: 'cancel',
      requestId: null,
      traceparent: null,
    });
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

  test('are not overtaken by a later one while an operator has the earlier tried again', async () => {
    const first = await addSync('confirm', 1);
    await finishAttempt(db, await claim(first), { state: 'failed', status: 500, error: 'no' });
    const second = await addSync('cancel', 2);
    const other = openDatabase(db.url, { poolMax: 1, applicationName: 'operator' });
    let taken: Promise<ClaimedSync | null> | undefined;
    await other.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE warehouse_syncs SET state = 'pending', next_attempt_at = clock_timestamp() WHERE id = ${first}::uuid`;
      taken = claimSync(db.prisma, second, CLAIM_MS);
      await eventually(async () => {
        const [waiting] = await tx.$queryRaw<object[]>`
          SELECT
          FROM pg_stat_activity
          WHERE application_name = 'sync test'
            AND wait_event_type = 'Lock'`;
        return waiting !== undefined;
      });
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
