import { eventually, isOneServer, openFaultyLink, queueBackends } from '@holdfast/testing';
import { type Consumer, startConsumer } from './consumer.ts';
import { RetryLater } from './job-backoff.ts';
import {
  connectTo,
  createQueuePlace,
  openProducer,
  type OwnQueuePlace,
  serverOf,
  throughPort,
} from './fixtures/queue-place.ts';
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
      producer = await openProducer(place, recorded.log);
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
      await producer.close(); // the queue has the requested jobs by then
      gate.open();
      await eventually(() => runs === 2);
      producer = await openProducer(place, recorded.log);
      await eventually(async () => (await count('completed')) === 2);
      expect(runs).toBe(2);
    });

    const breakable = isOneServer({ redisUrl }) ? test : test.skip;

    breakable(
      'cannot be woken while the queue is away: no call throws or waits, and 1,000 commits make two log lines',
      async () => {
        const link = await openFaultyLink(serverOf(place));
        const far = await createProducer(connectTo(throughPort(place, link.port)), { log: recorded.log });
        await eventually(() => far.isReady());
        link.cut();
        await eventually(async () => !(await far.isReady()));
        const failed = () => recorded.lines.filter(({ event }) => event === 'queue.wake_failed').length;
        const before = failed();
        for (let commit = 0; commit < 1_000; commit += 1) expect(far.wakePublisher()).toBeUndefined(); // no promise
        await eventually(() => failed() === before + 2); // one for the first commit, one for all that came during its call
        link.resume();
        await eventually(() => far.isReady());
        await eventually(async () => {
          far.wakePublisher();
          return (await count('waiting')) === 1;
        });
        await far.close();
        await link.close();
      },
    );
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
        await producer.wakeSinks(['healthy']);
        const mine = await eventually(() => runs[slow.length + round - 1] ?? false);
        expect(mine.sink).toBe('healthy'); // while all slow sinks still run
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

    test('that fails waits for its whole backoff, however often it is woken', async () => {
      const { runs, take } = recordRuns(() => Promise.reject(new RetryLater(60_000, 'the sink is away')));
      await consume({ 'publish-to-sink': take });
      await producer.wakeSinks(['redis-streams', 'webhook-1']);
      await eventually(async () => (await count('delayed')) === 2);
      for (let round = 1; round <= 10; round += 1) await producer.wakeSinks(['redis-streams', 'webhook-1']);
      await producer.wakeSinks(['healthy']);
      await eventually(() => runs.some(({ sink }) => sink === 'healthy')); // earlier requests are done
      await eventually(async () => (await count('delayed')) === 3);
      expect(runs).toHaveLength(3);
    });

    test('that is to be woken later is still woken at once for what comes before', async () => {
      const { runs, take } = recordRuns();
      const asked = Date.now();
      await producer.wakeSinks(['webhook-1'], 600_000);
      await producer.wakeSinks(['webhook-1'], 600_000);
      await producer.wakeSinks(['webhook-2'], 1_200);
      expect(await count('delayed')).toBeLessThanOrEqual(3); // one for each sink and second
      await consume({ 'publish-to-sink': take, 'wake-sink': ({ sink }) => producer.wakeSinks([sink]) });
      await producer.wakeSinks(['webhook-1']);
      await eventually(() => runs.some(({ sink }) => sink === 'webhook-1'));
      const later = await eventually(() => runs.find(({ sink }) => sink === 'webhook-2') ?? false);
      expect(later.at - asked).toBeGreaterThanOrEqual(1_200);
    });
  });
});
