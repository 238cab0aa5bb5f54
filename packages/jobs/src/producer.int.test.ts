import { randomUUID } from 'node:crypto';
import { eventually, queueBackends, timed } from '@holdfast/testing';
import type { QueueName } from './job-catalog.ts';
import { type Consumer, startConsumer } from './consumer.ts';
import { connectTo, createQueuePlace, openProducer, type OwnQueuePlace } from './fixtures/queue-place.ts';
import { createGate, handlersWith, recordingLog } from './fixtures/recorder.ts';
import type { Producer } from './producer.ts';

describe.each(queueBackends)('on $name', ({ redisUrl }) => {
  let place: OwnQueuePlace;
  let producer: Producer;
  let consumers: Consumer[];
  const { log } = recordingLog();

  beforeEach(async () => {
    place = await createQueuePlace(redisUrl);
    producer = await openProducer(place, log);
    consumers = [];
  });

  afterEach(async () => {
    await Promise.all(consumers.map((consumer) => consumer.close(1_000)));
    await producer.close();
    await place.drop();
  });

  async function consume(some: Parameters<typeof handlersWith>[0], concurrency = {}): Promise<void> {
    consumers.push(await startConsumer(connectTo(place), handlersWith(some), { log, concurrency }));
  }

  const scheduleReconcile = () => producer.scheduleReconcile(1);
  const schedulePurge = () => producer.schedulePurge(1);
  /** Repeats the schedule, with one run a second, until the job has run often enough. */
  const untilRun = (schedule: () => Promise<void>, queue: QueueName, hasRun: () => boolean) =>
    eventually(async () => {
      await schedule();
      await eventually(async () => (await producer.jobCounts())[queue].delayed === 1);
      return hasRun();
    });

  describe('an expiry job', () => {
    test('is one for all holds that fall due in the same quarter second, from any process', async () => {
      const other = await openProducer(place, log);
      const now = Date.now();
      const due = Math.ceil(now / 250) * 250 + 60_000;
      await Promise.all([
        producer.ensureExpiryJobs([due, due - 1, due - 249], now),
        producer.ensureExpiryJobs([due - 100], now),
        other.ensureExpiryJobs([due - 5, due + 1], now),
      ]);
      expect((await producer.jobCounts()).expiry).toMatchObject({ delayed: 2, waiting: 0 });
      await other.close();
    });

    test('is never early and at most 0.3 s late, also when a later one waits already', async () => {
      const ran: { bucketMs: number; at: number }[] = [];
      await consume({
        'expire-due-holds': ({ bucket_ms }) => {
          ran.push({ bucketMs: bucket_ms, at: Date.now() });
          return Promise.resolve();
        },
      });
      const now = Date.now();
      await producer.ensureExpiryJobs([now + 60_000], now);
      // The worker has seen it and sleeps until its time when earlier jobs arrive.
      await eventually(async () => (await producer.jobCounts()).expiry.delayed === 1);
      const later = Date.now();
      const due = Array.from({ length: 8 }, (_, index) => later + 2_000 - index * 150);
      const buckets = new Set(due.map((at) => Math.ceil(at / 250) * 250));
      const { allowedMs } = await timed(async () => {
        for (const dueAt of due) await producer.ensureExpiryJobs([dueAt], Date.now());
        await eventually(() => ran.length === buckets.size);
      });

      expect(new Set(ran.map(({ bucketMs }) => bucketMs))).toEqual(buckets);
      const lagsMs = ran.map(({ bucketMs, at }) => at - bucketMs);
      expect(Math.min(...lagsMs)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...lagsMs)).toBeLessThan(allowedMs(300));
    });

    test('runs once more when its time is asked for while it runs, and again after it is done', async () => {
      let runs = 0;
      const gate = createGate();
      await consume({
        'expire-due-holds': async () => {
          runs += 1;
          if (runs === 1) await gate.opened;
        },
      });
      const due = Math.ceil(Date.now() / 250) * 250;
      // The times are the database's: this one says that the bucket is still to come, as a slow clock would.
      await producer.ensureExpiryJobs([due], due);
      await eventually(() => runs === 1);
      await producer.ensureExpiryJobs([due], due);
      await producer.ensureExpiryJobs([due], due);
      expect(runs).toBe(1);
      gate.open();
      await eventually(() => runs === 2);
      await eventually(async () => (await producer.jobCounts()).expiry.completed === 2);

      await producer.ensureExpiryJobs([due], due);
      await eventually(() => runs === 3);
    });

    test('of a hold that is overdue is not swallowed by the job that died with its worker', async () => {
      const now = Date.now();
      const due = now - 10_000;
      await producer.ensureExpiryJobs([due], due);
      await producer.ensureExpiryJobs([due], now);
      const { delayed, waiting } = (await producer.jobCounts()).expiry;
      expect((delayed ?? 0) + (waiting ?? 0)).toBe(2);
    });

    test('comes back after the queue has lost everything', async () => {
      const now = Date.now();
      const due = now + 60_000;
      await producer.ensureExpiryJobs([due], now);
      for (const queue of producer.boardQueues()) await queue.obliterate({ force: true });
      const fresh = await openProducer(place, log);
      await fresh.ensureExpiryJobs([due], now);
      expect((await fresh.jobCounts()).expiry).toMatchObject({ delayed: 1 });
      await fresh.close();
    });
  });

  describe('a sync job', () => {
    test('is one for each row, and confirm and cancel go first', async () => {
      const id = { expire: randomUUID(), release: randomUUID(), cancel: randomUUID(), confirm: randomUUID() };
      await producer.enqueueSyncs([
        { id: id.expire, action: 'expire' },
        { id: id.release, action: 'release' },
        { id: id.cancel, action: 'cancel' },
        { id: id.confirm, action: 'confirm' },
      ]);
      await producer.enqueueSyncs([{ id: id.release, action: 'release' }]);
      const sent: string[] = [];
      await consume(
        {
          'sync-reservation': ({ sync_id }) => {
            sent.push(sync_id);
            return Promise.resolve();
          },
        },
        { 'warehouse-sync': 1 },
      );
      await eventually(async () => (await producer.jobCounts())['warehouse-sync'].completed === 4);
      expect(new Set(sent.slice(0, 2))).toEqual(new Set([id.cancel, id.confirm]));
      expect(new Set(sent.slice(2))).toEqual(new Set([id.expire, id.release]));
    });

    test('runs once more when it is asked for while it runs', async () => {
      let runs = 0;
      const gate = createGate();
      await consume({
        'sync-reservation': async () => {
          runs += 1;
          if (runs === 1) await gate.opened;
        },
      });
      const sync = { id: randomUUID(), action: 'confirm' } as const;
      await producer.enqueueSyncs([sync]);
      await eventually(() => runs === 1);
      await producer.enqueueSyncs([sync]);
      expect(runs).toBe(1);
      gate.open();
      await eventually(() => runs === 2);
    });

    test('that waits for a later time is moved to the time asked for', async () => {
      let ranAt = 0;
      await consume({
        'sync-reservation': () => {
          ranAt = Date.now();
          return Promise.resolve();
        },
      });
      const sync = { id: randomUUID(), action: 'release' } as const;
      await producer.enqueueSyncs([{ ...sync, delayMs: 60_000 }]);
      expect((await producer.jobCounts())['warehouse-sync']).toMatchObject({ delayed: 1 });
      const askedAt = Date.now();
      const { allowedMs } = await timed(async () => {
        await producer.enqueueSyncs([{ ...sync, delayMs: 400 }]);
        await eventually(() => ranAt > 0);
      });
      expect(ranAt - askedAt).toBeGreaterThanOrEqual(400);
      expect(ranAt - askedAt).toBeLessThan(allowedMs(1_000));
    });
  });

  describe('reconcile', () => {
    test('runs by its schedule, however often and by however many it is scheduled', async () => {
      const runs: unknown[] = [];
      await consume({
        'reconcile-stale': async (payload) => void runs.push(payload),
      });
      const { tookMs } = await timed(() => untilRun(scheduleReconcile, 'reconcile', () => runs.length >= 3));
      expect(runs.length).toBeLessThanOrEqual(tookMs / 1_000 + 2);
      expect(runs[0]).toEqual({ run_id: null, trigger: 'schedule' });
    });

    test('is queued once for each run, and once for all workers that start', async () => {
      const runId = randomUUID();
      const first = await producer.enqueueReconcile({ run_id: runId, trigger: 'manual' });
      expect(await producer.enqueueReconcile({ run_id: runId, trigger: 'manual' })).toBe(first);
      await producer.enqueueReconcile({ run_id: null, trigger: 'startup' });
      await producer.enqueueReconcile({ run_id: null, trigger: 'startup' });
      expect((await producer.jobCounts()).reconcile).toMatchObject({ waiting: 2 });
    });
  });

  describe('an import', () => {
    test('is queued once, and runs once more when it is asked for while it runs', async () => {
      const [id, other] = [randomUUID(), randomUUID()];
      for (const importId of [id, other, id]) await producer.enqueueImport(importId);
      expect((await producer.jobCounts())['stock-import']).toMatchObject({ waiting: 2 });

      const ran: string[] = [];
      const gate = createGate();
      await consume({
        'import-stock': async ({ import_id }) => {
          ran.push(import_id);
          await gate.opened;
        },
      });
      await eventually(() => ran.length === 1);
      await producer.enqueueImport(id);
      await producer.enqueueImport(id);
      expect(ran).toEqual([id]); // one at a time
      gate.open();
      await eventually(async () => (await producer.jobCounts())['stock-import'].completed === 3);
      expect(ran.toSorted()).toEqual([id, id, other].toSorted());
    });
  });

  describe('housekeeping', () => {
    test('has two kinds of jobs in one queue, each with its own handler, one at a time', async () => {
      await producer.enqueueStockReview();
      await producer.enqueueStockReview();
      expect((await producer.jobCounts()).housekeeping).toMatchObject({ waiting: 1 });
      await producer.schedulePurge(1);

      const ran = new Set<string>();
      let running = 0;
      const take = (name: string) => async () => {
        running += 1;
        expect(running).toBe(1);
        ran.add(name);
        await Promise.resolve();
        running -= 1;
      };
      await consume({ 'review-stock': take('review-stock'), 'forget-old-rows': take('forget-old-rows') });
      await eventually(() => ran.size === 2);
      await eventually(async () => ((await producer.jobCounts()).housekeeping.completed ?? 0) >= 2);
      expect((await producer.jobCounts()).housekeeping).toMatchObject({ failed: 0 });
    });

    test('reviews once more when it is asked while it reviews', async () => {
      let runs = 0;
      const gate = createGate();
      await consume({
        'review-stock': async () => {
          runs += 1;
          if (runs === 1) await gate.opened;
        },
      });
      await producer.enqueueStockReview();
      await eventually(() => runs === 1);
      await producer.enqueueStockReview();
      await producer.enqueueStockReview();
      expect(runs).toBe(1);
      gate.open();
      await eventually(async () => (await producer.jobCounts()).housekeeping.completed === 2);
      expect(runs).toBe(2);
    });

    test('purges by its schedule, however often it is scheduled', async () => {
      let runs = 0;
      await consume({
        'forget-old-rows': async () => void (runs += 1),
      });
      const { tookMs } = await timed(() => untilRun(schedulePurge, 'housekeeping', () => runs >= 2));
      expect(runs).toBeLessThanOrEqual(tookMs / 1_000 + 2);
    });
  });
});
