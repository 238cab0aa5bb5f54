import { randomUUID } from 'node:crypto';
import {
  createEmptyDatabase,
  eventually,
  queueBackends,
  type TestDatabase,
  uniquePrefix,
} from '@holdfast/testing';
import { startConsumer } from './consumer.ts';
import { QueueUnavailable } from './errors.ts';
import { type BreakableLink, openBreakableLink } from './fixtures/breakable-link.ts';
import { connectTo, type QueuePlace, serverOf, throughPort } from './fixtures/queue-place.ts';
import { handlersWith, recordingLog } from './fixtures/recorder.ts';
import { createProducer, type Producer } from './producer.ts';

const waysToBreak = ['cut', 'freeze'] as const;

describe.each(queueBackends)('on $name, when the queue is away', ({ redisUrl }) => {
  let database: TestDatabase | undefined;
  let place: QueuePlace;
  let producer: Producer;
  let link: BreakableLink;
  const { log } = recordingLog();

  beforeEach(async () => {
    database = redisUrl ? undefined : await createEmptyDatabase();
    place = {
      databaseUrl: database?.url ?? '',
      redisUrl,
      namespace: redisUrl ? uniquePrefix() : 'bullmq',
    };
    producer = await createProducer(connectTo(place), { log });
    link = await openBreakableLink(serverOf(place));
  });

  afterEach(async () => {
    await producer.close();
    await link.close();
    await database?.drop();
  });

  describe('a producer', () => {
    let linked: Producer;

    beforeEach(async () => {
      linked = await createProducer(connectTo(throughPort(place, link.port)), { log, timeoutMs: 300 });
      await eventually(() => linked.isReady());
    });

    afterEach(() => linked.close());

    async function refusal(): Promise<{ error: unknown; ms: number }> {
      const started = performance.now();
      const error: unknown = await linked
        .enqueueSyncs([{ id: randomUUID(), action: 'confirm' }])
        .catch((reason: unknown) => reason);
      return { error, ms: performance.now() - started };
    }

    test.each(waysToBreak)('(%s) refuses calls in time, and takes them once it is back', async (way) => {
      link[way]();
      for (let round = 0; round < 3; round += 1) {
        const { error, ms } = await refusal();
        expect(error).toBeInstanceOf(QueueUnavailable);
        expect(ms).toBeLessThan(400);
      }
      const now = Date.now();
      await expect(linked.ensureExpiryJobs([now + 5_000], now)).rejects.toBeInstanceOf(QueueUnavailable);
      expect(await linked.isReady()).toBe(false);

      link.mend();
      await eventually(() => linked.isReady());
      await linked.ensureExpiryJobs([now + 5_000], now);
      await linked.enqueueSyncs([{ id: randomUUID(), action: 'confirm' }]);
      expect((await producer.jobCounts()).expiry).toMatchObject({ delayed: 1 });
    });

    test('refuses at once what comes after 100 calls that hang', async () => {
      link.freeze();
      const hanging = Array.from({ length: 100 }, refusal);
      const { error, ms } = await refusal();
      expect(error).toBeInstanceOf(QueueUnavailable);
      expect(ms).toBeLessThan(400);
      const slow = await Promise.all(hanging);
      expect(Math.max(...slow.map((each) => each.ms))).toBeLessThan(2_000);
    });
  });

  test.each(waysToBreak)('(%s) a worker goes on once it is back, and says so', async (way) => {
    let reconnects = 0;
    let sent = 0;
    const consumer = await startConsumer(
      connectTo(throughPort(place, link.port)),
      handlersWith({
        'sync-reservation': () => {
          sent += 1;
          return Promise.resolve();
        },
      }),
      {
        log,
        onReconnect: () => {
          reconnects += 1;
        },
      },
    );
    await eventually(() => consumer.isReady());
    link[way]();
    await eventually(async () => !(await consumer.isReady()));
    await producer.enqueueSyncs([{ id: randomUUID(), action: 'confirm' }]);
    expect(sent).toBe(0);

    link.mend();
    await eventually(() => sent === 1, { timeoutMs: 10_000 });
    await eventually(() => reconnects > 0);
    expect(await consumer.isReady()).toBe(true);
    await consumer.close(1_000);
  });
});
