import { openDatabase, type Database } from '@holdfast/db';
import { createTestDatabase, ofSuite } from '@holdfast/testing';
import { moveSinkCursor, readSinkCursor } from './sink-cursor-store.ts';

const suite = ofSuite(async () => {
  const test = await createTestDatabase();
  const database: Database = openDatabase(test.url, { poolMax: 2, applicationName: 'test' });
  return {
    db: database.prisma,
    async close(): Promise<void> {
      await database.close();
      await test.drop();
    },
  };
});

test('a cursor begins before the first event, and moves forward only', async () => {
  const { db } = suite;
  expect(await readSinkCursor(db, 'kafka')).toBe(0);
  await moveSinkCursor(db, 'kafka', 7);
  await moveSinkCursor(db, 'kafka', 5);
  expect(await readSinkCursor(db, 'kafka')).toBe(7);
  expect(await readSinkCursor(db, 'other')).toBe(0);
});
