import {
  checkLedgerInvariants,
  eventually,
  hasKafka,
  openReceiver,
  queueOfRun,
  scaled,
  startKafkaBroker,
  timed,
  want,
  type KafkaBroker,
  type KafkaRecord,
  type Receiver,
} from '@holdfast/testing';
import { CloudEvent, Kafka } from 'cloudevents';
import { publishedEvent, type PublishedEvent } from './event-consumers.ts';
import { startTraffic, type Traffic } from './event-traffic.ts';
import { openFleet, type Fleet } from './fleet.ts';
import { versionsOf } from './rebuilt-from-events.ts';

jest.setTimeout(scaled(1_200_000));

/** docs/testing.md has the command for more. */
const TRANSITIONS = Number(process.env['TRANSITIONS'] ?? 300);
/** Events that are committed at once, of the usual size. */
const BURST = Number(process.env['BURST'] ?? 8_000);
const SKUS = ['MUG', 'TEE', 'CAP'];

const TYPES = [
  'reserved',
  'confirmed',
  'extended',
  'released',
  'expired',
  'cancelled',
  'deducted',
  'confirm_refused',
];
interface Mode {
  readonly name: string;
  readonly env: Record<string, string>;
  readonly topics: readonly string[];
  readonly kills: number;
}

const MODES: readonly Mode[] = [
  { name: 'to one topic in binary mode', env: { KAFKA_TOPIC: 'stock' }, topics: ['stock'], kills: 5 },
  {
    name: 'to a topic for each type in structured mode',
    env: { KAFKA_TOPIC_PREFIX: 'eu.', KAFKA_MODE: 'structured' },
    topics: TYPES.map((type) => `eu.inventory.${type}`),
    kills: 1,
  },
];

describe.each(hasKafka ? MODES : [])('events $name, while worker and broker are away', (mode) => {
  let broker: KafkaBroker;
  let fleet: Fleet;
  let traffic: Traffic;
  let readers: ReturnType<KafkaBroker['follow']>[];
  /** The messages of each topic, as the SDK reads them. */
  let sent: readonly (readonly PublishedEvent[])[];

  beforeAll(async () => {
    broker = await startKafkaBroker();
    readers = mode.topics.map((topic) => broker.follow(topic));
    const env = { ...mode.env, KAFKA_BROKERS: broker.address, WEBHOOK_ALLOW_PRIVATE: 'true' };
    fleet = await openFleet(queueOfRun, { env });
    for (const sku of SKUS) await fleet.client.stock(sku, 900_000);
    traffic = startTraffic(fleet.client, SKUS, TRANSITIONS);
    for (let kills = 1; kills <= mode.kills; kills += 1) await loseWorkerAndBroker(kills);
    await traffic.ended;
    await untilAllIsPublished();
    await eventually(() => keysIn(readers).size >= traffic.reservations());
    sent = readers.map(({ records }) => records.map(readBySdk));
  });
  afterAll(async () => {
    for (const reader of readers ?? []) await reader.stop();
    await fleet?.close();
    await broker?.close();
  });

  /** The worker is killed while the broker cannot be reached, and another one starts without a broker. */
  async function loseWorkerAndBroker(time: number): Promise<void> {
    const mark = (time * TRANSITIONS) / (mode.kills + 1);
    await eventually(() => traffic.made() >= mark);
    broker.link.cut();
    const [worker] = fleet.workers;
    if (worker) await fleet.kill(worker);
    await fleet.start('worker');
    broker.link.resume();
  }

  async function untilAllIsPublished(): Promise<void> {
    await eventually(
      async () => {
        const [left] = await fleet.query<{ count: number }>(
          `SELECT
             (SELECT count(*) FROM event_notes)::integer
             + (SELECT count(*) FROM reservations WHERE status = 'held')::integer
             + (SELECT last_position FROM event_sequencer)::integer
             - coalesce((SELECT position FROM sink_cursors WHERE sink = 'kafka'), 0)::integer AS count`,
        );
        return left?.count === 0;
      },
      { timeoutMs: 240_000 },
    );
  }

  const writtenIds = async (): Promise<readonly string[]> =>
    (await fleet.query<{ id: string }>('SELECT event_id AS id FROM event_positions ORDER BY position')).map(
      ({ id }) => id,
    );

  test('every event was sent at least once, and the SDK of CloudEvents reads it', async () => {
    const written = await writtenIds();
    expect(written.length).toBeGreaterThanOrEqual(TRANSITIONS);
    await eventually(() => {
      const ids = readers.flatMap(({ records }) => records.map((record) => readBySdk(record).id));
      expect(new Set(ids)).toEqual(new Set(written));
    });
  });

  test('the events of a reservation are in one partition of a topic, in their order', () => {
    for (const [index, events] of sent.entries()) {
      for (const versions of versionsOf(events).values()) {
        expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      }
      const partitions = new Map<string | null, number>();
      for (const { key, partition } of readers[index]?.records ?? []) {
        expect(partitions.get(key) ?? partition).toBe(partition);
        partitions.set(key, partition);
      }
    }
  });

  test('a broker that hangs holds up neither checkout nor webhooks nor readiness', async () => {
    const receiver: Receiver = await openReceiver();
    await want(201, fleet.client.post('/v1/webhook-endpoints', { url: receiver.url }));
    broker.link.stall();
    const { id } = await fleet.client.hold('MUG', 1);
    await want(200, fleet.client.confirm(id));
    const [worker] = fleet.workers;
    try {
      await eventually(() => receiver.requests.filter(({ body }) => body.includes(id)).length >= 2);
      await eventually(async () => (await fetch(`${worker?.url}/readyz`)).status === 200);
    } finally {
      broker.link.resume();
    }
    await eventually(() => keysIn(readers).has(id));
    expect(receiver.requests.length).toBeGreaterThanOrEqual(2);
    await receiver.close();
  });

  test('the invariants of the ledger hold', async () => {
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });

  test('2,000 committed events a second reach the topic', async () => {
    const before = keysIn(readers).size;
    await fleet.query(
      `INSERT INTO events (id, type, subject, time, reservation_id, reservation_version, data, changed)
       SELECT gen_random_uuid(), type, subject, clock_timestamp(), gen_random_uuid(), 1, data, changed
       FROM generate_series(1, $1::integer)
       CROSS JOIN (SELECT * FROM events WHERE type = 'warehouse.inventory.reserved' LIMIT 1) reserved`,
      [BURST],
    );
    const { tookMs, allowedMs } = await timed(async () => {
      await fleet.client.hold('MUG', 1); // its commit wakes the publisher
      await eventually(() => keysIn(readers).size > before + BURST, { everyMs: 20 });
    });
    process.stderr.write(`${mode.name}: ${Math.round(BURST / (tookMs / 1_000))} events a second\n`);
    expect(tookMs).toBeLessThan(allowedMs((BURST / 2_000) * 1_000));
  });
});

/** The keys of the messages read so far. */
const keysIn = (
  readers: readonly { readonly records: readonly KafkaRecord[] }[],
): ReadonlySet<string | null> => new Set(readers.flatMap(({ records }) => records.map(({ key }) => key)));

function readBySdk({ key, value, headers }: KafkaRecord): PublishedEvent {
  const message = { key, value, headers, body: value } as unknown as Parameters<typeof Kafka.toEvent>[0];
  const event = Kafka.toEvent<object>(message);
  if (!(event instanceof CloudEvent)) throw new Error('it is no single event');
  event.validate();
  return publishedEvent.parse(event.toJSON());
}
