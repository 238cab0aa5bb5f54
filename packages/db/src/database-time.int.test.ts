import { readDatabaseTime, readTimeOf } from './database-time.ts';
import { openTestDatabase, type OpenTestDatabase } from './fixtures/open-test-database.ts';

let db: OpenTestDatabase;

beforeAll(async () => {
  db = await openTestDatabase(1);
});
afterAll(() => db.close());

test.each([
  ['by an open connection', () => readDatabaseTime(db.prisma)],
  ['by a connection of its own', () => readTimeOf(db.url, 'time test')],
])('the database’s time is read in milliseconds %s', async (_how, read) => {
  const before = Date.now();
  const time = await read();
  expect(time).toBeGreaterThanOrEqual(before - 1); // one machine, one clock
  expect(time).toBeLessThanOrEqual(Date.now() + 1);
});
