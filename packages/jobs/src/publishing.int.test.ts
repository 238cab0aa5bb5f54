import {
  createEmptyDatabase,
  eventually,
  queueBackends,
  type TestDatabase,
  uniquePrefix,
} from '@holdfast/testing';
import { type Consumer, startConsumer } from './consumer.ts';
import { openBreakableLink } from './fixtures/breakable-link.ts';
import { connectTo, type QueuePlace, serverOf, throughPort } from './fixtures/queue-place.ts';
import { createGate, handlersWith, recordingLog } from './fixtures/recorder.ts';
import { createProducer, type Producer } from './producer.ts';

/** Notes when each sink's job ran, in ms of the epoch. */
function recordRuns(hold = (_sink: string) => Promise.resolve()) {
  const runs: { sink: string; at: number }[] = [];
  const take = async ({ sink }: { sink: string }) => {
    runs.push({ sink, at: Date.now() });
    await hold(sink);
  };
  return { runs, take };
}

describe.each(queueBackends)('on $name', ({ redisUrl }) => {
  let database: TestDatabase | undefined;
  let place: QueuePlace;
  let producer: Producer;
  let consumers: Consumer[];
  let recorded: ReturnType<typeof recordingLog>;

  beforeEach(async () => {
    database = redisUrl ? undefined : await createEmptyDatabase();
    place = {
      databaseUrl: database?.url ?? '',
      redisUrl,
      namespace: redisUrl ? uniquePrefix() : 'bullmq',
    };
    recorded = recordingLog();
    producer = await createProducer(connectTo(place), { log: recorded.log });
    consumers = [];
  });

  afterEach(async () => {
    await Promise.all(consumers.map((consumer) => consumer.close(1_000)));
    await producer.close();
    await database?.drop();
  });

  async function consume(some: Parameters<typeof handlersWith>[0]): Promise<void> {
    const consumer = await startConsumer(connectTo(place), handlersWith(some), { log: recorded.log });
    consumers.push(consumer);
    await eventually(() => consumer.isReady());
  }

  const count = async (state: string) => (await producer.jobCounts()).events[state] ?? 0;

  describe('the publisher', () => {
    test('of 1,000 commits at once has one job, and of a later one another', async () => {
      for (let commit = 0; commit < 1_000; commit += 1) producer.wakePublisher();
      await producer.close(); // all that was asked for is with the queue by then
      producer = await createProducer(connectTo(place), { log: recorded.log });
      expect(await count('waiting')).toBe(1);
      let runs = 0;
      await consume({
        'publish-events': async () => {
          runs += 1;
        },
      });
      await eventually(async () => (await count('completed')) === 1);
      producer.wakePublisher();
      await eventually(async () => (await count('completed')) === 2);
      expect(runs).toBe(2);
    });

    test('runs once more for what is committed while it runs', async () => {
      const gate = createGate();
      let runs = 0;
      await consume({
        'publish-events': async () => {
          runs += 1;
          if (runs === 1) await gate.opened;
        },
      });
      producer.wakePublisher();
      await eventually(() => runs === 1);
      for (let commit = 0; commit < 10; commit += 1) producer.wakePublisher();
      await producer.close(); // what was asked for is with the queue by then
      gate.open();
      await eventually(() => runs === 2);
      producer = await createProducer(connectTo(place), { log: recorded.log });
      await eventually(async () => (await count('completed')) === 2);
      expect(runs).toBe(2);
    });

    test('is woken for nothing while the queue is away: nobody throws or waits, and one line says so', async () => {
      const link = await openBreakableLink(serverOf(place));
      const far = await createProducer(connectTo(throughPort(place, link.port)), { log: recorded.log });
      await eventually(() => far.isReady());
      link.cut();
      await eventually(async () => !(await far.isReady()));
      const wakes = recorded.lines.filter(({ event }) => event === 'queue.wake_failed').length;
      const started = performance.now();
      for (let commit = 0; commit < 1_000; commit += 1) far.wakePublisher();
      expect(performance.now() - started).toBeLessThan(100);
      await eventually(
        () => recorded.lines.filter(({ event }) => event === 'queue.wake_failed').length === wakes + 1,
      );
      link.mend();
      await eventually(() => far.isReady());
      await eventually(async () => {
        far.wakePublisher();
        return (await count('waiting')) === 1;
      });
      await far.close();
      await link.close();
    });
  });

  describe('a sink', () => {
    test('has one job however often it is woken, and none but its own', async () => {
      await producer.wakeSinks(['webhook-2', 'redis-streams', 'webhook-1']);
      await producer.wakeSinks(['webhook-1']);
      await producer.wakeSinks([]);
      expect(await count('waiting')).toBe(3);
    });

    test('that is slow holds up no other: 50 wait, and the last one runs at once', async () => {
      const gate = createGate();
      const slow = Array.from({ length: 50 }, (_, n) => `webhook-${n}`);
      const { runs, take } = recordRuns((sink) => (sink === 'healthy' ? Promise.resolve() : gate.opened));
      await consume({ 'publish-to-sink': take });
      await producer.wakeSinks(slow);
      await eventually(() => runs.length === slow.length);
      for (let round = 1; round <= 5; round += 1) {
        const woken = Date.now();
        await producer.wakeSinks(['healthy']);
        const mine = await eventually(() => runs[slow.length + round - 1] ?? false);
        expect(mine.sink).toBe('healthy');
        expect(mine.at - woken).toBeLessThan(500);
        await eventually(async () => (await count('completed')) === round);
      }
      gate.open();
    });

    test('that runs is run once more for what comes meanwhile', async () => {
      const gate = createGate();
      const { runs, take } = recordRuns(() => gate.opened);
      await consume({ 'publish-to-sink': take });
      await producer.wakeSinks(['redis-streams']);
      await eventually(() => runs.length === 1);
      await producer.wakeSinks(['redis-streams']);
      await producer.wakeSinks(['redis-streams']);
      expect(runs).toHaveLength(1);
      gate.open();
      await eventually(async () => (await count('completed')) === 2);
      expect(runs).toHaveLength(2);
    });

    test('that is to be woken later is still woken at once for what comes before', async () => {
      const { runs, take } = recordRuns();
      const asked = Date.now();
      await producer.wakeSinks(['webhook-1'], 1_200);
      await producer.wakeSinks(['webhook-1'], 1_200);
      expect(await count('delayed')).toBeLessThanOrEqual(2); // one for each second
      await consume({ 'publish-to-sink': take, 'wake-sink': ({ sink }) => producer.wakeSinks([sink]) });
      await producer.wakeSinks(['webhook-1']);
      await eventually(() => runs.length === 1, { timeoutMs: 800 });
      await eventually(() => runs.length >= 2);
      expect((runs[1]?.at ?? 0) - asked).toBeGreaterThanOrEqual(1_200);
    });
  });
});
