import { readNextDueTime } from '@holdfast/reservations';
import { checkLedgerInvariants } from '@holdfast/testing';
import { extend, line, reserve, setStock } from '@holdfast/testing/vocabulary';
import { databaseAway, openTestWorker, workerOfTest } from './testing/test-worker.ts';

const worker = workerOfTest();
const TTL = 3_600;

const run = (by = worker, replaced = {}) => by.run('expire-due-holds', { bucket_ms: 0 }, replaced);

async function hold(notifyBeforeSeconds: number | null): Promise<string> {
  const { ledger, database } = worker.context;
  await database.prisma.$executeRaw`INSERT INTO skus (sku) VALUES ('MUG') ON CONFLICT DO NOTHING`;
  await database.prisma.$executeRaw`INSERT INTO locations (location) VALUES ('EAST') ON CONFLICT DO NOTHING`;
  await ledger.submit(setStock('MUG', 100));
  const { outcome } = await ledger.submit(reserve([line('MUG')], { ttlSeconds: TTL, notifyBeforeSeconds }));
  if (!outcome.ok) throw new Error(outcome.refusal.detail);
  return outcome.reservation.id;
}

async function announced(): Promise<readonly string[]> {
  const rows = await worker.context.database.prisma.$queryRaw<{ subject: string }[]>`
    SELECT subject FROM events WHERE type = 'warehouse.inventory.expiring' ORDER BY id`;
  return rows.map(({ subject }) => subject);
}

async function notices(): Promise<number> {
  const rows = await worker.context.database.prisma.$queryRaw<unknown[]>`SELECT FROM expiry_notices`;
  return rows.length;
}

test('holds are announced once, by two workers at the same time too, and others are not', async () => {
  const due = [await hold(TTL), await hold(TTL), await hold(TTL)];
  await hold(60);
  await hold(null);
  const other = await openTestWorker(worker.databaseUrl);
  await Promise.all([run(), run(other), run(), run(other)]);
  await other.close();
  expect((await announced()).toSorted()).toEqual(due.toSorted());
  expect(await notices()).toBe(1);
  await run();
  expect(await announced()).toHaveLength(3);
  expect(await checkLedgerInvariants(worker.databaseUrl)).toEqual([]);
});

test('one whose worker ended after it was published is not published again', async () => {
  const id = await hold(TTL);
  await worker.context.ledger.submit({ kind: 'notify-expiring', reservationId: id });
  await run();
  expect(await announced()).toEqual([id]);
  expect(await notices()).toBe(0);
});

test('a hold that is extended is announced again, and a failed attempt is made up for', async () => {
  const id = await hold(TTL);
  await run();
  await worker.context.ledger.submit(extend(id, TTL + 30, { holdMaxSeconds: 2 * TTL }));
  await worker.context.database.prisma.$executeRaw`
    UPDATE reservations SET notify_before_seconds = 7200 WHERE id = ${id}::uuid`;
  await worker.context.database.prisma.$executeRaw`UPDATE expiry_notices SET notify_at = now()`;
  const away = databaseAway();
  await expect(run(worker, { database: away })).rejects.toBeDefined();
  await away.close();
  await run();
  expect(await announced()).toEqual([id, id]);
});

test('the next job is asked for at the time of an announcement', async () => {
  await hold(60);
  const { now, dueAt } = await readNextDueTime(worker.context.database.prisma);
  expect((dueAt ?? 0) - now).toBeLessThanOrEqual((TTL - 60) * 1000);
  expect((dueAt ?? 0) - now).toBeGreaterThan((TTL - 120) * 1000);
});
