import { eventually, ofSuite } from '@holdfast/testing';
import { Registry } from 'prom-client';
import { watchShortfalls } from './fleet-gauges.ts';
import { addHolds, databaseAway, openOwnWorker } from '../testing/test-worker.ts';

const worker = ofSuite(openOwnWorker);

const valueIn = (text: string) => (name: string) =>
  new RegExp(`^${name}(?:{.*})? (.*)$`, 'm').exec(text)?.[1];

async function shortfalls(registry: Registry): Promise<unknown> {
  const text = await registry.metrics();
  return ['holdfast_stock_levels_short', 'holdfast_stock_shortfall_units'].map(valueIn(text));
}

test('shortfalls are gauges, read when they are asked for', async () => {
  const { registry, database } = worker.context;
  // The first scrape of all may be answered before the database has.
  await eventually(async () => expect(await shortfalls(registry)).toEqual(['0', '0']));
  await addHolds(database, 'SOLD', { count: 5 });
  await addHolds(database, 'LOST', { count: 3 });
  await database.prisma.$executeRaw`UPDATE stock_levels SET on_hand = 1, shortfall = reserved - 1`;
  expect(await shortfalls(registry)).toEqual(['2', '6']);
});

test('without the database the scrape is answered all the same, and claims nothing', async () => {
  const registry = new Registry();
  const database = databaseAway();
  watchShortfalls(registry, database);
  expect(await shortfalls(registry)).toEqual(['Nan', 'Nan']);
  await database.close();
});
