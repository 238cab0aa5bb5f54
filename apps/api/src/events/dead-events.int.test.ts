import { withKey } from '@holdfast/testing';
import type { z } from 'zod';
import { deadEventListAnswer } from './incoming-event-schema.ts';
import { isReplay, scenarioOfSuite, refused } from '../testing/api-scenario.ts';
import {
  cancelled,
  completed,
  created,
  eventOf,
  paid,
  postEvents,
  resultsOf,
  type SentEvent,
  shortly,
  sendEvents,
} from '../testing/order-events.ts';
import type { TestApi } from '../testing/start-api.ts';

type DeadEvent = z.infer<typeof deadEventListAnswer>['data'][number];

let api: TestApi;

const scenario = scenarioOfSuite();
beforeAll(async () => {
  api = scenario.api;
});
beforeEach(() => scenario.sql.query('DELETE FROM dead_events'));

let orders = 0;
const newOrder = () => `o-${++orders}`;
const unknown = (sku: string, order = newOrder()) => created(order, [{ sku, quantity: 2 }]);

async function list(query = ''): Promise<readonly DeadEvent[]> {
  const { body } = await api.call('get', `/v1/dead-events${query}`);
  return deadEventListAnswer.parse(body).data;
}

/** The one dead event that there is. */
async function onlyOne(): Promise<DeadEvent> {
  const [only, ...others] = await list();
  expect(others).toEqual([]);
  if (!only) throw new Error('no event is dead');
  return only;
}

const retry = (id: string, headers = {}) =>
  api.call('post', `/v1/dead-events/${id}/retry`, undefined, headers);

async function mendCatalogue(sku: string): Promise<void> {
  await api.call('put', `/v1/skus/${sku}`, {});
  await scenario.setStock(sku, 10);
}

test('an event of an unknown SKU is dead, is listed with its reason, and is processed after the SKU was put', async () => {
  const event = { ...unknown('LAMP'), source: 'https://orders.example.com', traceparent: '00-1-2-01' };
  const [result] = await sendEvents(api, event);
  expect(result).toMatchObject({
    id: event.id,
    source: event.source,
    state: 'dead',
    reservation_id: null,
    problem: { type: 'http://127.0.0.1:3000/problems/unknown-sku', code: 'unknown_sku', status: 422 },
  });
  const dead = await onlyOne();
  expect(dead).toMatchObject({
    source: event.source,
    event_id: event.id,
    type: 'order.order.created',
    problem: result?.problem,
    caller: 'anonymous',
    deliveries: 1,
  });
  expect(await api.call('get', `/v1/dead-events/${dead.id}`)).toMatchObject({
    status: 200,
    body: { ...dead, event },
  });

  await mendCatalogue('LAMP');
  const reply = await retry(dead.id);
  expect(reply).toMatchObject({ status: 200, body: { id: event.id, state: 'processed', problem: null } });
  expect(await list()).toEqual([]);
  expect(await scenario.counters('LAMP')).toEqual([10, 2, 0]);
  expect(await retry(dead.id)).toMatchObject(refused(404, 'not_found'));
  expect(shortly(await sendEvents(api, event))).toEqual(['duplicate']);
});

test('one that is still dead stays, with the reason of now', async () => {
  await sendEvents(api, unknown('VASE'));
  const before = await onlyOne();
  await api.call('put', '/v1/skus/VASE', {});
  const { rows } = await scenario.sql.query<{ order_id: string }>(
    `SELECT event -> 'data' ->> 'order_id' AS order_id FROM dead_events`,
  );
  const order = rows[0]?.order_id ?? '';
  await scenario.sql.query(`UPDATE dead_events SET event = $1`, [
    JSON.stringify(created(order, [{ sku: 'VASE', quantity: 2, location: 'NOWHERE' }])),
  ]);
  expect(await retry(before.id)).toMatchObject({
    status: 200,
    body: { state: 'dead', problem: { code: 'unknown_location' } },
  });
  const after = await onlyOne();
  expect(after).toMatchObject({ id: before.id, deliveries: 1, problem: { code: 'unknown_location' } });
  expect(Date.parse(after.last_tried_at)).toBeGreaterThan(Date.parse(before.last_tried_at));
  expect(after.received_at).toBe(before.received_at);
});

test('one that is sent again while it is dead is decided anew, and stands there once', async () => {
  const event = unknown('BOWL');
  await sendEvents(api, event, event);
  expect(resultsOf(await postEvents(api, [event, event])).map(({ state }) => state)).toEqual([
    'dead',
    'dead',
  ]);
  expect(await onlyOne()).toMatchObject({ deliveries: 4 });
  await mendCatalogue('BOWL');
  expect(shortly(await sendEvents(api, event))).toEqual(['processed']);
  expect(await list()).toEqual([]);
});

test('one that was sent again with other content has that content', async () => {
  const event = eventOf('order.order.cancelled', {});
  await sendEvents(api, event);
  expect(await onlyOne()).toMatchObject({ problem: { code: 'validation_failed' } });
  expect(shortly(await sendEvents(api, { ...event, type: 'made.up' }))).toEqual(['dead validation_failed']);
  expect(await onlyOne()).toMatchObject({
    type: 'made.up',
    deliveries: 2,
    problem: { errors: [{ path: 'type' }] },
  });
  expect(shortly(await sendEvents(api, { ...event, data: { order_id: newOrder() } }))).toEqual(['processed']);
  expect(await list()).toEqual([]);
});

test('others of its request are processed', async () => {
  const sku = await scenario.newSku(10);
  const events = [
    unknown('CHAIR'),
    created(newOrder(), [{ sku, quantity: 1 }]),
    eventOf('made.up', {}),
    cancelled(newOrder()),
  ];
  const results = resultsOf(await postEvents(api, events));
  expect(results.map(({ state }) => state)).toEqual(['dead', 'processed', 'dead', 'processed']);
  expect(new Set((await list()).map(({ event_id }) => event_id))).toEqual(
    new Set([events[0]?.id, events[2]?.id]),
  );
});

type EventOfOrder = (order: string, sku: string) => SentEvent;

const reserved: EventOfOrder = (order, sku) => created(order, [{ sku, quantity: 2 }]);
const bought: EventOfOrder = (order) => paid(order);
const ended: EventOfOrder = (order) => cancelled(order);
const left: EventOfOrder = (order) => completed(order, 'f-1');
const partLeft =
  (quantity: number): EventOfOrder =>
  (order, sku) =>
    completed(order, 'f-1', [{ sku, quantity }]);
const wanted =
  (line: object, rest?: object): EventOfOrder =>
  (order, sku) =>
    created(order, [{ sku, quantity: 1, ...line }], rest);

describe('the last of these is dead', () => {
  test.each<[what: string, events: readonly EventOfOrder[], code: string]>([
    ['more has left than was reserved', [reserved, bought, partLeft(3)], 'quantity_exceeds_remaining'],
    [
      'it has the name of another fulfillment',
      [reserved, partLeft(1), partLeft(2)],
      'idempotency_key_reused',
    ],
    ['all has left before it was cancelled', [reserved, bought, left, ended], 'invalid_transition'],
    ['it left after it was cancelled', [reserved, ended, left], 'invalid_transition'],
    ['the location is unknown', [wanted({ location: 'NOWHERE' })], 'unknown_location'],
    ['the SKU is unknown', [wanted({ sku: 'NOTHING' })], 'unknown_sku'],
    ['its data does not fit', [wanted({ quantity: 0 })], 'validation_failed'],
    ['it wants a longer hold than there may be', [wanted({}, { ttl_seconds: 3_601 })], 'validation_failed'],
  ])('as %s', async (_what, events, code) => {
    const [order, sku] = [newOrder(), await scenario.newSku(10)];
    const results = shortly(await sendEvents(api, ...events.map((telling) => telling(order, sku))));
    expect(results).toEqual([...events.slice(1).map(() => 'processed'), `dead ${code}`]);
    expect(await onlyOne()).toMatchObject({ problem: { code } });
  });
});

test('an order of which something has left before, and cannot be deducted, is dead until it can; what it holds it keeps', async () => {
  const [order, sku] = [newOrder(), await scenario.newSku(5)];
  await sendEvents(api, completed(order, 'f-1'));
  const { id } = await scenario.hold(sku, 2, { order_id: order });
  await scenario.setStock(sku, 1);
  const event = created(order, [{ sku, quantity: 2 }]);
  const [result] = await sendEvents(api, event);
  expect(result).toMatchObject({
    state: 'dead',
    reservation_id: id,
    problem: { code: 'insufficient_stock', detail: expect.stringContaining('f-1') },
  });
  const dead = await onlyOne();
  expect(await retry(dead.id)).toMatchObject({ body: { state: 'dead' } });

  await scenario.setStock(sku, 5);
  expect(await retry(dead.id)).toMatchObject({ body: { state: 'processed', problem: null } });
  expect(await list()).toEqual([]);
  expect(await scenario.counters(sku)).toEqual([3, 0, 0]);
  expect(shortly(await sendEvents(api, event))).toEqual(['duplicate']);
});

test('whatever PostgreSQL’s text cannot hold is kept as it came', async () => {
  const event = { ...eventOf('made.up', { text: 'a\0b \ud800' }), subject: '\0' };
  await sendEvents(api, event);
  const { id } = await onlyOne();
  expect((await api.call('get', `/v1/dead-events/${id}`)).body).toMatchObject({ event });
});

test('the list goes page by page, newest first, of all, of a source or of a type', async () => {
  const events = Array.from({ length: 5 }, (_, number) =>
    eventOf(number % 2 === 0 ? 'made.up' : 'made.up.too', { number }, { source: number < 3 ? '/a' : '/b' }),
  );
  await sendEvents(api, ...events);
  const ids = events.map(({ id }) => id).toReversed();
  const seen: string[] = [];
  let query = '?limit=2';
  for (let page = 0; page < 4; page += 1) {
    const { body } = await api.call('get', `/v1/dead-events${query}`);
    const { data, next_cursor } = deadEventListAnswer.parse(body);
    seen.push(...data.map(({ event_id }) => event_id));
    if (next_cursor === null) break;
    query = `?limit=2&cursor=${next_cursor}`;
  }
  expect(seen).toEqual(ids);
  expect((await list('?source=/a')).map(({ event_id }) => event_id)).toEqual(ids.slice(2));
  expect((await list('?type=made.up.too&source=/b')).map(({ event_id }) => event_id)).toEqual([ids[1]]);
});

describe('what is not there', () => {
  const NOWHERE = '0199b0c4-0000-7000-8000-000000000000';

  test.each(['get', 'post'] as const)('is not found: %s', async (method) => {
    const path = `/v1/dead-events/${NOWHERE}${method === 'post' ? '/retry' : ''}`;
    expect(await api.call(method, path)).toMatchObject(refused(404, 'not_found'));
  });

  test('has no id that is none', async () => {
    expect(await api.call('post', '/v1/dead-events/1/retry')).toMatchObject(
      refused(400, 'validation_failed'),
    );
  });
});

test('a retry with a key is answered again, also when the event is gone; a refusal is not kept', async () => {
  await sendEvents(api, unknown('SOFA'));
  const { id } = await onlyOne();
  await mendCatalogue('SOFA');
  const first = await retry(id, withKey('r-1'));
  const again = await retry(id, withKey('r-1'));
  expect([isReplay(first), isReplay(again)]).toEqual([false, true]);
  expect(again.body).toEqual(first.body);
  expect(await retry(id, withKey('r-2'))).toMatchObject(refused(404, 'not_found'));
});

test('all dead events of a type are retried with one call, those first that were tried the longest time ago', async () => {
  await sendEvents(api, unknown('SHELF'), unknown('SHELF'), unknown('STOOL'));
  await mendCatalogue('SHELF');
  const retryAll = (body: object) => api.call('post', '/v1/dead-events/retry', body);
  expect((await retryAll({ type: 'order.order.cancelled' })).body).toEqual({ processed: 0, dead: 0 });
  expect((await retryAll({ limit: 1 })).body).toEqual({ processed: 1, dead: 0 });
  expect((await retryAll({ type: 'order.order.created' })).body).toEqual({ processed: 1, dead: 1 });
  expect(await list()).toHaveLength(1);
});
