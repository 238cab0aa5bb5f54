import { randomUUID } from 'node:crypto';
import { pump, type EventStore, type StoredEvent } from '@holdfast/events';
import { eventually, hasKafka, ofSuite, startKafkaBroker, timed } from '@holdfast/testing';
import { openKafka } from './kafka-client.ts';
import { startKafkaIntake, type KafkaIntake } from './kafka-intake.ts';
import { createKafkaSink, type KafkaSink, type KafkaSinkOptions } from './kafka-sink.ts';
import type { ReceivedMessage } from './received-message.ts';

const at = (address: string) => ({ brokers: [address], isTls: false });
/** The shortest that Kafka takes by default. The mock waits for 3 s before a group begins. */
const TIMES = { sessionMs: 6_000, heartbeatEveryMs: 1_000 };
const never = new AbortController().signal;

const eventAt = (position: number): StoredEvent => ({
  position,
  id: `id-${position}`,
  type: 'warehouse.inventory.stock_low',
  subject: `SKU-${position % 7}`,
  time: '2026-11-21T10:00:00.000Z',
  reservationId: null,
  data: { sku: `SKU-${position % 7}`, available: position, low_stock_threshold: 5 },
  changed: null,
});

/** A database with events from 1 to `newest`, and a cursor in memory. */
function openFeed(newest: number) {
  const cursor = { position: 0 };
  const store: EventStore = {
    readNext(after, limit) {
      const count = Math.max(0, Math.min(limit, newest - after));
      const events = Array.from({ length: count }, (_, index) => eventAt(after + 1 + index));
      return Promise.resolve({ events, lookedTo: after + count });
    },
  };
  return { cursor, store };
}

function openSink(
  address: string,
  cursor: { position: number },
  more: Partial<KafkaSinkOptions> = {},
): KafkaSink {
  return createKafkaSink({
    address: at(address),
    topics: { topic: 'stock' },
    mode: 'binary',
    publicUrl: 'https://shop.example',
    readCursor: () => Promise.resolve(cursor.position),
    moveCursor: async (position) => void (cursor.position = position),
    ...more,
  });
}

const textOf = ({ value }: ReceivedMessage) => String(value);

const run = (sink: KafkaSink, store: EventStore) =>
  pump(sink.open(), store, { stopping: never, stretchMs: 60_000 });

test('with no broker a run fails in a few seconds and names the topic, and the cursor stays', async () => {
  const { cursor, store } = openFeed(5);
  const sink = openSink('127.0.0.1:1', cursor);
  const { tookMs, allowedMs } = await timed(() => expect(run(sink, store)).rejects.toThrow('stock'));
  expect(tookMs).toBeLessThan(allowedMs(5_000));
  expect(cursor.position).toBe(0);
  await sink.close();
});

(hasKafka ? describe : describe.skip)('with a broker', () => {
  const broker = ofSuite(() => startKafkaBroker());

  /** The ids of a topic's events, by key and partition. */
  async function readIds(topic: string) {
    const records = await broker.read(topic);
    return records.map(({ key, partition, headers }) => ({ key, partition, id: headers['ce_id'] ?? '' }));
  }

  test('events are in their order for each key, and a lost connection leaves none out', async () => {
    const topic = randomUUID();
    const { cursor, store } = openFeed(3_000);
    const sink = openSink(broker.address, cursor, { topics: { topic } });
    const running = eventually(() => run(sink, store));
    for (let at = 500; at < 3_000; at += 500) {
      await eventually(() => cursor.position >= at, { everyMs: 1 });
      broker.link.reset();
    }
    await running;
    const seen = await readIds(topic);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(3_000);
    const keys = [...new Set(seen.map(({ key }) => key))];
    expect(keys).toHaveLength(7);
    for (const events of keys.map((key) => seen.filter((each) => each.key === key))) {
      const positions = [...new Set(events.map(({ id }) => Number(id.slice(3))))];
      expect(positions).toEqual(positions.toSorted((a, b) => a - b));
      expect(new Set(events.map(({ partition }) => partition)).size).toBe(1);
    }
    await sink.close();
  });

  test('a broker that has lost its log gets what comes next', async () => {
    const topic = randomUUID();
    const { cursor, store } = openFeed(40);
    const sink = openSink(broker.address, cursor, { topics: { topic } });
    await sink.open().publish([eventAt(1)], never);
    await broker.restart();
    await eventually(() => run(sink, store));
    expect(await readIds(topic)).toHaveLength(39);
    await sink.close();
  });
});

(hasKafka ? describe : describe.skip)('the intake', () => {
  const broker = ofSuite(() => startKafkaBroker());
  const intakes: KafkaIntake[] = [];
  afterEach(async () => {
    for (const intake of intakes.splice(0)) await intake.stop();
  });

  async function send(topic: string, values: readonly string[]): Promise<void> {
    const producer = openKafka(at(broker.address)).producer();
    await producer.connect();
    await producer.send({ topic, messages: values.map((value) => ({ key: 'one', value })) });
    await producer.disconnect();
  }

  function open(
    topic: string,
    groupId: string,
    take: (messages: readonly ReceivedMessage[], aborted: AbortSignal) => Promise<void>,
  ) {
    const errors: unknown[] = [];
    const lag: number[] = [];
    const intake = startKafkaIntake({
      address: at(broker.address),
      topics: [topic],
      groupId,
      take,
      times: TIMES,
      observer: {
        joined: () => {},
        failed: (error) => errors.push(error),
        behind: (_topic, _partition, messages) => lag.push(messages),
        consumed: () => {},
      },
    });
    intakes.push(intake);
    return { intake, errors, lag };
  }

  test('what waits longer than the group’s limit stays with its member, and comes again to the next one in order', async () => {
    const [topic, group] = [randomUUID(), randomUUID()];
    const values = Array.from({ length: 250 }, (_, index) => String(index));
    await send(topic, values);
    const first: string[] = [];
    let waiting = 0;
    const one = open(topic, group, async (messages, aborted) => {
      if (first.length > 0) {
        waiting += 1;
        await new Promise((_, reject) => {
          aborted.addEventListener('abort', () => reject(aborted.reason as Error));
        });
      }
      first.push(...messages.map(textOf));
    });
    await eventually(() => waiting === 1);
    const until = performance.now() + 1.5 * TIMES.sessionMs;
    await eventually(() => performance.now() > until);
    expect([waiting, one.errors]).toEqual([1, []]);
    await one.intake.stop();
    const second: string[] = [];
    const two = open(topic, group, async (messages) => void second.push(...messages.map(textOf)));
    await eventually(() => second.length === 150);
    expect([...first, ...second]).toEqual(values);
    await eventually(() => two.lag.at(-1) === 0);
    expect(Math.max(...two.lag)).toBe(150);
  });

  test('it begins without a broker, and goes on when the broker was away', async () => {
    const [topic, group] = [randomUUID(), randomUUID()];
    await send(topic, ['a']);
    broker.link.cut();
    const seen: string[] = [];
    const { errors } = open(topic, group, async (messages) => void seen.push(...messages.map(textOf)));
    await eventually(() => errors.length > 0);
    broker.link.resume();
    await eventually(() => seen.includes('a'));
    broker.link.cut();
    await eventually(() => errors.length > 1);
    broker.link.resume();
    await send(topic, ['b']);
    await eventually(() => seen.includes('b'));
    expect(new Set(seen)).toEqual(new Set(['a', 'b']));
  });
});
