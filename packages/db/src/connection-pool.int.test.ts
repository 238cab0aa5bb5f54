import { EventEmitter, once } from 'node:events';
import { createTestDatabase, eventually, type TestDatabase } from '@holdfast/testing';
import { openDatabase, type Database } from './client.ts';

let testDatabase: TestDatabase;
let db: Database;
const waits: number[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  db = openDatabase(testDatabase.url, { poolMax: 1, applicationName: 'pool test' });
  db.pool.onWaited((ms) => waits.push(ms));
});
afterAll(async () => {
  await db.close();
  await testDatabase.drop();
});

const busy = () => ({ max: db.pool.max, inUse: db.pool.inUse, waiting: db.pool.waiting });

test('a pool says how many connections are at work, how many callers wait, and how long each has waited', async () => {
  const gate = new EventEmitter();
  const opened = once(gate, 'open');
  const transaction = db.prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1`;
    await opened;
  });
  await eventually(() => db.pool.inUse === 1 && waits.length === 1);
  const since = performance.now();
  const statement = db.prisma.$queryRaw`SELECT 1`.then(() => performance.now());
  await eventually(() => db.pool.waiting === 1);
  expect(busy()).toEqual({ max: 1, inUse: 1, waiting: 1 });

  const blockedFor = performance.now() - since;
  gate.emit('open');
  await transaction;
  const tookMs = (await statement) - since;
  expect(waits).toHaveLength(2);
  expect(waits[1]).toBeGreaterThanOrEqual(blockedFor - 20); // Prisma asks for the connection a moment later
  expect(waits[1]).toBeLessThanOrEqual(tookMs);
  await eventually(() => db.pool.inUse === 0);
  expect(busy()).toEqual({ max: 1, inUse: 0, waiting: 0 });
});

test('whoever waits in vain has waited too', async () => {
  const away = openDatabase('postgresql://nobody@127.0.0.1:1/nothing', {
    poolMax: 1,
    applicationName: 'away',
  });
  const inVain: number[] = [];
  away.pool.onWaited((ms) => inVain.push(ms));
  await expect(away.prisma.$queryRaw`SELECT 1`).rejects.toThrow("Can't reach database");
  expect(inVain).toEqual([expect.any(Number)]);
  await away.close();
});
