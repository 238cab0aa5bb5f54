import { sequenceEvents } from '@holdfast/events';
import { eventually, ofSuite } from '@holdfast/testing';
import { Registry } from 'prom-client';
import { addEvents, addWebhook, databaseAway, openOwnWorker } from '../testing/test-worker.ts';
import { watchEvents } from './event-gauges.ts';

const worker = ofSuite(openOwnWorker);

/** The value that Prometheus would read; NaN if there is no such series. */
function readFrom(registry: Registry) {
  return async (series: string): Promise<number> => {
    const found = (await registry.metrics()).split('\n').find((line) => line.startsWith(`${series} `));
    return Number(found?.slice(series.length) ?? Number.NaN);
  };
}

test('events that are not delivered to every sink are shown', async () => {
  const { database, sinks } = worker.context;
  const { prisma } = database;
  const endpoint = await addWebhook(database);
  await addWebhook(database, { enabled: false });
  await addEvents(database, 3);
  await sequenceEvents(database, { eventsMax: 10 });
  await addEvents(database, 1);
  await prisma.$executeRaw`UPDATE event_notes SET noted_at = noted_at - interval '90 s'`;
  await prisma.$executeRaw`
    INSERT INTO webhook_deliveries (
      id, endpoint_id, event_id, event_type, ordering_key, cause, state, created_at, next_attempt_at, finished_at
    )
    VALUES
      (gen_random_uuid(), ${endpoint}::uuid, gen_random_uuid(), 't', 'a', 'event', 'pending', now() - interval '50 s', now(), NULL),
      (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 't', 'a', 'event', 'pending', now() - interval '1 h', now(), NULL),
      (gen_random_uuid(), ${endpoint}::uuid, gen_random_uuid(), 't', 'b', 'event', 'failed', now(), NULL, now())`;
  const registry = new Registry();
  const value = readFrom(registry);
  watchEvents(registry, database, sinks);
  await eventually(async () => expect(await value('holdfast_events_newest_position')).toBe(3));
  expect(await value('holdfast_events_oldest_unnumbered_seconds')).toBeGreaterThanOrEqual(90);
  expect(await value(`holdfast_sink_events_behind{sink="webhook-${endpoint}"}`)).toBe(3);
  expect(await value('holdfast_webhook_oldest_delivery_seconds')).toBeGreaterThanOrEqual(50);
  expect(await value('holdfast_webhook_oldest_delivery_seconds')).toBeLessThan(3_000); // of no endpoint
  expect(await value('holdfast_webhook_deliveries_failed')).toBe(1);
  expect(await value('holdfast_webhook_endpoints_disabled')).toBe(1);
});

test('without the database the scrape is answered all the same, and claims nothing', async () => {
  const registry = new Registry();
  const database = databaseAway();
  watchEvents(registry, database, worker.context.sinks);
  const value = readFrom(registry);
  expect(await value('holdfast_events_newest_position')).toBeNaN();
  expect(await value('holdfast_webhook_deliveries_failed')).toBeNaN();
  await database.close();
});
