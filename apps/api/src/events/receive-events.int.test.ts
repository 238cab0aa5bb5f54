import { createMetrics, type RunningProcess } from '@holdfast/runtime';
import { openCommitBreaker, withKey, ofSuite } from '@holdfast/testing';
import { CloudEvent, HTTP } from 'cloudevents';
import { startServer } from '../server.ts';
import { refused, isReplay, scenarioOfSuite } from '../testing/api-scenario.ts';
import {
  cancelled,
  completed,
  created,
  eventOf,
  postEvents,
  resultsOf,
  shortly,
} from '../testing/order-events.ts';
import type { TestApi } from '../testing/start-api.ts';

let api: TestApi;
let express: RunningProcess;
let sku: string;

afterAll(() => express.stop());
const scenario = scenarioOfSuite();
beforeAll(async () => {
  api = scenario.api;
  sku = await scenario.newSku(1_000);
  const context = { ...api.context, metrics: createMetrics('api'), opened: [] };
  express = await startServer(context, { withHotRouter: false });
});

let orders = 0;
const newOrder = () => `o-${++orders}`;
const lines = () => [{ sku, quantity: 1 }];
const STRUCTURED = { 'Content-Type': 'application/cloudevents+json' };

async function post(url: string, { headers, body }: { headers: object; body: unknown }) {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: String(body),
  });
  return { status: response.status, body: await response.json() };
}

const processed = ({ id, source }: CloudEvent<unknown>) => ({ id, source, state: 'processed' });

describe.each(['hot-router', 'express'])('what the CloudEvents SDK sends to the %s', (router) => {
  const url = () => (router === 'hot-router' ? api.url : express.url);
  const event = () => {
    const order = newOrder();
    return new CloudEvent({
      source: `/orders/${router}`,
      type: 'order.order.created',
      subject: order,
      data: { order_id: order, lines: lines() },
    });
  };

  test.each(['structured', 'binary'] as const)('%s is understood', async (form) => {
    const sent = event();
    const answer = await post(url(), HTTP[form](sent));
    expect(answer).toMatchObject({ status: 202, body: { results: [processed(sent)] } });
    expect(await scenario.rows('reservations WHERE order_id = $1', [sent.subject])).toBe(1);
  });

  test('batched is understood', async () => {
    const sent = [event(), event()];
    const answer = await post(url(), {
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(sent),
    });
    expect(answer).toMatchObject({ status: 202, body: { results: sent.map(processed) } });
  });
});

const good = () => created(newOrder(), lines());

describe('what cannot be read refuses the whole request, and nothing is done', () => {
  test.each<[what: string, body: () => unknown, headers: Record<string, string>, error: string]>([
    ['no id', () => ({ ...good(), id: undefined }), STRUCTURED, 'id'],
    ['a version of another time', () => ({ ...good(), specversion: '0.3' }), STRUCTURED, 'specversion'],
    [
      'data in base64',
      () => ({ ...good(), data: undefined, data_base64: 'e30=' }),
      STRUCTURED,
      'data_base64',
    ],
    ['a list for one', () => [good()], STRUCTURED, ''],
    ['one for a list', good, { 'Content-Type': 'application/cloudevents-batch+json' }, ''],
    [
      'a list of which one is wrong',
      () => [good(), { ...good(), source: '' }],
      { 'Content-Type': 'application/cloudevents-batch+json' },
      '1.source',
    ],
    ['a missing header', () => ({}), { 'ce-id': '1', 'ce-specversion': '1.0', 'ce-type': 'a' }, 'ce-source'],
    ['an empty list', () => [], { 'Content-Type': 'application/cloudevents-batch+json' }, ''],
  ])('%s', async (_what, body, headers, path) => {
    const before = await scenario.rows('reservations');
    const reply = await api.call('post', '/v1/events', JSON.stringify(body()), {
      'Content-Type': 'application/json',
      ...headers,
    });
    expect(reply).toMatchObject(refused(400, 'validation_failed', { errors: [{ path }] }));
    expect(await scenario.rows('reservations')).toBe(before);
    expect(await scenario.rows('dead_events')).toBe(0);
  });

  test.each<
    [what: string, body: string | undefined, headers: Record<string, string>, status: number, code: string]
  >([
    ['JSON that is no event', '{}', {}, 415, 'unsupported_media_type'],
    ['nothing at all', undefined, {}, 415, 'unsupported_media_type'],
    [
      'another format of events',
      '<e/>',
      { 'Content-Type': 'application/cloudevents+xml' },
      415,
      'unsupported_media_type',
    ],
    [
      'data that is no JSON',
      'a=1',
      { 'Content-Type': 'text/csv', 'ce-id': '1' },
      415,
      'unsupported_media_type',
    ],
    ['broken JSON', '{', STRUCTURED, 400, 'malformed_json'],
    ['an event of no content', undefined, STRUCTURED, 400, 'validation_failed'],
    ['more than a megabyte', '1'.padEnd(1_000_001), STRUCTURED, 413, 'payload_too_large'],
  ])('%s', async (_what, body, headers, status, code) => {
    const reply = await api.call('post', '/v1/events', body, headers);
    expect(reply).toMatchObject(refused(status, code));
    if (status === 415 && code === 'unsupported_media_type' && !('ce-id' in headers)) {
      expect(reply.body).toMatchObject({ detail: expect.stringContaining('application/cloudevents+json') });
    }
  });

  test('data as deep as a megabyte can be is no harm', async () => {
    const deep = `${'['.repeat(450_000)}${']'.repeat(450_000)}`;
    const body = `{"specversion":"1.0","id":"1","source":"/x","type":"a","data":${deep}}`;
    expect(await api.call('post', '/v1/events', body, STRUCTURED)).toMatchObject(
      refused(400, 'validation_failed', { errors: [{ path: '' }] }),
    );
  });
});

test('100 events of 100 lines each are processed in one request', async () => {
  const many = Array.from({ length: 100 }, () => ({ sku, quantity: 1 }));
  const events = Array.from({ length: 100 }, () => created(newOrder(), many));
  const results = resultsOf(await postEvents(api, events));
  expect(results.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  expect(new Set(shortly(results))).toEqual(new Set(['processed', 'processed insufficient_stock']));
  expect(new Set(shortly(resultsOf(await postEvents(api, events))))).toEqual(
    new Set(['duplicate', 'duplicate insufficient_stock']),
  );
});

describe('Idempotency-Key', () => {
  test('has the same answered again, and another body refused', async () => {
    const events = [created(newOrder(), lines())];
    const first = await postEvents(api, events, withKey('k-1'));
    const again = await postEvents(api, events, withKey('k-1'));
    expect([isReplay(first), isReplay(again)]).toEqual([false, true]);
    expect(again.body).toEqual(first.body);
    const other = await postEvents(api, [cancelled(newOrder())], withKey('k-1'));
    expect(other).toMatchObject(refused(422, 'idempotency_key_reused'));
  });

  test('is not needed: without it, or with another, an event is a duplicate all the same', async () => {
    const events = [created(newOrder(), lines())];
    await postEvents(api, events, withKey('k-2'));
    for (const headers of [{}, withKey('k-3')]) {
      expect(shortly(resultsOf(await postEvents(api, events, headers)))).toEqual(['duplicate']);
    }
  });
});

describe('when the ledger cannot tell', () => {
  const breaker = ofSuite(() => openCommitBreaker(scenario.url));

  test('of one event, the whole request is refused; what was done by then is a duplicate', async () => {
    const broken = await scenario.openApi({ DATABASE_URL: breaker.url });
    const events = [eventOf('made.up', {}), created(newOrder(), lines())];
    breaker.breakNext('after, for good', 'holdfast api ledger');
    expect(await postEvents(broken, events, withKey('k-4'))).toMatchObject(refused(503, 'outcome_unknown'));
    const results = resultsOf(await postEvents(api, events, withKey('k-4')));
    expect(shortly(results)).toEqual(['dead validation_failed', 'duplicate']);
    await scenario.sql.query('DELETE FROM dead_events');
  });

  test('as it is stopping, nothing was done', async () => {
    const stopping = await scenario.openApi();
    await stopping.context.ledger.close();
    const order = newOrder();
    const events = [eventOf('order.order.unheard_of', {}), created(order, lines())];
    expect(await postEvents(stopping, events)).toMatchObject(refused(503, 'unavailable'));
    expect(await scenario.rows('reservations WHERE order_id = $1', [order])).toBe(0);
    expect(await scenario.rows('dead_events')).toBe(0);
  });
});

test('events are counted by type and by what they came to, whatever types there are', async () => {
  const counting = await scenario.openApi();
  const order = newOrder();
  const event = created(order, lines());
  await postEvents(counting, [event, event, completed(order, 'f-1'), eventOf('made.up', {})]);
  const text = await counting.context.metrics.metrics();
  const series = text.matchAll(/^holdfast_events_received_total\{(.*)\} ([1-9]\d*)$/gm);
  const counted = [...series].map(([, labels = '', count]) => {
    const label = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1];
    return `${label('type')} ${label('state')}: ${count}`;
  });
  expect(new Set(counted)).toEqual(
    new Set([
      'fulfillment.fulfillment.completed processed: 1',
      'order.order.created duplicate: 1',
      'order.order.created processed: 1',
      'other dead: 1',
    ]),
  );
});
