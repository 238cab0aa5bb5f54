import { randomUUID } from 'node:crypto';
import { openDatabase } from '@holdfast/db';
import { keepDeadEvents } from '@holdfast/events';
import { createTestDatabase, eventually } from '@holdfast/testing';
import { Registry } from 'prom-client';
import { watchDeadEvents } from './fleet-gauges.ts';

test('dead events are counted when they are asked for', async () => {
  const testDatabase = await createTestDatabase();
  const database = openDatabase(testDatabase.url, { poolMax: 2, applicationName: 'test' });
  const registry = new Registry();
  watchDeadEvents(registry, database);
  const count = async () => /^holdfast_dead_events (.*)$/m.exec(await registry.metrics())?.[1];
  // The first scrape of all may be answered before the database has.
  await eventually(async () => expect(await count()).toBe('0'));
  const dead = ['a', 'b'].map((id) => ({
    id: randomUUID(),
    event: { source: '/orders', id, type: 'made.up' },
    problem: {},
  }));
  await keepDeadEvents(database.prisma, dead, 'orders');
  expect(await count()).toBe('2');
  await database.close();
  await testDatabase.drop();
});
