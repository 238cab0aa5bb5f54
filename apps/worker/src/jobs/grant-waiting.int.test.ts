import { newId } from '@holdfast/ledger';
import { EAST, inLine, line, release, reserve, setStock } from '@holdfast/testing/vocabulary';
import { Registry } from 'prom-client';
import { watchWaitingLine } from '../gauges/fleet-gauges.ts';
import { startUpkeep } from '../upkeep.ts';
import { workerOfTest } from '../testing/test-worker.ts';

const worker = workerOfTest();

const submit = (command: Parameters<typeof worker.context.ledger.submit>[0]) =>
  worker.context.ledger.submit(command);

/** `units` of a mug that are held, and so many who wait for one each. */
async function crowd(units: number, waiting: number): Promise<string> {
  const { prisma } = worker.context.database;
  await prisma.$executeRaw`INSERT INTO locations (location) VALUES (${EAST}) ON CONFLICT DO NOTHING`;
  await prisma.$executeRaw`INSERT INTO skus (sku) VALUES ('MUG')`;
  await submit(setStock('MUG', units));
  const held = newId();
  await submit(reserve(held, [line('MUG', units)]));
  await Promise.all(Array.from({ length: waiting }, () => submit(reserve([line('MUG')], inLine()))));
  return held;
}

async function countBy(status: string): Promise<number> {
  const [row] = await worker.context.database.prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::integer FROM reservations WHERE status = ${status}`;
  return row?.count ?? Number.NaN;
}

test('all that is free is given to those in line, however many they are', async () => {
  const held = await crowd(60, 80);
  await submit(release(held));
  await worker.run('grant-waiting', { sku: 'MUG' });
  expect([await countBy('held'), await countBy('waiting')]).toEqual([60, 20]);
});

test('a second job for the same SKU finds nothing to do', async () => {
  const held = await crowd(2, 3);
  await submit(release(held));
  await Promise.all([1, 2].map(() => worker.run('grant-waiting', { sku: 'MUG' })));
  expect([await countBy('held'), await countBy('waiting')]).toEqual([2, 1]);
});

test('where a job was lost, the timer of a worker asks for it: as long as there is something to give', async () => {
  const held = await crowd(1, 2);
  const upkeep = startUpkeep(worker.context);
  await upkeep.now();
  expect(worker.asked.grants).toEqual([]);
  await submit(release(held));
  await upkeep.now();
  expect(worker.asked.grants).toEqual(['MUG']);
  await worker.run('grant-waiting', { sku: 'MUG' });
  await upkeep.now();
  await upkeep.stop();
  expect(worker.asked.grants).toEqual(['MUG']);
});

test.each([
  ['SKU', 'UPDATE skus SET active ='],
  ['location', 'UPDATE locations SET active ='],
])('when a %s is switched on, the review of stock asks for it', async (_what, setActive) => {
  const { prisma } = worker.context.database;
  const held = await crowd(1, 2);
  await prisma.$executeRawUnsafe(`${setActive} false`);
  await submit(release(held));
  await worker.run('review-stock', {});
  expect(worker.asked.grants).toEqual([]);
  await prisma.$executeRawUnsafe(`${setActive} true`);
  await worker.run('review-stock', {});
  expect(worker.asked.grants).toEqual(['MUG']);
});

test('those in line are counted, and SKUs whose free units they do not get', async () => {
  const registry = new Registry();
  const { database, ledger } = worker.context;
  watchWaitingLine(registry, database);
  const figures = async () => {
    const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('holdfast_'));
    return Object.fromEntries(lines.map((line) => line.split(' ')));
  };
  const held = await crowd(1, 2);
  await ledger.submit(release(held));
  expect(await figures()).toEqual({ holdfast_waiting_reservations: '2', holdfast_skus_not_granted: '0' });
  await database.prisma.$executeRaw`UPDATE stock_levels SET updated_at = updated_at - interval '11 s'`;
  expect(await figures()).toMatchObject({ holdfast_skus_not_granted: '1' });
  await worker.run('grant-waiting', { sku: 'MUG' });
  expect(await figures()).toEqual({ holdfast_waiting_reservations: '1', holdfast_skus_not_granted: '0' });
});

test('after its time, what waited is expired by the job that expires holds, without a sync', async () => {
  await crowd(1, 2);
  const { prisma } = worker.context.database;
  await prisma.$executeRaw`UPDATE reservations SET waiting_until = clock_timestamp() WHERE status = 'waiting'`;
  await prisma.$executeRaw`
    UPDATE waiting_lines SET waiting_until = r.waiting_until FROM reservations r WHERE r.id = reservation_id`;
  await worker.run('expire-due-holds', { bucket_ms: 0 });
  expect([await countBy('expired'), await countBy('waiting')]).toEqual([2, 0]);
  const events =
    await prisma.$queryRaw`SELECT type, count(*)::integer FROM events GROUP BY type ORDER BY type`;
  expect(events).toEqual([
    { type: 'warehouse.inventory.expired', count: 2 },
    { type: 'warehouse.inventory.reserved', count: 1 },
    { type: 'warehouse.inventory.waiting', count: 2 },
  ]);
  expect(await prisma.$queryRaw`SELECT FROM warehouse_syncs`).toEqual([]);
});
