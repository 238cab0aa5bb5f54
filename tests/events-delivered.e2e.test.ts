import {
  checkLedgerInvariants,
  eventually,
  mostlyOn,
  scaled,
  want,
  openReceiver,
  type Receiver,
} from '@holdfast/testing';
import { followFeed, openStream, publishedEvent } from './event-consumers.ts';
import { startTraffic, type Traffic } from './event-traffic.ts';
import { openFleet, type Fleet } from './fleet.ts';
import {
  allReservations,
  type Counters,
  countersFrom,
  reservationsFrom,
  versionsOf,
} from './rebuilt-from-events.ts';
import type { TestRedis } from './redis-server.ts';
import { startRedis } from './redis-topologies.ts';

jest.setTimeout(scaled(1_200_000));

/** docs/testing.md has the command for more. */
const TRANSITIONS = Number(process.env['TRANSITIONS'] ?? 1_000);
const KILLS = 5;
const SKUS = ['MUG', 'TEE', 'CAP', 'PEN', 'BAG'];
/** Less than the quantity of the creates that have to be refused. */
const ON_HAND = 900_000;

describe.each(mostlyOn('redis'))('while a worker is killed five times, queues on $name', (backend) => {
  let redis: TestRedis | undefined;
  let fleet: Fleet;
  let receiver: Receiver;
  let feed: ReturnType<typeof followFeed>;
  let stream: ReturnType<typeof openStream> | undefined;
  let traffic: Traffic;
  let kills = 0;
  /** The ids of all events, in the order of their places. */
  let written: readonly string[];

  beforeAll(async () => {
    redis = await startRedis(backend);
    const env = { WEBHOOK_ALLOW_PRIVATE: 'true', REDIS_STREAM_MAX_LENGTH: '1000000' };
    fleet = await openFleet(backend, { env, ...(redis ? { redis } : {}) });
    receiver = await openReceiver();
    for (const sku of SKUS) await fleet.client.stock(sku, ON_HAND);
    await want(201, fleet.client.post('/v1/webhook-endpoints', { url: receiver.url }));
    feed = followFeed(fleet.client.baseUrl);
    stream = redis && openStream(redis.url);
    await sellWhileWorkersDie();
    await untilAllIsDelivered();
    written = (
      await fleet.query<{ id: string }>(
        'SELECT event_id AS id FROM event_positions JOIN events ON id = event_id ORDER BY position',
      )
    ).map(({ id }) => id);
  });
  afterAll(async () => {
    await feed?.stop();
    stream?.close();
    await fleet?.close();
    await receiver?.close();
  });

  async function sellWhileWorkersDie(): Promise<void> {
    const selling = startTraffic(fleet.client, SKUS, TRANSITIONS);
    traffic = selling;
    while (kills < KILLS) {
      const [worker] = fleet.workers;
      const mark = ((kills + 1) * TRANSITIONS) / (KILLS + 1);
      await eventually(() => selling.made() >= mark);
      if (worker) await fleet.kill(worker);
      kills += 1;
      await fleet.start('worker');
    }
    await selling.ended;
  }

  const isAllDelivered = async () => {
    const [left] = await fleet.query<{ count: number }>(
      `SELECT
         (SELECT count(*) FROM event_notes)::integer
         + (SELECT count(*) FROM reservations WHERE status = 'held')::integer
         + (SELECT count(*) FROM webhook_deliveries WHERE state = 'pending')::integer
         + (SELECT sum(last_position - cursor) FROM webhook_endpoints, event_sequencer)::integer AS count`,
    );
    const [{ newest } = { newest: Number.NaN }] = await fleet.query<{ newest: number }>(
      'SELECT last_position::integer AS newest FROM event_sequencer',
    );
    const inStream = (await stream?.length()) ?? newest;
    return left?.count === 0 && feed.seen.length >= newest && inStream >= newest;
  };
  const untilAllIsDelivered = () => eventually(isAllDelivered, { timeoutMs: 240_000 });

  test('the workers were killed, and shoppers noticed nothing', () => {
    expect(kills).toBe(KILLS);
    expect(traffic.made()).toBeGreaterThanOrEqual(TRANSITIONS);
    expect(traffic.refused()).toBeGreaterThan(TRANSITIONS / 20);
  });

  test('the feed has every event exactly once, in the order of places', () => {
    expect(feed.seen.map(({ id }) => id)).toEqual(written);
  });

  test('the webhook endpoint got every event, and one that came again was the same to the last byte', () => {
    const texts = new Map<string, string>();
    for (const { headers, body } of receiver.requests) {
      const id = String(headers['webhook-id']);
      expect(texts.get(id) ?? body).toBe(body);
      texts.set(id, body);
    }
    expect([...texts.keys()].toSorted()).toEqual(written.toSorted());
    for (const event of feed.seen) expect(JSON.parse(texts.get(event.id) ?? '')).toEqual(event);
  });

  test('the stream in Redis, where there is one, has every event exactly once, as the feed has it', async () => {
    expect((await stream?.read()) ?? feed.seen).toEqual(feed.seen);
  });

  test('each consumer learns of a reservation’s changes in their order', () => {
    const inOrder = versionsOf(feed.seen);
    for (const versions of inOrder.values()) expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    const atWebhook = receiver.requests.map(({ body }) => publishedEvent.parse(JSON.parse(body)));
    expect(versionsOf(atWebhook)).toEqual(inOrder);
  });

  test('refused calls have no event, except late payments, and each change has one', async () => {
    const versions = versionsOf(feed.seen);
    expect(versions.size).toBe(traffic.reservations());
    const rows = await fleet.query<{ id: string; version: number }>('SELECT id, version FROM reservations');
    expect(rows).toHaveLength(versions.size);
    for (const { id, version } of rows) {
      expect([...new Set(versions.get(id))]).toEqual(
        Array.from({ length: version }, (_, index) => index + 1),
      );
    }
    const types = new Set(feed.seen.map(({ type }) => type.replace('warehouse.inventory.', '')));
    expect([...types].toSorted()).toEqual([
      'cancelled',
      'confirm_refused',
      'confirmed',
      'deducted',
      'expired',
      'extended',
      'released',
      'reserved',
    ]);
  });

  test('from the events alone the same reservations and counters can be built as the database has', async () => {
    expect(reservationsFrom(feed.seen)).toEqual(await allReservations(fleet.client));
    const levels = await fleet.query<Counters & { level: string }>(
      `SELECT sku || ' ' || location AS level, on_hand, reserved, allocated FROM stock_levels`,
    );
    const stored = new Map(
      levels.map(({ level, on_hand, ...more }) => [level, { on_hand: on_hand - ON_HAND, ...more }]),
    );
    expect(countersFrom(feed.seen)).toEqual(stored);
  });

  test('the invariants of the ledger hold', async () => {
    expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });
});
