import { setTimeout as pause } from 'node:timers/promises';
import { queueBackends } from '@holdfast/testing';
import { type House, openHouse } from './house.ts';
import { eventuallyWithin } from './patience.ts';
import { want } from './shop.ts';
import { openWebhookConsumer, type WebhookConsumer, well } from './webhook-consumer.ts';

jest.setTimeout(600_000);

/** `OUTAGE_SECONDS=120 npm test -- tests/webhooks` is what a consumer may have to bear; it takes minutes. */
const OUTAGE_SECONDS = Number(process.env['OUTAGE_SECONDS'] ?? 6);
const IS_FULL_LENGTH = OUTAGE_SECONDS >= 60;
/** A tenth: three in a row wait 10 s, which is what the suite has time for. */
const ERROR_RATE = 0.1;
const ANSWER_MS = IS_FULL_LENGTH ? 10_000 : 2_000;
const ALONE_SECONDS = Math.min(30, OUTAGE_SECONDS);
/** Five failures in a row would wait 5 minutes. */
const CATCH_UP_MS = 400_000;
const LIVES_PER_SECOND = 10;
/**
 * Beside another suite the last percentile of some hundred events says how busy the machine was. Who is held up by one of the
 * others is so with most events, and by the 2 s of its answers. By itself, and at full length, it is the percentile.
 */
const SHARE = IS_FULL_LENGTH ? 0.99 : 0.5;
const NOISE_MS = IS_FULL_LENGTH ? 0 : 1_000;

const lateness = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * SHARE) - 1] ?? Number.NaN;

describe.each(queueBackends)('with consumers that are not well, queues on $name', (backend) => {
  let house: House;
  const consumers = new Map<string, WebhookConsumer>();
  const consumer = (name: string): WebhookConsumer => {
    const found = consumers.get(name);
    if (!found) throw new Error(`no consumer ${name}`);
    return found;
  };
  let aloneMs: number;
  let togetherMs: number;

  /** Three events. */
  async function live(): Promise<void> {
    const { id } = await house.shop.hold({ sku: 'MUG' });
    await want(200, house.shop.confirm(id));
    await want(200, house.shop.post(`/v1/reservations/${id}/fulfill`, {}));
  }
  /** Reservations that are held, confirmed and fulfilled, so many a second. */
  async function sell(seconds: number): Promise<void> {
    const lives: Promise<unknown>[] = [];
    const startedAt = performance.now();
    for (let n = 0; n < seconds * LIVES_PER_SECOND; n += 1) {
      lives.push(live());
      await pause(Math.max(0, startedAt + ((n + 1) * 1_000) / LIVES_PER_SECOND - performance.now()));
    }
    await Promise.all(lives);
  }
  async function open(name: string): Promise<WebhookConsumer> {
    const opened = await openWebhookConsumer();
    consumers.set(name, opened);
    await want(201, house.shop.post('/v1/webhook-endpoints', { url: opened.url, description: name }));
    return opened;
  }
  const count = async (table: string): Promise<number> => {
    const [row] = await house.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table}`);
    return row?.count ?? Number.NaN;
  };
  const sinceIndex = (index: number) =>
    consumer('healthy')
      .accepted.slice(index)
      .map(({ afterMs }) => afterMs);

  beforeAll(async () => {
    house = await openHouse(backend, { env: { WEBHOOK_ALLOW_PRIVATE: 'true' } });
    await house.shop.stock('MUG', 1_000_000);
    const healthy = await open('healthy');
    await sell(2); // connections, plans and caches are warm then
    const warm = healthy.accepted.length;
    await sell(ALONE_SECONDS);
    await eventuallyWithin(CATCH_UP_MS, async () => healthy.accepted.length === (await count('events')));
    aloneMs = lateness(sinceIndex(warm));

    const [down, slow, moody] = [await open('down'), await open('slow'), await open('moody')];
    await down.goDown();
    slow.becomes(() => ({ status: 204, afterMs: ANSWER_MS }));
    moody.becomes(() => ({ status: Math.random() < ERROR_RATE ? 500 : 204, afterMs: 0 }));
    const before = healthy.accepted.length;
    await sell(OUTAGE_SECONDS);
    await eventuallyWithin(CATCH_UP_MS, async () => healthy.accepted.length === (await count('events')));
    togetherMs = lateness(sinceIndex(before));
    await down.comeUp();
    slow.becomes(well);
    moody.becomes(well);
  });
  afterAll(async () => {
    await house?.close();
    for (const each of consumers.values()) await each.close();
  });

  /** Events by reservation, in their order, from the place on at which an endpoint was made. */
  async function told(name: string): Promise<Record<string, string[]>> {
    const rows = await house.query<{ id: string; subject: string }>(
      `SELECT event.id, event.subject
       FROM event_positions
       JOIN events event ON event.id = event_id
       WHERE event.time > (SELECT created_at FROM webhook_endpoints WHERE description = $1)
       ORDER BY position`,
      [name],
    );
    const orders: Record<string, string[]> = {};
    for (const { id, subject } of rows) (orders[subject] ??= []).push(id);
    return orders;
  }

  test.each(['healthy', 'down', 'slow', 'moody'])(
    '%s gets every event, in order for each reservation',
    async (name) => {
      const all = await told(name);
      expect(Object.keys(all).length).toBeGreaterThanOrEqual(OUTAGE_SECONDS * LIVES_PER_SECOND);
      await eventuallyWithin(CATCH_UP_MS, () => {
        const orders = consumer(name).orders();
        return Object.entries(all).every(([subject, ids]) => ids.length === orders[subject]?.length);
      });
      expect(consumer(name).orders()).toEqual(all);
    },
  );

  test('the healthy one gets its events as fast as when it is alone', () => {
    process.stdout.write(`${backend.name}: within ${SHARE}: alone ${aloneMs}, together ${togetherMs} ms\n`);
    expect(aloneMs).toBeGreaterThan(0);
    expect(togetherMs).toBeLessThanOrEqual(Math.max(aloneMs * 1.5, aloneMs + NOISE_MS));
  });

  test('nobody’s trouble leaves more rows behind than there are events', async () => {
    const rows = await house.query<{ description: string; surplus: number }>(
      `SELECT description, (count(*) - count(DISTINCT event_id))::integer AS surplus
       FROM webhook_deliveries
       JOIN webhook_endpoints endpoint ON endpoint.id = endpoint_id
       GROUP BY description`,
    );
    expect(rows.map(({ surplus }) => surplus)).toEqual([0, 0, 0, 0]);
  });
});
