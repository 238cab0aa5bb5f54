import { randomUUID } from 'node:crypto';
import { together, ofSuite } from '@holdfast/testing';
import {
  countDeadEvents,
  deleteDeadEvents,
  keepDeadEvents,
  readDeadEventIds,
  readDeadEvents,
  renewDeadEvent,
  touchDeadEvent,
  type DeadEventFound,
} from './dead-event-store.ts';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';

const db = ofSuite(() => openTestDatabase(8));

const found = (id: string): DeadEventFound => ({
  id: randomUUID(),
  event: { source: '/orders', id, type: 'made.up' },
  problem: { code: 'validation_failed' },
});
const processed = (id: string) => ({ event: { source: '/orders', id }, isNew: true });
const all = { source: null, type: null, after: null, limit: 200 };

test('many that keep and forget the same events at once do not stand in each other’s way', async () => {
  const names = Array.from({ length: 50 }, (_, number) => `e-${number}`);
  const settled = await together(24, async (number) => {
    const mine = number % 2 === 0 ? names : names.toReversed();
    if (number % 3 === 0) await deleteDeadEvents(db.prisma, mine.map(processed), 'shop');
    else await keepDeadEvents(db.prisma, mine.map(found), 'shop');
  });
  expect(settled.filter(({ status }) => status === 'rejected')).toEqual([]);
  await deleteDeadEvents(db.prisma, names.map(processed), 'shop');
  expect(await countDeadEvents(db.prisma)).toBe(0);
});

test('of those that are forgotten, the others stay, also of another source', async () => {
  await keepDeadEvents(db.prisma, ['a', 'b'].map(found), 'shop');
  const ofOther = { event: { source: '/other', id: 'b' }, isNew: true };
  await deleteDeadEvents(db.prisma, [processed('a'), ofOther], 'shop');
  expect(await readDeadEvents(db.prisma, all)).toMatchObject([{ event_id: 'b' }]);
  expect(await countDeadEvents(db.prisma)).toBe(1);
});

test('a deleted dead event is not stored again', async () => {
  await renewDeadEvent(db.prisma, randomUUID(), { code: 'unknown_sku' });
  expect(await readDeadEvents(db.prisma, all)).toMatchObject([{ problem: { code: 'validation_failed' } }]);
});

test('one that was tried again and is dead for the same reason is the last to be tried', async () => {
  await keepDeadEvents(db.prisma, ['x', 'y'].map(found), 'shop');
  const of = { source: null, type: null, limit: 200 };
  const [first = ''] = await readDeadEventIds(db.prisma, of);
  await touchDeadEvent(db.prisma, first);
  const after = await readDeadEventIds(db.prisma, of);
  expect(after.length).toBeGreaterThan(1);
  expect(after.at(-1)).toBe(first);
});
