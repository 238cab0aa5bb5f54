import { together, ofTest } from '@holdfast/testing';
import { openDatabase } from '@holdfast/db';
import { readEvents, readNewestPosition } from './event-feed-store.ts';
import { EVERY_EVENT } from './event-filter.ts';
import {
  purgeDeliveries,
  purgeEventPositions,
  purgeEvents,
  purgeDeadEvents,
} from './event-retention-store.ts';
import { sequenceEvents } from './event-sequencer-store.ts';
import { openTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { rowsRead } from '../../db/src/fixtures/rows-read.ts';
import type { Purge } from '@holdfast/db';

const db = ofTest(() => openTestDatabase(4));

async function chunksOf(forgetting: Purge): Promise<number[]> {
  const chunks = [];
  for await (const count of forgetting) chunks.push(count);
  return chunks;
}

/** So many events of that age, which have their places. */
async function addEvents(count: number, age: string): Promise<void> {
  await db.prisma.$executeRaw`
    INSERT INTO events (id, type, subject, time, data)
    SELECT
      (
        lpad(to_hex((extract(epoch FROM statement_timestamp() - ${age}::interval) * 1000)::bigint), 12, '0')
        || '7' || lpad(to_hex(n), 19, '0')
      )::uuid,
      'type', 's', statement_timestamp() - ${age}::interval, '{}'
    FROM generate_series(1, ${count}::integer) AS n`;
  await sequenceEvents(db, { eventsMax: 100_000 });
}

async function positions(): Promise<{ count: number; first: number; last: number }> {
  const [row] = await db.prisma.$queryRaw<{ count: number; first: number; last: number }[]>`
    SELECT count(*)::integer AS count, min(position)::integer AS first, max(position)::integer AS last
    FROM event_positions`;
  return row ?? { count: Number.NaN, first: Number.NaN, last: Number.NaN };
}

describe('places', () => {
  test('of events that are forgotten go, chunk by chunk, and a reader goes on where it was', async () => {
    await addEvents(4_500, '31 days');
    await addEvents(20, '1 day');
    expect(await chunksOf(purgeEventPositions(db))).toEqual([]); // their events are there
    await chunksOf(purgeEvents(db, 30));
    expect(await chunksOf(purgeEventPositions(db))).toEqual([2_000, 2_000, 500]);
    expect(await positions()).toEqual({ count: 20, first: 4_501, last: 4_520 });
    const { events } = await readEvents(db.prisma, { after: 100, filter: EVERY_EVENT, limit: 5 });
    expect(events.map(({ position }) => position)).toEqual([4_501, 4_502, 4_503, 4_504, 4_505]);
  });

  test('are never given again, also when all are forgotten', async () => {
    await addEvents(3, '31 days');
    await chunksOf(purgeEvents(db, 30));
    await chunksOf(purgeEventPositions(db));
    expect(await positions()).toMatchObject({ count: 0 });
    await addEvents(1, '1 day');
    expect(await positions()).toEqual({ count: 1, first: 4, last: 4 });
    expect(await readNewestPosition(db.prisma)).toBe(4);
  });

  test('behind one that is kept stay, so that there is no gap', async () => {
    await addEvents(5, '31 days');
    await addEvents(1, '1 day');
    await addEvents(5, '32 days');
    await chunksOf(purgeEvents(db, 30));
    await chunksOf(purgeEventPositions(db));
    expect(await positions()).toEqual({ count: 6, first: 6, last: 11 });
  });

  test('are forgotten once by two who forget at once', async () => {
    await addEvents(9_000, '31 days');
    await chunksOf(purgeEvents(db, 30));
    const both = await together(2, () => chunksOf(purgeEventPositions(db)));
    const taken = both.flatMap((each) => (each.status === 'fulfilled' ? each.value : [Number.NaN]));
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(9_000);
    expect(await positions()).toMatchObject({ count: 0 });
  });
});

const addDelivery = (name: string, endpointId: string, state: string, age: string) => db.prisma.$executeRaw`
  INSERT INTO webhook_deliveries (
    id, endpoint_id, event_id, event_type, ordering_key, cause, state, created_at, finished_at
  )
  SELECT
    (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(${name}), 1, 19))::uuid,
    ${endpointId}::uuid, gen_random_uuid(), 't', ${name}, 'event', ${state}, at,
    CASE WHEN ${state} <> 'pending' THEN at END
  FROM (SELECT statement_timestamp() - ${age}::interval AS at) old`;

describe('deliveries', () => {
  const ENDPOINT = '0199b0c4-5f0e-7c3a-9d55-000000000001';
  const REMOVED = '0199b0c4-5f0e-7c3a-9d55-000000000002';

  test('that have ended long ago go, and all old ones of an endpoint that was removed; what waits stays', async () => {
    await db.prisma.$executeRaw`
      INSERT INTO webhook_endpoints (id, url, secret, cursor) VALUES (${ENDPOINT}::uuid, 'https://a.example', 's', 0)`;
    await addDelivery('old', ENDPOINT, 'succeeded', '31 days');
    await addDelivery('given up', ENDPOINT, 'failed', '31 days');
    await addDelivery('waits', ENDPOINT, 'pending', '40 days');
    await addDelivery('young', ENDPOINT, 'succeeded', '29 days');
    await addDelivery('no endpoint’s', REMOVED, 'pending', '31 days');
    await addDelivery('no endpoint’s, young', REMOVED, 'pending', '1 day');
    expect(await chunksOf(purgeDeliveries(db, 30))).toEqual([3]);
    const left = await db.prisma.$queryRaw<{ name: string }[]>`
      SELECT ordering_key AS name FROM webhook_deliveries ORDER BY name`;
    expect(left.map(({ name }) => name)).toEqual(['no endpoint’s, young', 'waits', 'young']);
  });

  test('are read by their index, and no more of them than are deleted', async () => {
    await db.prisma.$executeRaw`
      INSERT INTO webhook_deliveries (id, endpoint_id, event_id, event_type, ordering_key, cause, state, finished_at)
      SELECT
        (
          lpad(to_hex((extract(epoch FROM statement_timestamp() - age) * 1000)::bigint), 12, '0')
          || '7' || lpad(to_hex(n), 19, '0')
        )::uuid,
        ${ENDPOINT}::uuid, gen_random_uuid(), 't', 'k', 'event', 'succeeded', statement_timestamp() - age
      FROM generate_series(1, 20000) AS n,
        LATERAL (SELECT CASE WHEN n <= 3000 THEN interval '31 days' ELSE interval '1 day' END AS age) old`;
    const one = openDatabase(db.url, { poolMax: 1, applicationName: 'one connection' });
    const before = await rowsRead(one, 'webhook_deliveries');
    expect(await chunksOf(purgeDeliveries(one, 30))).toEqual([2_000, 1_000]);
    const after = await rowsRead(one, 'webhook_deliveries');
    await one.close();
    expect(after.scanned - before.scanned).toBeLessThan(1_000);
    expect(after.byIndex - before.byIndex).toBeLessThan(10_000);
  });
});

test('dead events that were not tried for the retention time are deleted', async () => {
  await db.prisma.$executeRaw`
    INSERT INTO dead_events (id, source, event_id, type, event, problem, caller, received_at, last_tried_at)
    VALUES
      (gen_random_uuid(), 's', 'old', 't', '{}', '{}', 'c', now() - interval '40 d', now() - interval '31 d'),
      (gen_random_uuid(), 's', 'tried', 't', '{}', '{}', 'c', now() - interval '40 d', now() - interval '29 d')`;
  expect(await chunksOf(purgeDeadEvents(db, 30))).toEqual([1]);
  const left = await db.prisma.$queryRaw`SELECT event_id FROM dead_events`;
  expect(left).toEqual([{ event_id: 'tried' }]);
});
