import { makeApiKey } from '@holdfast/runtime';
import type { z } from 'zod';
import { deadEventListAnswer } from './incoming-event-schema.ts';
import { refused, scenarioOfSuite } from '../testing/api-scenario.ts';
import {
  cancelled,
  created,
  paid,
  postEvents,
  resultsOf,
  sendEvents,
  shortly,
  statusChanged,
  type SentEvent,
} from '../testing/order-events.ts';
import type { TestApi } from '../testing/start-api.ts';

// An event is named by its source and id, which its sender chooses: no caller can take the event of another with them.

const ORDERS = 'https://orders.example.com';
const EVENTS = 'events:read,events:write';
const [orders, shop, other] = [
  makeApiKey('orders', EVENTS, ORDERS),
  makeApiKey('shop', EVENTS),
  makeApiKey('other', EVENTS),
];

const scenario = scenarioOfSuite();
let keyed: TestApi;
beforeAll(async () => {
  const env = { API_KEYS: [orders, shop, other].map(({ entry }) => entry).join(' ') };
  keyed = await scenario.openApi(env);
});
beforeEach(() => scenario.sql.query('DELETE FROM dead_events'));

let count = 0;
const newOrder = () => `reused-${++count}`;
const as = ({ key }: { readonly key: string }) => ({ Authorization: `Bearer ${key}` });
const send = async (sender: { readonly key: string }, ...events: readonly SentEvent[]) =>
  resultsOf(await postEvents(keyed, events, as(sender)));

async function list(): Promise<z.infer<typeof deadEventListAnswer>['data']> {
  const { body } = await keyed.call('get', '/v1/dead-events', undefined, as(shop));
  return deadEventListAnswer.parse(body).data;
}

const from = (source: string) => ({ ...paid(newOrder()), source });

const REUSED = 'dead idempotency_key_reused';

describe('the same source and id with other content', () => {
  test('of an event that was processed is dead, says why, is kept, and does nothing', async () => {
    const sku = await scenario.newSku(10);
    const [order, rival] = [newOrder(), newOrder()];
    const first = created(order, [{ sku, quantity: 2 }]);
    const second = { ...created(rival, [{ sku, quantity: 3 }]), id: first.id };
    expect(shortly(await sendEvents(scenario.api, first, second))).toEqual(['processed', REUSED]);
    expect(await scenario.counters(sku)).toEqual([10, 2, 0]);
    expect(await list()).toMatchObject([
      { event_id: first.id, problem: { detail: expect.stringContaining('under a new id') } },
    ]);
    // The one that was processed, sent once more, does not take the other one away.
    expect(shortly(await sendEvents(scenario.api, first))).toEqual(['duplicate']);
    expect(await list()).toHaveLength(1);
  });

  test('of which a release that did not know customers and locations kept the rest, is a duplicate', async () => {
    const lines = [{ sku: await scenario.newSku(10), quantity: 2 }];
    const asKept = created(newOrder(), lines);
    const { order_id } = asKept.data as { readonly order_id: string };
    const whole = (more: object) => ({ ...created(order_id, lines, more), id: asKept.id });
    const sent = whole({ customer_id: 'cu-1', locations: ['EAST'] });
    expect(shortly(await sendEvents(scenario.api, asKept, sent))).toEqual(['processed', 'duplicate']);
    const other = { ...whole({ customer_id: 'cu-1' }), id: `${asKept.id} of cu-1` };
    const changed = { ...whole({ customer_id: 'cu-2' }), id: other.id };
    expect(shortly(await sendEvents(scenario.api, other, changed))).toEqual(['processed', REUSED]);
  });

  test.each<[what: string, change: (event: SentEvent, sku: string) => SentEvent]>([
    ['of another type', (event) => ({ ...cancelled('any'), id: event.id })],
    ['with another quantity', (event, sku) => ({ ...created('same', [{ sku, quantity: 3 }]), id: event.id })],
    ['of another order', (event, sku) => ({ ...created(newOrder(), [{ sku, quantity: 2 }]), id: event.id })],
  ])('is dead: %s', async (_what, change) => {
    const sku = await scenario.newSku(10);
    const event = created('same', [{ sku, quantity: 2 }]);
    const [, result] = await sendEvents(scenario.api, event, change(event, sku));
    expect(result).toMatchObject({ state: 'dead', problem: { code: 'idempotency_key_reused' } });
  });

  test('at the same moment leaves one that is processed, and one that is dead', async () => {
    const sku = await scenario.newSku(10);
    const first = created(newOrder(), [{ sku, quantity: 2 }]);
    const second = { ...created(newOrder(), [{ sku, quantity: 2 }]), id: first.id };
    const results = resultsOf(await postEvents(scenario.api, [first, second]));
    expect(shortly(results).toSorted()).toEqual([REUSED, 'processed']);
    expect(await list()).toHaveLength(1);
  });
});

describe('the same event in other words is a duplicate', () => {
  test.each<[what: string, change: (event: SentEvent) => object]>([
    ['attributes of the way here', () => ({ traceparent: '00-1-2-01', time: '2026-11-20T10:00:00Z' })],
    ['null for what was not there', ({ data }) => ({ data: { ...(data as object), cart_id: null } })],
    ['a field that is not read', ({ data }) => ({ data: { ...(data as object), sent_by: 'replica-2' } })],
    [
      'another order of its fields',
      ({ data }) => ({ data: Object.fromEntries(Object.entries(data as object).toReversed()) }),
    ],
  ])('%s', async (_what, change) => {
    const event = created(newOrder(), [{ sku: await scenario.newSku(10), quantity: 2 }]);
    const again = { ...event, ...change(event) };
    expect(shortly(await sendEvents(scenario.api, event, again))).toEqual(['processed', 'duplicate']);
  });

  test('an event that an earlier release has processed, without a fingerprint', async () => {
    const event = created(newOrder(), [{ sku: await scenario.newSku(10), quantity: 2 }]);
    await sendEvents(scenario.api, event);
    await scenario.sql.query(`UPDATE idempotency_keys SET fingerprint = '' WHERE key = $1`, [event.id]);
    expect(shortly(await sendEvents(scenario.api, event))).toEqual(['duplicate']);
  });
});

describe('a dead event is its sender’s', () => {
  test('another key’s dead event with other content does not replace it, and is refused openly', async () => {
    const event = created(newOrder(), [{ sku: 'NONE-YET', quantity: 2 }]);
    expect(shortly(await send(shop, event))).toEqual(['dead unknown_sku']);
    const [result] = await send(other, {
      ...created(newOrder(), [{ sku: 'NOR-THIS', quantity: 1 }]),
      id: event.id,
    });
    expect(result).toMatchObject({
      state: 'dead',
      problem: { code: 'idempotency_key_reused', detail: expect.stringContaining('is not stored') },
    });
    const [kept, ...others] = await list();
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ caller: 'shop', deliveries: 1, problem: { code: 'unknown_sku' } });
  });

  test('another key’s event with other content that is processed does not take it away', async () => {
    const event = created(newOrder(), [{ sku: 'NONE-AT-ALL', quantity: 2 }]);
    await send(shop, event);
    const rival = { ...created(newOrder(), [{ sku: await scenario.newSku(10), quantity: 1 }]), id: event.id };
    expect(shortly(await send(other, rival))).toEqual(['processed']);
    expect(await list()).toMatchObject([{ caller: 'shop', event_id: event.id }]);
    expect(shortly(await send(shop, event))).toEqual([REUSED]);
  });

  test('its sender corrects it, and any key that sends the same event resolves it', async () => {
    const event = created(newOrder(), [{ sku: 'MISSPELT', quantity: 2 }]);
    await send(shop, event);
    const sku = await scenario.newSku(10);
    expect(
      shortly(await send(shop, { ...created(newOrder(), [{ sku, quantity: 2 }]), id: event.id })),
    ).toEqual(['processed']);
    expect(await list()).toEqual([]);

    const early = created(newOrder(), [{ sku: 'SOON', quantity: 2 }]);
    await send(shop, early);
    await scenario.api.call('put', '/v1/skus/SOON', {});
    await scenario.setStock('SOON', 5);
    expect(shortly(await send(other, early))).toEqual(['processed']);
    expect(await list()).toEqual([]);
  });
});

describe('a source that a key is bound to', () => {
  test('is used by that key', async () => {
    expect(shortly(await send(orders, from(ORDERS)))).toEqual(['processed']);
  });

  test.each([
    ['another key uses it', shop, ORDERS],
    ['its key uses another source', orders, '/elsewhere'],
  ])('when %s, the whole request is refused, and nothing is done', async (_what, sender, source) => {
    const sku = await scenario.newSku(10);
    const good = {
      ...created(newOrder(), [{ sku, quantity: 1 }]),
      source: sender === orders ? ORDERS : '/free',
    };
    const reply = await postEvents(keyed, [good, from(source)], as(sender));
    expect(reply).toMatchObject(refused(403, 'forbidden'));
    expect(reply.body).toMatchObject({ detail: expect.stringContaining(source) });
    expect(await scenario.counters(sku)).toEqual([10, 0, 0]);
    expect(await list()).toEqual([]);
  });

  test('is not used by a retry of what another key had sent before it was bound', async () => {
    await sendEvents(scenario.api, {
      ...created(newOrder(), [{ sku: 'LATER', quantity: 1 }]),
      source: ORDERS,
    });
    const [dead] = await list();
    const reply = await keyed.call('post', `/v1/dead-events/${dead?.id}/retry`, {}, as(shop));
    expect(reply).toMatchObject(refused(403, 'forbidden'));
    expect(await list()).toHaveLength(1);
  });

  test('the sources that are bound to no key are open to all others', async () => {
    expect(shortly(await send(shop, from('/free')))).toEqual(['processed']);
    expect(shortly(await send(other, { ...statusChanged(newOrder(), 'shipped'), source: '/free' }))).toEqual([
      'processed',
    ]);
  });
});
