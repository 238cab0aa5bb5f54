import { createProducer, queueConnection, type Producer } from '@holdfast/jobs';
import { newId } from '@holdfast/ledger';
import { queueBackends, uniquePrefix, ofSuite } from '@holdfast/testing';
import { Registry } from 'prom-client';
import { addHolds, databaseAway, openOwnWorker } from '../testing/test-worker.ts';
import { watchHolds, watchQueues } from './fleet-gauges.ts';

const worker = ofSuite(openOwnWorker);
let registry: Registry;
beforeEach(() => {
  registry = new Registry();
});

/** The value that Prometheus would read; NaN if there is no such series. */
async function valueOf(series: string): Promise<number> {
  const found = (await registry.metrics()).split('\n').find((line) => line.startsWith(`${series} `));
  return Number(found?.slice(series.length) ?? Number.NaN);
}

const jobs = (queue: string, state: string) =>
  valueOf(`holdfast_queue_jobs{queue="${queue}",state="${state}"}`);

describe('holds', () => {
  test('are counted: those that live, those that are overdue, and for how long', async () => {
    const { database } = worker.context;
    await addHolds(database, 'ALIVE', { count: 3, dueInMs: 600_000 });
    await addHolds(database, 'DUE', { count: 2, dueInMs: -90_000 });
    watchHolds(registry, database);
    expect(await valueOf('holdfast_holds_active')).toBe(3);
    expect(await valueOf('holdfast_holds_overdue')).toBe(2);
    expect(await valueOf('holdfast_oldest_overdue_hold_seconds')).toBeGreaterThanOrEqual(90);

    await addHolds(database, 'MORE', { dueInMs: 600_000 });
    expect(await valueOf('holdfast_holds_active')).toBe(3); // not counted anew for each who asks
  });

  test('are not claimed to be none while the database is away', async () => {
    const database = databaseAway();
    watchHolds(registry, database);
    expect(await valueOf('holdfast_holds_active')).toBeNaN();
    await database.close();
  });
});

describe.each(queueBackends)('queues on $name', ({ redisUrl }) => {
  let producer: Producer;

  beforeAll(async () => {
    const namespace = redisUrl ? uniquePrefix() : undefined;
    producer = await createProducer(
      queueConnection({ databaseUrl: worker.databaseUrl, redisUrl, namespace }),
      {
        log: worker.context.log,
      },
    );
  });

  test('are counted by state', async () => {
    watchQueues(registry, producer);
    expect(await jobs('warehouse-sync', 'prioritized')).toBe(0);
    await producer.enqueueSyncs([
      { id: newId(), action: 'confirm' },
      { id: newId(), action: 'expire' },
      { id: newId(), action: 'expire', delayMs: 60_000 },
    ]);
    expect(await jobs('warehouse-sync', 'prioritized')).toBe(2);
    expect(await jobs('warehouse-sync', 'delayed')).toBe(1);
    expect(await jobs('expiry', 'failed')).toBe(0);
  });

  test('show nothing while they are away, and the scrape is answered all the same', async () => {
    watchQueues(registry, producer);
    await producer.close();
    expect(await registry.metrics()).toContain('# TYPE holdfast_queue_jobs gauge');
    expect(await jobs('expiry', 'failed')).toBeNaN();
  });
});
