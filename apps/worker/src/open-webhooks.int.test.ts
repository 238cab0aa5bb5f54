import { type Database } from '@holdfast/db';
import {
  deleteWebhookEndpoint,
  queueTestDelivery,
  replayEvents,
  rotateWebhookSecret,
  updateWebhookEndpoint,
  newSecret,
} from '@holdfast/webhooks';
import { testEvent } from '@holdfast/events';
import { newId } from '@holdfast/ledger';
import { together, ofTest, firstArrivals } from '@holdfast/testing';
import { Webhook } from 'standardwebhooks';
import { inOrder, openWebhookScenario } from './testing/webhook-scenario.ts';

const scenario = ofTest(() => openWebhookScenario());

/** So many reservations, and events of them: one of each, then one of each again, and so on. */
function lives(reservations: number, events: number): string[] {
  const ids = Array.from({ length: reservations }, newId);
  return Array.from({ length: events }, () => ids).flat();
}

const idsOf = (received: readonly { readonly id: string }[]) => received.map(({ id }) => id);

describe('an endpoint that answers', () => {
  test('gets every event once, as a signed CloudEvent, in order for each reservation', async () => {
    const consumer = await scenario.consumer();
    const endpoint = await scenario.endpoint(consumer.url);
    const reservations = lives(30, 10);
    const ids = await scenario.addEvents(reservations);
    expect(await scenario.run(endpoint)).toEqual({ isDone: true, askAgainMs: null });

    expect(idsOf(consumer.received).toSorted()).toEqual(ids.toSorted());
    expect(firstArrivals(consumer.received)).toEqual(inOrder(ids, reservations));
    for (const { id, headers, body } of consumer.received) {
      const event = new Webhook(endpoint.secret).verify(body, headers as Record<string, string>);
      expect(event).toMatchObject({ specversion: '1.0', id, source: 'https://stock.example.com' });
      expect(headers['webhook-id']).toBe(id);
    }
    const deliveries = await scenario.deliveries(endpoint);
    expect(deliveries.map(({ event_id }) => event_id)).toEqual(ids);
    for (const delivery of deliveries) {
      expect(delivery).toMatchObject({ state: 'succeeded', cause: 'event', attempts: 1, last_status: 204 });
    }
    expect((await scenario.standing(endpoint)).cursor).toBe(300);
  });

  test('gets only the types that it wants, and passes over the others', async () => {
    const consumer = await scenario.consumer();
    const endpoint = await scenario.endpoint(consumer.url, ['warehouse.inventory.expired']);
    await scenario.addEvents(lives(5, 2));
    const wanted = await scenario.addEvents(lives(3, 1), 'warehouse.inventory.expired');
    await scenario.addEvents(lives(150, 1));
    await scenario.run(endpoint);
    expect(idsOf(consumer.received).toSorted()).toEqual(wanted.toSorted());
    expect(await scenario.deliveries(endpoint)).toHaveLength(3);
    expect((await scenario.standing(endpoint)).cursor).toBe(163);
  });

  test('gets what happens from when it was made, and nothing when it was deleted', async () => {
    const consumer = await scenario.consumer();
    await scenario.addEvents(lives(3, 1));
    const endpoint = await scenario.endpoint(consumer.url);
    const ids = await scenario.addEvents(lives(1, 2));
    await scenario.run(endpoint);
    expect(idsOf(consumer.received)).toEqual(ids);
    await deleteWebhookEndpoint(scenario.prisma, endpoint.id);
    await scenario.addEvents(lives(1, 1));
    expect(await scenario.run(endpoint)).toEqual({ isDone: true, askAgainMs: null });
    expect(consumer.received).toHaveLength(2);
  });
});

describe('two workers at one endpoint', () => {
  test('lose nothing, write each event down once, and keep the order in which events of a reservation come first', async () => {
    const consumer = await scenario.consumer((_event, response) => {
      setTimeout(() => response.writeHead(204).end(), Math.random() * 4);
    });
    const endpoint = await scenario.endpoint(consumer.url);
    const reservations = lives(40, 10);
    const ids = await scenario.addEvents(reservations);
    const ends = await together(2, () => scenario.run(endpoint, { sink: scenario.open().open(endpoint.id) }));
    expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(firstArrivals(consumer.received)).toEqual(inOrder(ids, reservations));
    expect((await scenario.deliveries(endpoint)).map(({ event_id }) => event_id)).toEqual(ids);
  });

  test('the same when every third attempt fails', async () => {
    let attempts = 0;
    const accepted: { id: string; subject: string }[] = [];
    const consumer = await scenario.consumer((event, response) => {
      attempts += 1;
      if (attempts % 3 === 0) return response.writeHead(500).end();
      accepted.push(event);
      return response.writeHead(204).end();
    });
    const endpoint = await scenario.endpoint(consumer.url);
    const reservations = lives(20, 8);
    const ids = await scenario.addEvents(reservations);
    for (let rounds = 0; new Set(idsOf(accepted)).size < ids.length; rounds += 1) {
      expect(rounds).toBeLessThan(50);
      const ends = await together(2, () =>
        scenario.run(endpoint, { sink: scenario.open().open(endpoint.id) }),
      );
      expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
      await scenario.letPass(60);
    }
    expect(
      firstArrivals(consumer.received.filter((event) => accepted.some(({ id }) => id === event.id))),
    ).toEqual(inOrder(ids, reservations));
  });
});

test('if a worker dies between sending events and writing the results, they are sent again with the same ids', async () => {
  const consumer = await scenario.consumer();
  const endpoint = await scenario.endpoint(consumer.url);
  const ids = await scenario.addEvents(lives(2, 3));
  const dying = { ...scenario.database, prisma: withoutTransactions(scenario.database) };
  await expect(
    scenario.run(endpoint, { sink: scenario.open({ over: dying }).open(endpoint.id) }),
  ).rejects.toThrow('killed');
  expect(await scenario.deliveries(endpoint)).toEqual([]);
  await scenario.run(endpoint);
  expect(idsOf(consumer.received).toSorted()).toEqual([...ids, ...ids].toSorted());
});

/** Nothing is written, as if the process had died before. */
const withoutTransactions = ({ prisma }: Database): Database['prisma'] =>
  new Proxy(prisma, {
    get: (target, name) =>
      name === '$transaction' ? () => Promise.reject(new Error('killed')) : Reflect.get(target, name),
  });

test('a worker that stops begins nothing more, and leaves what it has not begun in the feed', async () => {
  const stop = new AbortController();
  const consumer = await scenario.consumer((_event, response) => {
    stop.abort();
    response.writeHead(204).end();
  });
  const endpoint = await scenario.endpoint(consumer.url);
  const reservations = lives(10, 10);
  const ids = await scenario.addEvents(reservations);
  await scenario.run(endpoint, { stopping: stop.signal });
  const begun = consumer.received.length;
  expect(begun).toBeLessThanOrEqual(20);
  expect((await scenario.deliveries(endpoint)).length).toBeLessThanOrEqual(20);
  await scenario.run(endpoint);
  expect(idsOf(consumer.received).toSorted()).toEqual(ids.toSorted());
  expect(firstArrivals(consumer.received)).toEqual(inOrder(ids, reservations));
});

test('both secrets sign after a rotation, and the one before no more when its time is over', async () => {
  const consumer = await scenario.consumer();
  const endpoint = await scenario.endpoint(consumer.url);
  const secret = newSecret();
  await scenario.prisma.$transaction((tx) =>
    rotateWebhookSecret(tx, scenario.cipher, endpoint.id, { secret, hours: 24 }),
  );
  await scenario.addEvents(lives(1, 1));
  await scenario.run(endpoint);
  await scenario.prisma.$executeRaw`UPDATE webhook_endpoints SET previous_secret_until = clock_timestamp()`;
  await scenario.addEvents(lives(1, 1));
  await scenario.run(endpoint);
  const verifies = (which: string) =>
    consumer.received.map(({ body, headers }) => {
      try {
        new Webhook(which).verify(body, headers as Record<string, string>);
        return true;
      } catch {
        return false;
      }
    });
  expect({ before: verifies(endpoint.secret), now: verifies(secret) }).toEqual({
    before: [true, false],
    now: [true, true],
  });
});

const replay = (id: string, wanted: Parameters<typeof replayEvents>[2], eventsMax = 100) =>
  scenario.prisma.$transaction((tx) => replayEvents(tx, id, wanted, { eventsMax, newId }));
const span = { from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };

describe('a replay', () => {
  test('of a span sends the same events again, in their order, also those from before the endpoint', async () => {
    const consumer = await scenario.consumer();
    const reservations = lives(4, 5);
    const ids = await scenario.addEvents(reservations);
    const endpoint = await scenario.endpoint(consumer.url);
    expect(await replay(endpoint.id, span)).toEqual({ kind: 'queued', count: 20 });
    await scenario.run(endpoint);
    expect(consumer.received).toHaveLength(20);
    expect(firstArrivals(consumer.received)).toEqual(inOrder(ids, reservations));
    expect((await scenario.deliveries(endpoint)).map(({ cause, state }) => `${cause} ${state}`)).toEqual(
      ids.map(() => 'replay succeeded'),
    );
  });

  test('leaves out what the endpoint has not been sent yet, and types that it does not get', async () => {
    const consumer = await scenario.consumer();
    const endpoint = await scenario.endpoint(consumer.url, ['warehouse.inventory.expired']);
    const [sent = ''] = await scenario.addEvents(lives(1, 1), 'warehouse.inventory.expired');
    const [other = ''] = await scenario.addEvents(lives(1, 1));
    await scenario.run(endpoint);
    const [next = ''] = await scenario.addEvents(lives(1, 1), 'warehouse.inventory.expired');
    expect(await replay(endpoint.id, span)).toEqual({ kind: 'queued', count: 1 });
    expect(await replay(endpoint.id, { eventId: next })).toEqual({ kind: 'queued', count: 0 });
    expect(await replay(endpoint.id, { eventId: other })).toEqual({ kind: 'queued', count: 1 });
    await scenario.run(endpoint);
    expect(idsOf(consumer.received).toSorted()).toEqual([sent, sent, other, next].toSorted());
  });

  test('of too many, or of what is not there, is none', async () => {
    const endpoint = await scenario.endpoint('http://127.0.0.1:1/');
    await scenario.addEvents(lives(4, 1));
    await scenario.prisma.$executeRaw`UPDATE webhook_endpoints SET cursor = 4`;
    expect(await replay(endpoint.id, span, 3)).toEqual({ kind: 'too_many' });
    expect(await replay(endpoint.id, { eventId: newId() })).toEqual({ kind: 'no_event' });
    expect(await replay(newId(), span)).toEqual({ kind: 'no_endpoint' });
    expect(await scenario.deliveries(endpoint)).toEqual([]);
  });

  test('of what is not kept any more ends, and is told', async () => {
    const consumer = await scenario.consumer();
    const endpoint = await scenario.endpoint(consumer.url);
    const [, kept] = await scenario.addEvents(lives(1, 2));
    await scenario.run(endpoint);
    await replay(endpoint.id, span);
    await scenario.prisma.$transaction([
      scenario.prisma.$executeRaw`SELECT set_config('holdfast.retention', 'on', true)`,
      scenario.prisma.$executeRaw`DELETE FROM events WHERE id <> ${kept ?? ''}::uuid`,
    ]);
    await scenario.run(endpoint);
    expect(consumer.received).toHaveLength(3);
    expect((await scenario.deliveries(endpoint)).slice(2)).toMatchObject([
      { state: 'failed', last_error: 'the event is older than the retention' },
      { state: 'succeeded', event_id: kept },
    ]);
  });
});

test('a test call is sent the way events are, ahead of what waits', async () => {
  const consumer = await scenario.consumer();
  const endpoint = await scenario.endpoint(consumer.url);
  await scenario.addEvents(lives(1, 1));
  const sample = testEvent(newId(), {
    endpointId: endpoint.id,
    publicUrl: 'https://stock.example.com',
    time: '2026-11-20T10:00:00.000Z',
  });
  await scenario.prisma.$transaction((tx) =>
    updateWebhookEndpoint(tx, endpoint.id, { enabled: false }, 'desk'),
  );
  await scenario.prisma.$transaction((tx) =>
    queueTestDelivery(tx, endpoint.id, { deliveryId: newId(), sample }),
  );
  expect(await scenario.run(endpoint)).toEqual({ isDone: true, askAgainMs: null });
  expect(consumer.received).toEqual([]); // disabled
  await scenario.prisma.$transaction((tx) =>
    updateWebhookEndpoint(tx, endpoint.id, { enabled: true }, 'desk'),
  );
  await scenario.run(endpoint);
  const first = consumer.received.find(({ type }) => type === 'warehouse.inventory.test');
  expect(
    new Webhook(endpoint.secret).verify(first?.body ?? '', first?.headers as Record<string, string>),
  ).toEqual(sample);
  expect(consumer.received).toHaveLength(2);
});
