import { randomInt } from 'node:crypto';
import { pick, seededDice } from '@holdfast/domain/testing';
import {
  checkLedgerInvariants,
  eventually,
  hasKafka,
  queueOfRun,
  scaled,
  startKafkaBroker,
  type KafkaBroker,
} from '@holdfast/testing';
import { Kafka as Binding } from 'cloudevents';
import { Kafka } from 'kafkajs';
import { openFleet, type Fleet } from './fleet.ts';
import { fulfillmentsOf, heldOf, levelsOf, ordersOf, sentIn } from './order-outcomes.ts';
import {
  LOCATIONS,
  type OrderEvent,
  randomStories,
  repeatedAndShuffled,
  SKUS,
  STOCK_EACH,
} from './order-stories.ts';

jest.setTimeout(scaled(1_200_000));

/** docs/testing.md has the command for more. */
const ORDERS = Number(process.env['ORDERS'] ?? 70);
const TOPICS = ['orders', 'fulfillments'] as const;
const GROUP = 'holdfast';
const BATCH = 50;

type Headers = Record<string, string>;

(hasKafka ? describe : describe.skip)('orders driven by events from Kafka', () => {
  const seed = randomInt(2 ** 31);
  const dice = seededDice(seed);
  const stories = randomStories(dice, ORDERS);
  const events = stories.flatMap((story) => story.events);
  let broker: KafkaBroker;
  let calm: Fleet;
  let wild: Fleet;
  let kafka: Kafka;

  beforeAll(async () => {
    broker = await startKafkaBroker();
    process.stderr.write(`orders by Kafka: seed ${seed}, ${events.length} events\n`);
    kafka = new Kafka({ brokers: [broker.address], logLevel: 0 });
    const env = { KAFKA_BROKERS: broker.address, KAFKA_INTAKE_TOPICS: TOPICS.join() };
    calm = await openFleet(queueOfRun, { workers: 0 });
    wild = await openFleet(queueOfRun, { env, workers: 0 });
    for (const fleet of [calm, wild]) {
      for (const sku of SKUS)
        for (const location of LOCATIONS) await fleet.client.stock(sku, STOCK_EACH, location);
    }
  });
  afterAll(async () => {
    await calm?.close();
    await wild?.close();
    await broker?.close();
  });

  async function send(all: readonly OrderEvent[]): Promise<void> {
    const producer = kafka.producer();
    await producer.connect();
    for (let from = 0; from < all.length; from += BATCH) {
      const messages = all.slice(from, from + BATCH).map(inEitherMode);
      await producer.sendBatch({ topicMessages: [{ topic: pick(dice, TOPICS), messages }] });
    }
    await producer.disconnect();
  }

  function inEitherMode(event: OrderEvent) {
    const { headers, value } = Binding[pick(dice, ['binary', 'structured'] as const)](event);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    // Any partition: events of one order come from several, to several workers.
    // The SDK names a header that it has no value for.
    const set = Object.entries(headers).filter(([, each]) => each !== undefined);
    return { key: String(dice.whole(1, 1_000)), value: text, headers: Object.fromEntries(set) as Headers };
  }

  /** How many messages are not committed. */
  async function behind(): Promise<number> {
    const admin = kafka.admin();
    await admin.connect();
    let count = 0;
    const committed = await admin.fetchOffsets({ groupId: GROUP, topics: [...TOPICS] });
    for (const { topic, partitions } of committed) {
      const offsets = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
        count += Number(high) - Math.max(0, offsets.get(partition) ?? 0);
      }
    }
    await admin.disconnect();
    return count;
  }

  const decided = async (): Promise<number> => {
    const rows = await wild.query(`SELECT FROM idempotency_keys WHERE caller LIKE 'event:%'`);
    return rows.length;
  };

  test('shuffled, repeated, over two workers that are killed, they end as they do one after the other', async () => {
    for (const { events } of stories) {
      for (let from = 0; from < events.length; from += BATCH) {
        const batch = events.slice(from, from + BATCH);
        const sent = await fetch(`${calm.client.baseUrl}/v1/events`, {
          method: 'POST',
          headers: { 'content-type': 'application/cloudevents-batch+json' },
          body: JSON.stringify(batch),
        });
        expect(sent.status).toBe(202);
      }
    }
    const deliveries = repeatedAndShuffled(dice, events);
    const half = Math.floor(deliveries.length / 2);
    const junk = { key: 'x', value: 'no event', headers: {} };
    const producer = kafka.producer();
    await producer.connect();
    for (const topic of TOPICS) await producer.send({ topic, messages: [junk] });
    await producer.disconnect();

    await Promise.all([wild.start('worker'), wild.start('worker')]);
    const sending = send(deliveries.slice(0, half));
    await eventually(async () => (await decided()) > ORDERS / 4);
    for (const worker of wild.workers) await wild.kill(worker);
    await sending;
    await Promise.all([wild.start('worker'), wild.start('worker')]);
    await send(deliveries.slice(half));
    await eventually(async () => (await behind()) === 0, { timeoutMs: 240_000 });

    expect(await levelsOf(wild)).toEqual(await levelsOf(calm));
    expect(await ordersOf(wild)).toEqual(await ordersOf(calm));
    expect(await ordersOf(wild)).toHaveLength(ORDERS);
    expect(await heldOf(wild, stories)).toEqual([]);
    expect(await fulfillmentsOf(wild)).toEqual(sentIn(stories));
    for (const fleet of [calm, wild]) expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });

  test('messages that were not events are dead events, and stopped no partition', async () => {
    const dead = await wild.query(`SELECT caller, type, problem->>'code' AS code FROM dead_events`);
    expect(dead).toEqual(
      TOPICS.map(() => ({ caller: 'kafka', type: 'kafka.message', code: 'unsupported_media_type' })),
    );
  });

  test('while the database cannot be written to, events wait, and then have their effect', async () => {
    const before = await decided();
    const release = await wild.holdWrites();
    const [first] = events;
    if (first) await send([first.cloneWith({ id: 'late', data: { ...first.data, order_id: 'o-late' } })]);
    await eventually(async () => (await wild.heldWrites()) > 0);
    expect([await behind(), await decided()]).toEqual([1, before]);
    await release();
    await eventually(async () => (await behind()) === 0);
    expect(await decided()).toBe(before + 1);
  });
});
