import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually, queueBackends, timed } from '@holdfast/testing';
import { type Consumer, type ConsumerOptions, startConsumer } from './consumer.ts';
import { RetryLater } from './job-backoff.ts';
import { connectTo, createQueuePlace, openProducer, type OwnQueuePlace } from './fixtures/queue-place.ts';
import { createGate, handlersWith, recordingLog } from './fixtures/recorder.ts';
import type { Producer } from './producer.ts';
import { WorkFailed } from './work-failed.ts';

describe.each(queueBackends)('on $name', ({ redisUrl }) => {
  let place: OwnQueuePlace;
  let producer: Producer;
  let consumers: Consumer[];
  let recorded: ReturnType<typeof recordingLog>;

  beforeEach(async () => {
    place = await createQueuePlace(redisUrl);
    recorded = recordingLog();
    producer = await openProducer(place, recorded.log);
    consumers = [];
  });

  afterEach(async () => {
    await Promise.all(consumers.map((consumer) => consumer.close(1_000)));
    await producer.close();
    await place.drop();
  });

  async function consume(
    some: Parameters<typeof handlersWith>[0],
    options: Partial<ConsumerOptions> = {},
  ): Promise<Consumer> {
    const consumer = await startConsumer(connectTo(place), handlersWith(some), {
      log: recorded.log,
      ...options,
    });
    consumers.push(consumer);
    return consumer;
  }

  const logged = (event: string) => recorded.lines.filter((line) => line.event === event);

  test('a job is taken within 100 ms of being queued', async () => {
    const takenAt = new Map<string, number>();
    const consumer = await consume({
      'sync-reservation': ({ sync_id }) => {
        takenAt.set(sync_id, performance.now());
        return Promise.resolve();
      },
    });
    await eventually(() => consumer.isReady());
    const lagsMs: number[] = [];
    const { allowedMs } = await timed(async () => {
      for (let round = 0; round < 20; round += 1) {
        const id = randomUUID();
        const queuedAt = performance.now();
        await producer.enqueueSyncs([{ id, action: 'confirm' }]);
        await eventually(() => takenAt.has(id));
        lagsMs.push((takenAt.get(id) ?? Infinity) - queuedAt);
      }
    });
    expect(lagsMs.toSorted((a, b) => a - b)[10]).toBeLessThan(allowedMs(100));
  });

  test('a handler that asks for later gets its job later, and nothing has failed', async () => {
    const attempts: number[] = [];
    const at: number[] = [];
    await consume({
      'sync-reservation': (_payload, { attempt }) => {
        attempts.push(attempt);
        at.push(Date.now());
        if (attempts.length < 3) throw new RetryLater(300, 'the gateway is busy');
        return Promise.resolve();
      },
    });
    const { allowedMs } = await timed(async () => {
      await producer.enqueueSyncs([{ id: randomUUID(), action: 'confirm' }]);
      await eventually(() => attempts.length === 3);
    });
    await eventually(async () => (await producer.jobCounts())['warehouse-sync'].completed === 1);

    expect(attempts).toEqual([1, 2, 3]);
    const waitsMs = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    expect(Math.min(...waitsMs)).toBeGreaterThanOrEqual(300);
    expect(Math.max(...waitsMs)).toBeLessThan(allowedMs(1_000));
    expect(logged('job.later')).toHaveLength(2);
    expect(logged('job.attempt_failed')).toHaveLength(0);
    expect(logged('job.failed')).toHaveLength(0);
  });

  test('a handler that fails is tried again', async () => {
    let runs = 0;
    await consume({
      'expire-due-holds': () => {
        runs += 1;
        return runs < 3 ? Promise.reject(new Error('the database is away')) : Promise.resolve();
      },
    });
    await producer.ensureExpiryJobs([Date.now()], Date.now());
    await eventually(async () => (await producer.jobCounts()).expiry.completed === 1);
    await eventually(() => logged('job.attempt_failed').length === 2);
    expect(runs).toBe(3);
  });

  test('work that has failed for good fails its job at once, and the job names what it was about', async () => {
    let runs = 0;
    let givenUp = 0;
    await consume(
      {
        'sync-reservation': () => {
          runs += 1;
          return Promise.reject(new WorkFailed('the warehouse refused it', { order_id: 'o-1001' }));
        },
      },
      { onJobFailed: () => (givenUp += 1) },
    );
    const id = randomUUID();
    await producer.enqueueSyncs([{ id, action: 'confirm' }]);
    await eventually(() => logged('job.work_failed').length === 1);
    const queue = producer.boardQueues().find((each) => each.name === 'warehouse-sync');
    await eventually(async () => (await queue?.getFailedCount()) === 1);
    const [job] = (await queue?.getFailed()) ?? [];
    expect(job).toMatchObject({
      data: { sync_id: id, order_id: 'o-1001' },
      failedReason: 'the warehouse refused it',
    });
    expect({ runs, givenUp, errors: logged('job.failed') }).toEqual({ runs: 1, givenUp: 0, errors: [] });
    // A new job of the same row is not kept back by the failed one.
    await producer.enqueueSyncs([{ id, action: 'confirm' }]);
    await eventually(() => runs === 2);
  });

  test('a broken payload and an unknown job fail at once and are logged, and the others go on', async () => {
    const sent: string[] = [];
    const syncQueue = producer.boardQueues().find((queue) => queue.name === 'warehouse-sync');
    await syncQueue?.add('sync-reservation', { sync_id: 'not an id' }, { attempts: 10 });
    await syncQueue?.add('mystery', { sync_id: randomUUID() }, { attempts: 10 });
    await syncQueue?.add('reconcile-stale', { run_id: null, trigger: 'manual' }, { attempts: 10 });
    const id = randomUUID();
    await producer.enqueueSyncs([{ id, action: 'confirm' }]);
    await consume({
      'sync-reservation': ({ sync_id }) => {
        sent.push(sync_id);
        return Promise.resolve();
      },
    });
    await eventually(async () => {
      const counts = (await producer.jobCounts())['warehouse-sync'];
      // The queue counts a failure a moment before the worker hears of it and logs it.
      return counts.failed === 3 && counts.completed === 1 && logged('job.failed').length === 3;
    });
    expect(sent).toEqual([id]);
    const failures = logged('job.failed').map(({ fields }) => String(fields.error));
    expect(failures).toContainEqual(expect.stringContaining('sync_id'));
    expect(failures).toContainEqual(expect.stringContaining('mystery'));
    expect(failures).toContainEqual(expect.stringContaining('no handler for reconcile-stale')); // another queue's
  });

  test('close lets a running job finish, and takes no other', async () => {
    const gate = createGate();
    let taken = 0;
    let finished = 0;
    let told = false;
    const consumer = await consume({
      'reconcile-stale': async (_payload, { stopping }) => {
        taken += 1;
        stopping.addEventListener('abort', () => {
          told = true;
        });
        await gate.opened;
        finished += 1;
      },
    });
    await producer.enqueueReconcile({ run_id: null, trigger: 'startup' });
    await eventually(() => taken === 1);
    await producer.enqueueReconcile({ run_id: null, trigger: 'manual' });
    const closing = consumer.close(5_000);
    expect(told).toBe(true);
    gate.open();
    await closing;
    expect(finished).toBe(1);
    expect((await producer.jobCounts()).reconcile).toMatchObject({ completed: 1, waiting: 1, active: 0 });
  });

  // The job then continues as after a kill of its worker, which the next test shows.
  test('close does not wait for ever', async () => {
    let taken = 0;
    const consumer = await consume({
      'reconcile-stale': () => {
        taken += 1;
        return new Promise<void>(() => {});
      },
    });
    await producer.enqueueReconcile({ run_id: null, trigger: 'startup' });
    await eventually(() => taken === 1);
    await consumer.close(200); // the job never ends
    expect((await producer.jobCounts()).reconcile).toMatchObject({ active: 1 });
  });

  test('when a worker is killed in mid-job, another one takes the job within 10 s', async () => {
    const child: ChildProcess = fork(
      join(__dirname, 'fixtures/stuck-worker.ts'),
      [place.databaseUrl, place.redisUrl ?? '', place.namespace],
      { execArgv: ['--import', 'tsx'] },
    );
    const id = randomUUID();
    await producer.enqueueSyncs([{ id, action: 'confirm' }]);
    expect(await once(child, 'message')).toContain('job taken');
    child.kill('SIGKILL');
    await once(child, 'exit');

    const sent: string[] = [];
    const { tookMs, allowedMs } = await timed(async () => {
      await consume({
        'sync-reservation': ({ sync_id }) => {
          sent.push(sync_id);
          return Promise.resolve();
        },
      });
      await eventually(() => sent.length > 0);
    });
    expect(tookMs).toBeLessThan(allowedMs(10_000));
    expect(sent).toEqual([id]);
    expect(logged('job.stalled')).toHaveLength(1);
  });
});
