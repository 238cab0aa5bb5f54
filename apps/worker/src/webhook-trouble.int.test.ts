import { testEvent } from '@holdfast/events';
import { queueTestDelivery, updateWebhookEndpoint } from '@holdfast/webhooks';
import { newId } from '@holdfast/ledger';
import { timed, ofTest, firstArrivals } from '@holdfast/testing';
import { inOrder, openWebhookScenario, type Received } from './testing/webhook-scenario.ts';

const scenario = ofTest(() => openWebhookScenario());

const HOUR_SECONDS = 3_600;

/** A consumer whose answers the test sets, with the events that it has accepted. */
async function moody() {
  const mood = { answers: (_event: Received): number => 500, retryAfter: undefined as string | undefined };
  const accepted: Received[] = [];
  const consumer = await scenario.consumer((event, response) => {
    const status = mood.answers(event);
    if (status < 300) accepted.push(event);
    response.writeHead(status, mood.retryAfter === undefined ? {} : { 'retry-after': mood.retryAfter }).end();
  });
  return { ...consumer, accepted, mood };
}

const idsOf = (received: readonly { readonly id: string }[]) => received.map(({ id }) => id);
const states = async (endpoint: { readonly id: string }) =>
  (await scenario.deliveries(endpoint)).map(({ state, attempts }) => `${state} ${attempts}`);
const enable = (id: string, enabled: boolean) =>
  scenario.prisma.$transaction((tx) => updateWebhookEndpoint(tx, id, { enabled }, 'desk'));

describe('when an event of a reservation does not get through', () => {
  test('its later ones wait, all others go on, and they come in order when it has', async () => {
    const consumer = await moody();
    const endpoint = await scenario.endpoint(consumer.url);
    const [unlucky, lucky] = [newId(), newId()];
    const reservations = [unlucky, lucky, unlucky, lucky, unlucky];
    consumer.mood.answers = ({ subject }) => (subject === unlucky ? 500 : 200);
    const ids = await scenario.addEvents(reservations);
    const { askAgainMs } = await scenario.run(endpoint);
    expect(askAgainMs).not.toBeNull();
    expect(askAgainMs).toBeLessThan(1_200);
    expect(await states(endpoint)).toEqual([
      'pending 1',
      'succeeded 1',
      'pending 0',
      'succeeded 1',
      'pending 0',
    ]);

    const later = await scenario.addEvents(reservations);
    await scenario.letPass(-60);
    await scenario.run(endpoint); // too early for another attempt
    expect(idsOf(consumer.accepted)).toEqual([ids[1], ids[3], later[1], later[3]]);
    expect(consumer.received.filter(({ subject }) => subject === unlucky)).toHaveLength(1);

    consumer.mood.answers = () => 200;
    await scenario.letPass(62);
    await scenario.run(endpoint);
    expect(firstArrivals(consumer.accepted)).toEqual(
      inOrder([...ids, ...later], [...reservations, ...reservations]),
    );
    const all = await scenario.deliveries(endpoint);
    expect(all.every(({ state, next_attempt_at }) => state === 'succeeded' && next_attempt_at === null)).toBe(
      true,
    );
  });

  test('it is tried again by the schedule, with the reason, and given up after two days; then the next one goes', async () => {
    const consumer = await moody();
    const endpoint = await scenario.endpoint(consumer.url);
    const reservation = newId();
    const [first = '', second = ''] = await scenario.addEvents([reservation, reservation]);
    const waits: number[] = [];
    let slowestRunSeconds = 0;
    for (let attempts = 1; attempts <= 7; attempts += 1) {
      const { tookMs } = await timed(() => scenario.run(endpoint));
      slowestRunSeconds = Math.max(slowestRunSeconds, tookMs / 1_000);
      const [delivery] = await scenario.deliveries(endpoint);
      expect(delivery).toMatchObject({
        state: 'pending',
        attempts,
        last_status: 500,
        last_error: 'answered 500',
      });
      const { next_attempt_at, last_attempt_at } = delivery ?? {};
      waits.push((Date.parse(next_attempt_at ?? '') - Date.parse(last_attempt_at ?? '')) / 1_000);
      await scenario.letPass(Math.ceil(waits.at(-1) ?? 0));
    }
    [1, 5, 10, 60, 300, 1_800, 3_600].forEach((seconds, index) => {
      expect(waits[index]).toBeGreaterThanOrEqual(seconds * 0.9);
      expect(waits[index]).toBeLessThanOrEqual(seconds * 1.1 + slowestRunSeconds);
    });
    await scenario.letPass(48 * HOUR_SECONDS);
    await scenario.run(endpoint);
    const [lost, next] = await scenario.deliveries(endpoint);
    expect(lost).toMatchObject({ event_id: first, state: 'failed', attempts: 8, next_attempt_at: null });
    expect(lost?.finished_at).not.toBeNull();
    expect(next).toMatchObject({ event_id: second, state: 'pending', attempts: 1 });
  });

  test('the Retry-After of an endpoint is honoured', async () => {
    const consumer = await moody();
    consumer.mood.answers = () => 503;
    consumer.mood.retryAfter = '120';
    const endpoint = await scenario.endpoint(consumer.url);
    await scenario.addEvents([newId()]);
    const { askAgainMs } = await scenario.run(endpoint);
    expect(askAgainMs).toBeGreaterThan(60_000); // by its own schedule it would be one
    expect(askAgainMs).toBeLessThanOrEqual(120_000);
  });
});

describe('an endpoint that answers 410', () => {
  test('is disabled and called no more; enabled again, it goes on where it stopped', async () => {
    const consumer = await moody();
    const endpoint = await scenario.endpoint(consumer.url);
    const reservation = newId();
    const reservations = Array.from({ length: 3 }, () => reservation);
    const ids = await scenario.addEvents(reservations);
    consumer.mood.answers = () => 410;
    expect(await scenario.run(endpoint)).toEqual({ isDone: true, askAgainMs: null });
    expect(await scenario.standing(endpoint)).toMatchObject({
      enabled: false,
      disabled_reason: 'answered 410: it wants no events any more',
    });
    const later = await scenario.addEvents(reservations);
    await scenario.run(endpoint);
    expect(consumer.received).toHaveLength(1);

    consumer.mood.answers = () => 200;
    await enable(endpoint.id, true);
    await scenario.run(endpoint);
    expect(idsOf(consumer.accepted)).toEqual([...ids, ...later]);
    expect(await scenario.standing(endpoint)).toMatchObject({ enabled: true, disabled_reason: null });
  });

  test('by an address that it has no more is not disabled', async () => {
    const consumer = await moody();
    const old = await scenario.consumer(async (_event, response) => {
      await scenario.prisma.$executeRaw`UPDATE webhook_endpoints SET url = ${consumer.url}`;
      response.writeHead(410).end();
    });
    consumer.mood.answers = () => 200;
    const endpoint = await scenario.endpoint(old.url);
    const ids = await scenario.addEvents([newId()]);
    await scenario.run(endpoint);
    expect((await scenario.standing(endpoint)).enabled).toBe(true);
    expect(idsOf(consumer.accepted)).toEqual(ids);
  });
});

const manyReservations = () => Array.from({ length: 300 }, newId);

describe('an endpoint that is down', () => {
  test('rests after ten failures in a row, gets nothing new, and does not pile up rows', async () => {
    const consumer = await moody();
    const endpoint = await scenario.endpoint(consumer.url);
    await scenario.addEvents(manyReservations());
    expect((await scenario.run(endpoint)).askAgainMs).not.toBeNull();
    const { failures_in_a_row, resting_until, cursor } = await scenario.standing(endpoint);
    expect(failures_in_a_row).toBe(10);
    expect(resting_until).not.toBeNull();
    const attempts = consumer.received.length;
    expect(attempts).toBeLessThan(30);
    expect(cursor).toBe(attempts);
    await scenario.letPass(-60);
    await scenario.run(endpoint);
    expect(consumer.received.length).toBe(attempts);
    expect(await scenario.deliveries(endpoint)).toHaveLength(attempts);
  });

  test('is asked with one event after each rest, which get longer up to a minute', async () => {
    const consumer = await moody();
    const endpoint = await scenario.endpoint(consumer.url);
    await scenario.addEvents(manyReservations());
    await scenario.run(endpoint);
    const rests: { atLeastMs: number; atMostMs: number }[] = [];
    for (let probes = 0; probes < 5; probes += 1) {
      const attempts = consumer.received.length;
      await scenario.letPass(67);
      const { value, tookMs } = await timed(() => scenario.run(endpoint));
      expect(consumer.received.length).toBe(attempts + 1);
      rests.push({ atLeastMs: value.askAgainMs ?? 0, atMostMs: (value.askAgainMs ?? 0) + tookMs });
    }
    // It is measured at the end of the run, some time after the pause has begun.
    [5_000, 10_000, 60_000, 60_000, 60_000].forEach((ms, index) => {
      expect(rests[index]?.atMostMs).toBeGreaterThan(ms * 0.9);
      expect(rests[index]?.atLeastMs).toBeLessThanOrEqual(ms * 1.1);
    });
    expect((await scenario.deliveries(endpoint)).length).toBeLessThan(40);
  });

  test.each([1, 2])('is sent a test call before all else, after %i rests', async (rests) => {
    const consumer = await moody();
    const endpoint = await scenario.endpoint(consumer.url);
    await scenario.addEvents(manyReservations());
    for (let rest = 0; rest < rests; rest += 1) {
      await scenario.run(endpoint);
      await scenario.letPass(67);
    }
    await scenario.run(endpoint);
    const sample = testEvent(newId(), {
      endpointId: endpoint.id,
      publicUrl: 'https://stock.example.com',
      time: '2026-11-20T10:00:00.000Z',
    });
    await scenario.prisma.$transaction((tx) =>
      queueTestDelivery(tx, endpoint.id, { deliveryId: newId(), sample }),
    );
    await scenario.run(endpoint);
    expect(consumer.received.at(-1)?.id).toBe(sample.id);
  });

  test('gets everything, in order for each reservation, soon after it answers again', async () => {
    const consumer = await moody();
    const endpoint = await scenario.endpoint(consumer.url);
    const some = manyReservations().slice(0, 60);
    const reservations = [...some, ...some, ...some];
    const ids = await scenario.addEvents(reservations);
    for (let minutes = 0; minutes < 30; minutes += 1) {
      await scenario.run(endpoint);
      await scenario.letPass(60);
    }
    consumer.mood.answers = () => 200;
    await scenario.letPass(60);
    // Not at the times of the retry schedule, which would be up to an hour away.
    expect(await scenario.run(endpoint)).toEqual({ isDone: true, askAgainMs: null });
    expect(idsOf(consumer.accepted).toSorted()).toEqual(ids.toSorted());
    expect(firstArrivals(consumer.accepted)).toEqual(inOrder(ids, reservations));
    expect(await scenario.standing(endpoint)).toMatchObject({ failures_in_a_row: 0, resting_until: null });
  });

  test('is given at once, by another address, also what would be tried in hours', async () => {
    const consumer = await moody();
    const endpoint = await scenario.endpoint(consumer.url);
    const ids = await scenario.addEvents(manyReservations());
    for (let hours = 0; hours < 9; hours += 1) {
      await scenario.run(endpoint);
      await scenario.letPass(HOUR_SECONDS);
    }
    await scenario.run(endpoint);
    const other = await scenario.consumer();
    await scenario.prisma.$transaction((tx) =>
      updateWebhookEndpoint(tx, endpoint.id, { url: other.url }, 'desk'),
    );
    await scenario.run(endpoint);
    expect(idsOf(other.received).toSorted()).toEqual(ids.toSorted());
  });
});

test('an endpoint that refuses some events for good is not kept from the others by them', async () => {
  const consumer = await moody();
  consumer.mood.answers = ({ type }) => (type === 'warehouse.inventory.deducted' ? 500 : 204);
  const endpoint = await scenario.endpoint(consumer.url);
  await scenario.addEvents(Array.from({ length: 30 }, newId), 'warehouse.inventory.deducted');
  const others = await scenario.addEvents(Array.from({ length: 5 }, newId));
  for (let minutes = 0; consumer.accepted.length < others.length; minutes += 1) {
    expect(minutes).toBeLessThan(30);
    await scenario.run(endpoint);
    await scenario.letPass(70);
  }
  expect(idsOf(consumer.accepted).toSorted()).toEqual(others.toSorted());
});

test('disabled by a call, it keeps its place', async () => {
  const consumer = await moody();
  consumer.mood.answers = () => 200;
  const endpoint = await scenario.endpoint(consumer.url);
  await enable(endpoint.id, false);
  expect(await scenario.standing(endpoint)).toMatchObject({
    enabled: false,
    disabled_reason: 'disabled by desk',
  });
  const ids = await scenario.addEvents([newId(), newId()]);
  await scenario.run(endpoint);
  expect(consumer.received).toEqual([]);
  await enable(endpoint.id, true);
  await scenario.run(endpoint);
  expect(idsOf(consumer.accepted).toSorted()).toEqual(ids.toSorted());
});
