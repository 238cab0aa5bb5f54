import { randomUUID } from 'node:crypto';
import {
  describeBehindLink,
  eventually,
  type FaultyLink,
  openFaultyLink,
  timed,
  ofTest,
} from '@holdfast/testing';
import { startConsumer } from './consumer.ts';
import { QueueUnavailable } from './queue-calls.ts';
import {
  connectTo,
  createQueuePlace,
  openProducer,
  type OwnQueuePlace,
  serverOf,
  throughPort,
} from './fixtures/queue-place.ts';
import { handlersWith, recordingLog } from './fixtures/recorder.ts';
import { createProducer, type Producer } from './producer.ts';

const waysToBreak = ['cut', 'stall'] as const;

describeBehindLink('on $name, when the queue is away', ({ redisUrl }) => {
  let place: OwnQueuePlace;
  let producer: Producer;
  let link: FaultyLink;
  const { log } = recordingLog();

  beforeEach(async () => {
    place = await createQueuePlace(redisUrl);
    producer = await openProducer(place, log);
    link = await openFaultyLink(serverOf(place));
  });

  afterEach(async () => {
    await producer.close();
    await link.close();
    await place.drop();
  });

  describe('a producer', () => {
    const linked = ofTest(() =>
      createProducer(connectTo(throughPort(place, link.port)), { log, timeoutMs: 300 }),
    );
    beforeEach(async () => {
      await eventually(() => linked.isReady());
    });

    const refusal = (): Promise<unknown> =>
      linked.enqueueSyncs([{ id: randomUUID(), action: 'confirm' }]).catch((reason: unknown) => reason);

    test.each(waysToBreak)('(%s) refuses calls in time, and takes them once it is back', async (way) => {
      link[way]();
      for (let round = 0; round < 3; round += 1) {
        const { value: error, tookMs, allowedMs } = await timed(refusal);
        expect(error).toBeInstanceOf(QueueUnavailable);
        expect(tookMs).toBeLessThan(allowedMs(400));
      }
      const now = Date.now();
      await expect(linked.ensureExpiryJobs([now + 5_000], now)).rejects.toBeInstanceOf(QueueUnavailable);
      await eventually(async () => !(await linked.isReady()));

      link.resume();
      link.reset();
      await eventually(() => linked.isReady());
      await linked.ensureExpiryJobs([now + 5_000], now);
      await linked.enqueueSyncs([{ id: randomUUID(), action: 'confirm' }]);
      expect((await producer.jobCounts()).expiry).toMatchObject({ delayed: 1 });
    });

    test('refuses at once what comes after 100 calls that hang', async () => {
      link.stall();
      let refused = 0;
      const count = () => void (refused += 1);
      const hanging = Array.from({ length: 100 }, () => refusal().finally(count));
      expect(await refusal()).toBeInstanceOf(QueueUnavailable);
      expect(refused).toBe(0); // the last call was refused first
      const { tookMs, allowedMs } = await timed(() => Promise.all(hanging));
      expect(tookMs).toBeLessThan(allowedMs(2_000));
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

    link.resume();
    link.reset();
    await eventually(() => sent === 1);
    await eventually(() => reconnects > 0);
    expect(await consumer.isReady()).toBe(true);
    await consumer.close(1_000);
  });
});
