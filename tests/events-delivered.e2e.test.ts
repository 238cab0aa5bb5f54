import { checkLedgerInvariants, queueBackends } from '@holdfast/testing';
import { z } from 'zod';
import { followFeed, openReceiver, openStream, toldEvent, type ToldEvent } from './event-consumers.ts';
import { startTraffic, type Traffic } from './event-traffic.ts';
import { openHouse, type House } from './house.ts';
import { eventuallyWithin } from './patience.ts';
import { reserveRedisServer, type RedisServer } from './redis-server.ts';
import { want } from './shop.ts';

jest.setTimeout(600_000);

/** More of them, by themselves: docs/testing.md. */
const TRANSITIONS = Number(process.env['TRANSITIONS'] ?? 1_000);
const KILLS = 5;
const SKUS = ['MUG', 'TEE', 'CAP', 'PEN', 'BAG'];
const ON_HAND = 1_000_000;

/** Of each reservation the versions that its events tell of, in the order in which they came first. */
function versionsOf(events: readonly ToldEvent[]): ReadonlyMap<string, readonly number[]> {
  const seen = new Set<string>();
  const versions = new Map<string, number[]>();
  for (const { id, type, data } of events) {
    if (!data.reservation || seen.has(id) || type.endsWith('.confirm_refused')) continue;
    seen.add(id);
    const told = versions.get(data.reservation.id) ?? [];
    versions.set(data.reservation.id, [...told, data.reservation.version]);
  }
  return versions;
}

describe.each(queueBackends)('while a worker is killed five times, queues on $name', (backend) => {
  let redis: RedisServer | undefined;
  let house: House;
  let receiver: Awaited<ReturnType<typeof openReceiver>>;
  let feed: ReturnType<typeof followFeed>;
  let stream: ReturnType<typeof openStream> | undefined;
  let traffic: Traffic;
  let kills = 0;
  /** The ids of all events, in the order of their places. */
  let written: readonly string[];

  beforeAll(async () => {
    redis = backend.redisUrl === undefined ? undefined : await reserveRedisServer();
    await redis?.start();
    const env = { WEBHOOK_ALLOW_PRIVATE: 'true', REDIS_STREAM_MAX_LENGTH: '1000000' };
    house = await openHouse(backend, { env, ...(redis ? { redis } : {}) });
    receiver = await openReceiver();
    for (const sku of SKUS) await house.shop.stock(sku, ON_HAND);
    await want(201, house.shop.post('/v1/webhook-endpoints', { url: receiver.url }));
    feed = followFeed(house.shop.baseUrl);
    stream = redis && openStream(redis.url);
    await sellWhileWorkersDie();
    await untilAllIsTold();
    written = (
      await house.query<{ id: string }>(
        'SELECT event_id AS id FROM event_positions JOIN events ON id = event_id ORDER BY position',
      )
    ).map(({ id }) => id);
  });
  afterAll(async () => {
    await feed?.leave();
    stream?.close();
    await house?.close();
    await receiver?.close();
  });

  async function sellWhileWorkersDie(): Promise<void> {
    const selling = startTraffic(house.shop, SKUS, TRANSITIONS);
    traffic = selling;
    while (kills < KILLS) {
      const [worker] = house.workers;
      const mark = ((kills + 1) * TRANSITIONS) / (KILLS + 1);
      await eventuallyWithin(120_000, () => selling.made() >= mark);
      if (worker) await house.kill(worker);
      kills += 1;
      await house.start('worker');
    }
    await selling.ended;
  }

  async function untilAllIsTold(): Promise<void> {
    await eventuallyWithin(240_000, async () => {
      const [left] = await house.query<{ count: number }>(
        `SELECT
           (SELECT count(*) FROM event_notes)::integer
           + (SELECT count(*) FROM reservations WHERE status = 'held')::integer
           + (SELECT count(*) FROM webhook_deliveries WHERE state = 'pending')::integer
           + (SELECT sum(last_position - cursor) FROM webhook_endpoints, event_sequencer)::integer AS count`,
      );
      const [{ newest } = { newest: Number.NaN }] = await house.query<{ newest: number }>(
        'SELECT last_position::integer AS newest FROM event_sequencer',
      );
      const inStream = (await stream?.length()) ?? newest;
      return left?.count === 0 && feed.seen.length >= newest && inStream >= newest;
    });
  }

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
    for (const { id, text } of receiver.received) {
      expect(texts.get(id) ?? text).toBe(text);
      texts.set(id, text);
    }
    expect([...texts.keys()].toSorted()).toEqual(written.toSorted());
    for (const event of feed.seen) expect(JSON.parse(texts.get(event.id) ?? '')).toEqual(event);
  });

  test('the stream in Redis, where there is one, has every event exactly once, as the feed has it', async () => {
    expect((await stream?.read()) ?? feed.seen).toEqual(feed.seen);
  });

  test('each consumer learns of a reservation’s changes in their order', () => {
    const inOrder = versionsOf(feed.seen);
    for (const told of inOrder.values()) expect(told).toEqual(told.toSorted((a, b) => a - b));
    const atWebhook = receiver.received.map(({ text }) => toldEvent.parse(JSON.parse(text)));
    expect(versionsOf(atWebhook)).toEqual(inOrder);
  });

  test('what was refused is not told, but for late payments, and what was made is told once', async () => {
    const versions = versionsOf(feed.seen);
    expect(versions.size).toBe(traffic.reservations());
    const rows = await house.query<{ id: string; version: number }>('SELECT id, version FROM reservations');
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
    const reservations = new Map<string, object>();
    const counters = new Map(SKUS.map((sku) => [sku, { sku, on_hand: ON_HAND, reserved: 0, allocated: 0 }]));
    for (const { type, data } of feed.seen) {
      if (data.reservation) reservations.set(data.reservation.id, withoutSync(data.reservation));
      // A release tells the same change once more, for whoever hears of nothing else.
      const changes = /\.(expired|cancelled)$/.test(type) ? [] : (data.stock_changes ?? []);
      for (const { sku, on_hand, reserved, allocated } of changes) {
        const before = counters.get(sku);
        if (!before) throw new Error(`an event of the SKU ${sku}`);
        counters.set(sku, {
          sku,
          on_hand: before.on_hand + on_hand,
          reserved: before.reserved + reserved,
          allocated: before.allocated + allocated,
        });
      }
    }
    expect(reservations).toEqual(await allReservations());
    const levels = await house.query('SELECT sku, on_hand, reserved, allocated FROM stock_levels');
    expect([...counters.values()].toSorted(bySku)).toEqual(levels.toSorted(bySku));
  });

  test('the books are right', async () => {
    expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
  });

  async function allReservations(): Promise<ReadonlyMap<string, object>> {
    const all = new Map<string, object>();
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const answer = await want(200, house.shop.get(`/v1/reservations?limit=200${query}`));
      const { data, next_cursor } = reservationPage.parse(answer);
      for (const reservation of data) all.set(reservation.id, withoutSync(reservation));
      cursor = next_cursor;
    }
    return all;
  }
});

const reservationPage = z.object({
  data: z.array(z.looseObject({ id: z.string() })),
  next_cursor: z.string().nullable(),
});

/** What the warehouse knows is no change of the reservation, and no event. */
const withoutSync = (reservation: object): object => ({ ...reservation, warehouse_sync: undefined });

const bySku = (a: { sku?: string }, b: { sku?: string }) => ((a.sku ?? '') < (b.sku ?? '') ? -1 : 1);
