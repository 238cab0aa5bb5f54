import { queueTestDelivery, updateWebhookEndpoint } from '@holdfast/db';
import { testEvent } from '@holdfast/events';
import { newId } from '@holdfast/ledger';
import {
  firstArrivals,
  inOrder,
  openWebhookHouse,
  type Received,
  type WebhookHouse,
} from './testing/webhook-house.ts';

let house: WebhookHouse;
beforeEach(async () => {
  house = await openWebhookHouse();
});
afterEach(() => house.close());

const HOUR_SECONDS = 3_600;

/** A consumer whose answer the test decides, and what it has accepted. */
async function moody() {
  const mood = { answers: (_event: Received): number => 500, retryAfter: undefined as string | undefined };
  const accepted: Received[] = [];
  const consumer = await house.consumer((event, response) => {
    const status = mood.answers(event);
    if (status < 300) accepted.push(event);
    response.writeHead(status, mood.retryAfter === undefined ? {} : { 'retry-after': mood.retryAfter }).end();
  });
  return { ...consumer, accepted, mood };
}

const idsOf = (received: readonly { readonly id: string }[]) => received.map(({ id }) => id);
const states = async (endpoint: { readonly id: string }) =>
  (await house.deliveries(endpoint)).map(({ state, attempts }) => `${state} ${attempts}`);
const enable = (id: string, enabled: boolean) =>
  house.prisma.$transaction((tx) => updateWebhookEndpoint(tx, id, { enabled }, 'desk'));

describe('when an event of a reservation does not get through', () => {
  test('its later ones wait, all others go on, and they come in order when it has', async () => {
    const shop = await moody();
    const endpoint = await house.endpoint(shop.url);
    const [unlucky, lucky] = [newId(), newId()];
    const reservations = [unlucky, lucky, unlucky, lucky, unlucky];
    shop.mood.answers = ({ subject }) => (subject === unlucky ? 500 : 200);
    const ids = await house.tell(reservations);
    const { askAgainMs } = await house.run(endpoint);
    expect(askAgainMs).toBeGreaterThan(500);
    expect(askAgainMs).toBeLessThan(1_200);
    expect(await states(endpoint)).toEqual([
      'pending 1',
      'succeeded 1',
      'pending 0',
      'succeeded 1',
      'pending 0',
    ]);

    const later = await house.tell(reservations);
    await house.run(endpoint); // too early for another attempt
    expect(idsOf(shop.accepted)).toEqual([ids[1], ids[3], later[1], later[3]]);
    expect(shop.received.filter(({ subject }) => subject === unlucky)).toHaveLength(1);

    shop.mood.answers = () => 200;
    await house.letPass(2);
    await house.run(endpoint);
    expect(firstArrivals(shop.accepted)).toEqual(
      inOrder([...ids, ...later], [...reservations, ...reservations]),
    );
    const all = await house.deliveries(endpoint);
    expect(all.every(({ state, next_attempt_at }) => state === 'succeeded' && next_attempt_at === null)).toBe(
      true,
    );
  });

  test('it is tried again by the schedule, told why, and given up after two days; then the next one goes', async () => {
    const shop = await moody();
    const endpoint = await house.endpoint(shop.url);
    const reservation = newId();
    const [first = '', second = ''] = await house.tell([reservation, reservation]);
    const waits: number[] = [];
    for (let attempts = 1; attempts <= 7; attempts += 1) {
      await house.run(endpoint);
      const [delivery] = await house.deliveries(endpoint);
      expect(delivery).toMatchObject({
        state: 'pending',
        attempts,
        last_status: 500,
        last_error: 'answered 500',
      });
      const { next_attempt_at, last_attempt_at } = delivery ?? {};
      waits.push((Date.parse(next_attempt_at ?? '') - Date.parse(last_attempt_at ?? '')) / 1_000);
      await house.letPass(Math.ceil(waits.at(-1) ?? 0));
    }
    [1, 5, 10, 60, 300, 1_800, 3_600].forEach((seconds, index) => {
      expect(waits[index]).toBeGreaterThanOrEqual(seconds * 0.9);
      expect(waits[index]).toBeLessThanOrEqual(seconds * 1.1 + 1); // and the time that the test itself took
    });
    await house.letPass(48 * HOUR_SECONDS);
    await house.run(endpoint);
    const [lost, next] = await house.deliveries(endpoint);
    expect(lost).toMatchObject({ event_id: first, state: 'failed', attempts: 8, next_attempt_at: null });
    expect(lost?.finished_at).not.toBeNull();
    expect(next).toMatchObject({ event_id: second, state: 'pending', attempts: 1 });
  });

  test('an endpoint that says when to come again is believed', async () => {
    const shop = await moody();
    shop.mood.answers = () => 503;
    shop.mood.retryAfter = '120';
    const endpoint = await house.endpoint(shop.url);
    await house.tell([newId()]);
    const { askAgainMs } = await house.run(endpoint);
    expect(askAgainMs).toBeGreaterThan(118_000);
    expect(askAgainMs).toBeLessThanOrEqual(120_000);
  });
});

describe('an endpoint that answers 410', () => {
  test('is disabled and called no more; enabled again, it goes on where it stopped', async () => {
    const shop = await moody();
    const endpoint = await house.endpoint(shop.url);
    const reservation = newId();
    const reservations = Array.from({ length: 3 }, () => reservation);
    const ids = await house.tell(reservations);
    shop.mood.answers = () => 410;
    expect(await house.run(endpoint)).toEqual({ isDone: true, askAgainMs: null });
    expect(await house.standing(endpoint)).toMatchObject({
      enabled: false,
      disabled_reason: 'answered 410: it wants no events any more',
    });
    const later = await house.tell(reservations);
    await house.run(endpoint);
    expect(shop.received).toHaveLength(1);

    shop.mood.answers = () => 200;
    await enable(endpoint.id, true);
    await house.run(endpoint);
    expect(idsOf(shop.accepted)).toEqual([...ids, ...later]);
    expect(await house.standing(endpoint)).toMatchObject({ enabled: true, disabled_reason: null });
  });

  test('by an address that it has no more is not disabled', async () => {
    const shop = await moody();
    const old = await house.consumer(async (_event, response) => {
      await house.prisma.$executeRaw`UPDATE webhook_endpoints SET url = ${shop.url}`;
      response.writeHead(410).end();
    });
    shop.mood.answers = () => 200;
    const endpoint = await house.endpoint(old.url);
    const ids = await house.tell([newId()]);
    await house.run(endpoint);
    expect((await house.standing(endpoint)).enabled).toBe(true);
    expect(idsOf(shop.accepted)).toEqual(ids);
  });
});

const manyReservations = () => Array.from({ length: 300 }, newId);

describe('an endpoint that is down', () => {
  test('rests after ten failures in a row, gets nothing new, and does not pile up rows', async () => {
    const shop = await moody();
    const endpoint = await house.endpoint(shop.url);
    await house.tell(manyReservations());
    const { askAgainMs } = await house.run(endpoint);
    expect(askAgainMs).toBeGreaterThan(500);
    const { failures_in_a_row, resting_until, cursor } = await house.standing(endpoint);
    expect(failures_in_a_row).toBe(10);
    expect(resting_until).not.toBeNull();
    const attempts = shop.received.length;
    expect(attempts).toBeLessThan(30);
    expect(cursor).toBe(attempts);
    await house.run(endpoint);
    expect(shop.received.length).toBe(attempts);
    expect(await house.deliveries(endpoint)).toHaveLength(attempts);
  });

  test('is asked with one event after each rest, which get longer up to a minute', async () => {
    const shop = await moody();
    const endpoint = await house.endpoint(shop.url);
    await house.tell(manyReservations());
    await house.run(endpoint);
    const rests: number[] = [];
    for (let probes = 0; probes < 5; probes += 1) {
      const attempts = shop.received.length;
      await house.letPass(67);
      const { askAgainMs } = await house.run(endpoint);
      expect(shop.received.length).toBe(attempts + 1);
      rests.push(askAgainMs ?? 0);
    }
    [5_000, 10_000, 60_000, 60_000, 60_000].forEach((ms, index) => {
      expect(rests[index]).toBeGreaterThan(ms * 0.9 - 500);
      expect(rests[index]).toBeLessThanOrEqual(ms * 1.1);
    });
    expect((await house.deliveries(endpoint)).length).toBeLessThan(40);
  });

  test.each([1, 2])('is sent a test call before all else, after %i rests', async (rests) => {
    const shop = await moody();
    const endpoint = await house.endpoint(shop.url);
    await house.tell(manyReservations());
    for (let rest = 0; rest < rests; rest += 1) {
      await house.run(endpoint);
      await house.letPass(67);
    }
    await house.run(endpoint);
    const sample = testEvent(newId(), {
      endpointId: endpoint.id,
      publicUrl: 'https://stock.example.com',
      time: '2026-11-20T10:00:00.000Z',
    });
    await house.prisma.$transaction((tx) =>
      queueTestDelivery(tx, endpoint.id, { deliveryId: newId(), sample }),
    );
    await house.run(endpoint);
    expect(shop.received.at(-1)?.id).toBe(sample.id);
  });

  test('gets everything, in order for each reservation, soon after it answers again', async () => {
    const shop = await moody();
    const endpoint = await house.endpoint(shop.url);
    const some = manyReservations().slice(0, 60);
    const reservations = [...some, ...some, ...some];
    const ids = await house.tell(reservations);
    for (let minutes = 0; minutes < 30; minutes += 1) {
      await house.run(endpoint);
      await house.letPass(60);
    }
    shop.mood.answers = () => 200;
    await house.letPass(60);
    // Not at the times that the schedule had for what failed, which would be up to an hour away.
    expect(await house.run(endpoint)).toEqual({ isDone: true, askAgainMs: null });
    expect(idsOf(shop.accepted).toSorted()).toEqual(ids.toSorted());
    expect(firstArrivals(shop.accepted)).toEqual(inOrder(ids, reservations));
    expect(await house.standing(endpoint)).toMatchObject({ failures_in_a_row: 0, resting_until: null });
  });

  test('is given at once, by another address, also what would be tried in hours', async () => {
    const shop = await moody();
    const endpoint = await house.endpoint(shop.url);
    const ids = await house.tell(manyReservations());
    for (let hours = 0; hours < 9; hours += 1) {
      await house.run(endpoint);
      await house.letPass(HOUR_SECONDS);
    }
    await house.run(endpoint);
    const other = await house.consumer();
    await house.prisma.$transaction((tx) =>
      updateWebhookEndpoint(tx, endpoint.id, { url: other.url }, 'desk'),
    );
    await house.run(endpoint);
    expect(idsOf(other.received).toSorted()).toEqual(ids.toSorted());
  });
});

test('an endpoint that refuses some events for good is not kept from the others by them', async () => {
  const shop = await moody();
  shop.mood.answers = ({ type }) => (type === 'warehouse.inventory.deducted' ? 500 : 204);
  const endpoint = await house.endpoint(shop.url);
  await house.tell(Array.from({ length: 30 }, newId), 'warehouse.inventory.deducted');
  const others = await house.tell(Array.from({ length: 5 }, newId));
  for (let minutes = 0; shop.accepted.length < others.length; minutes += 1) {
    expect(minutes).toBeLessThan(30);
    await house.run(endpoint);
    await house.letPass(70);
  }
  expect(idsOf(shop.accepted).toSorted()).toEqual(others.toSorted());
});

test('disabled by somebody, it keeps its place', async () => {
  const shop = await moody();
  shop.mood.answers = () => 200;
  const endpoint = await house.endpoint(shop.url);
  await enable(endpoint.id, false);
  expect(await house.standing(endpoint)).toMatchObject({
    enabled: false,
    disabled_reason: 'disabled by desk',
  });
  const ids = await house.tell([newId(), newId()]);
  await house.run(endpoint);
  expect(shop.received).toEqual([]);
  await enable(endpoint.id, true);
  await house.run(endpoint);
  expect(idsOf(shop.accepted).toSorted()).toEqual(ids.toSorted());
});
