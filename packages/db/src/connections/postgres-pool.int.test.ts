import { EventEmitter, once } from 'node:events';
import { eventually, ofSuite } from '@holdfast/testing';
import { openDatabase } from '../database.ts';
import { openTestDatabase } from '../fixtures/open-test-database.ts';

const waits: number[] = [];

const db = ofSuite(() => openTestDatabase(1));
beforeAll(async () => {
  db.pool.onWaited((ms) => waits.push(ms));
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
  const waitsSince = performance.now();
  expect(busy()).toEqual({ max: 1, inUse: 1, waiting: 1 });

  const waitedMs = performance.now() - waitsSince;
  gate.emit('open');
  await transaction;
  const tookMs = (await statement) - since;
  expect(waits).toHaveLength(2);
  expect(waits[1]).toBeGreaterThanOrEqual(waitedMs);
  expect(waits[1]).toBeLessThanOrEqual(tookMs);
  await eventually(() => db.pool.inUse === 0);
  expect(busy()).toEqual({ max: 1, inUse: 0, waiting: 0 });
});

test('callers that get no connection are counted as waiting too', async () => {
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

/** In milliseconds. */
async function longestWaitAt(url: string): Promise<number> {
  const own = openDatabase(url, { poolMax: 1, applicationName: 'limits' });
  await own.close();
  return own.pool.waitMaxMs;
}

test('a caller waits for a connection as long as the URL says, or else as long as the service does', async () => {
  const url = 'postgresql://holdfast@127.0.0.1:1/nothing';
  expect(await longestWaitAt(`${url}?connect_timeout=7`)).toBe(7_000);
  expect(await longestWaitAt(url)).toBe(2_500);
});

test('a pool that was too busy to answer in time counts as writable once it has answered', async () => {
  const gate = new EventEmitter();
  const holdConnection = (opened: Promise<unknown>) =>
    db.prisma.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1`;
      await opened;
    });
  const first = holdConnection(once(gate, 'first'));
  await eventually(() => db.pool.inUse === 1);
  expect(await db.canWrite(50)).toBe(false); // the check still waits for the connection
  const second = holdConnection(once(gate, 'second'));
  await eventually(() => db.pool.waiting === 2);
  gate.emit('first');
  await first;
  await eventually(() => db.pool.waiting === 0 && db.pool.inUse === 1);
  const canWrite = await db.canWrite(50);
  gate.emit('second');
  await second;
  expect(canWrite).toBe(true);
});
