import { randomUUID } from 'node:crypto';
import { eventually, queueBackends } from '@holdfast/testing';
import type { JobName } from './job-catalog.ts';
import { type Consumer, startConsumer } from './consumer.ts';
import { connectTo, createQueuePlace, type OwnQueuePlace } from './fixtures/queue-place.ts';
import { handlersWith, recordingLog } from './fixtures/recorder.ts';
import { createProducer, type Producer } from './producer.ts';

const HOUR_MS = 3_600_000;

/** Runs `work` as a process whose clock is an hour ahead: what it queues for now is due in an hour. */
async function anHourAhead(work: () => Promise<unknown>): Promise<void> {
  const now = Date.now;
  const spy = jest.spyOn(Date, 'now').mockImplementation(() => now() + HOUR_MS);
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
}

describe.each(queueBackends)('jobs of a process whose clock was an hour ahead, on $name', ({ redisUrl }) => {
  let place: OwnQueuePlace;
  let producer: Producer;
  let consumer: Consumer | undefined;
  const { log } = recordingLog();

  beforeEach(async () => {
    place = await createQueuePlace(redisUrl);
    producer = await createProducer(connectTo(place), { log });
  });

  afterEach(async () => {
    await consumer?.close(1_000);
    await producer.close();
    await place.drop();
  });

  const queueOf = (name: string) => {
    const queue = producer.boardQueues().find((each) => each.name === name);
    if (!queue) throw new Error(`no queue ${name}`);
    return queue;
  };

  async function runsOf(name: JobName): Promise<() => number> {
    let runs = 0;
    const handler = () => {
      runs += 1;
      return Promise.resolve();
    };
    consumer = await startConsumer(connectTo(place), handlersWith({ [name]: handler }), { log });
    return () => runs;
  }

  const importId = randomUUID();
  const runId = randomUUID();
  const syncId = randomUUID();
  const dueMs = Math.ceil(Date.now() / 250) * 250;

  test.each<[JobName, string, string, object, (asked: Producer) => Promise<unknown>]>([
    ['publish-events', 'events', 'publish-events', {}, (asked) => Promise.resolve(asked.wakePublisher())],
    [
      'publish-to-sink',
      'events',
      'streams',
      { sink: 'streams' },
      async (asked) => {
        await asked.dropStranded('publish-to-sink', ['streams']);
        await asked.wakeSinks(['streams']);
      },
    ],
    [
      'import-stock',
      'stock-import',
      importId,
      { import_id: importId },
      (asked) => asked.enqueueImport(importId),
    ],
    [
      'reconcile-stale',
      'reconcile',
      runId,
      { run_id: runId, trigger: 'manual' },
      (asked) => asked.enqueueReconcile({ run_id: runId, trigger: 'manual' }),
    ],
    ['review-stock', 'housekeeping', 'review-stock', {}, (asked) => asked.enqueueStockReview()],
    [
      'sync-reservation',
      'warehouse-sync',
      syncId,
      { sync_id: syncId },
      (asked) => asked.enqueueSyncs([{ id: syncId, action: 'confirm' }]),
    ],
    [
      'expire-due-holds',
      'expiry',
      `due-${dueMs}`,
      { bucket_ms: dueMs },
      (asked) => asked.ensureExpiryJobs([dueMs], dueMs),
    ],
  ])('%s runs when it is queued again', async (name, queue, id, data, ask) => {
    await anHourAhead(() =>
      queueOf(queue).add(name, data, { delay: 1, deduplication: { id, keepLastIfActive: true } }),
    );
    const runs = await runsOf(name);
    expect(await queueOf(queue).getDelayedCount()).toBe(1);
    await ask(producer);
    await eventually(() => runs() === 1);
  });

  test.each<[JobName, string, (asked: Producer) => Promise<unknown>]>([
    ['reconcile-stale', 'reconcile', (asked) => asked.scheduleReconcile(60)],
    ['forget-old-rows', 'housekeeping', (asked) => asked.schedulePurge(60)],
  ])('the schedule of %s continues', async (name, queue, schedule) => {
    await anHourAhead(() => schedule(producer));
    const runs = await runsOf(name);
    await schedule(producer);
    await eventually(() => runs() > 0);
    await eventually(async () => {
      const [next] = await queueOf(queue).getDelayed();
      expect(next?.delay).toBeLessThanOrEqual(60_000);
    });
  });
});
