import { findCounterIssues, openDatabase } from '@holdfast/db';
import { createTestDatabase } from '@holdfast/testing';
import { fillDatabase } from '../preload/fill.ts';
import { fillOpenHolds } from './open-holds.ts';

test('open holds beside old reservations leave the counters right, over several chunks', async () => {
  const database = await createTestDatabase();
  const db = openDatabase(database.url, { poolMax: 2, applicationName: 'open holds test' });
  const progress: number[] = [];
  try {
    await fillDatabase(database.url, 500);
    await fillOpenHolds(database.url, 250, (done) => progress.push(done), 100);
    expect(progress).toEqual([100, 200, 250]);
    expect(
      await db.prisma.$queryRaw`
      SELECT count(*)::integer AS held, min(expires_at) > now() AS "areAlive"
      FROM reservations
      WHERE status = 'held'`,
    ).toEqual([{ held: 250, areAlive: true }]);
    expect(await findCounterIssues(db, 10)).toEqual([]);
  } finally {
    await db.close();
    await database.drop();
  }
});
