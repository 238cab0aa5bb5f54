import { scenarioOfSuite } from '../testing/api-scenario.ts';
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
  statusChanged,
  sendEvents,
} from '../testing/order-events.ts';
import type { TestApi } from '../testing/start-api.ts';

let api: TestApi;
let releasing: TestApi;

const scenario = scenarioOfSuite();
beforeAll(async () => {
  api = scenario.api;
  releasing = await scenario.openApi({ ON_PAYMENT_FAILED: 'release' });
});

let orders = 0;

/** An order of a test's own, for so many units of a SKU of which there are 10. */
async function newOrder(quantity = 3) {
  const sku = await scenario.newSku(10);
  const id = `o-${++orders}`;
  return { id, sku, lines: [{ sku, quantity }] };
}

/** Has an order reserved, and answers its reservation. */
async function hold(order: {
  readonly id: string;
  readonly lines: Parameters<typeof created>[1];
}): Promise<string> {
  const [result] = await sendEvents(api, created(order.id, order.lines));
  if (!result?.reservation_id) throw new Error('nothing was reserved');
  return result.reservation_id;
}

/** The reservations of an order, oldest first. */
async function reservationsOf(order: { readonly id: string }) {
  const { rows } = await scenario.sql.query<{ id: string }>(
    'SELECT id FROM reservations WHERE order_id = $1 ORDER BY id',
    [order.id],
  );
  return Promise.all(rows.map(({ id }) => scenario.read(id)));
}

const statusesOf = async (order: { readonly id: string }) =>
  (await reservationsOf(order)).map(({ status }) => status);

/** The events of a subject, in order. */
async function eventTypesOf(subject: string) {
  const { rows } = await scenario.sql.query<{ type: string }>(
    'SELECT type FROM events WHERE subject = $1 ORDER BY id',
    [subject],
  );
  return rows.map(({ type }) => type.replace('warehouse.inventory.', ''));
}

describe('an order', () => {
  test('that is created is reserved, as the event says', async () => {
    const order = await newOrder();
    const more = { cart_id: 'c-1', store_id: 's-1', ttl_seconds: 60, metadata: { channel: 'app' } };
    const [result] = await sendEvents(api, created(order.id, order.lines, more));
    const [reservation] = await reservationsOf(order);
    expect(result).toMatchObject({ state: 'processed', reservation_id: reservation?.id, problem: null });
    expect(reservation).toMatchObject({
      status: 'held',
      source: '/orders',
      cart_id: 'c-1',
      store_id: 's-1',
      metadata: { channel: 'app' },
      lines: [{ sku: order.sku, quantity: 3 }],
    });
    const lives = Date.parse(reservation?.expires_at ?? '') - Date.parse(reservation?.created_at ?? '');
    expect(lives).toBe(60_000);
  });

  test('that is paid is confirmed', async () => {
    const order = await newOrder();
    const results = await sendEvents(
      api,
      created(order.id, order.lines),
      paid(order.id, { payment_reference: 'p-1' }),
    );
    const [reservation] = await reservationsOf(order);
    expect(reservation).toMatchObject({ status: 'confirmed', payment_reference: 'p-1' });
    expect(results.map(({ reservation_id }) => reservation_id)).toEqual([reservation?.id, reservation?.id]);
    expect(await scenario.counters(order.sku)).toEqual([10, 0, 3]);
  });

  test('that is paid too late is not, and an event says so: refund it', async () => {
    const order = await newOrder();
    const id = await hold(order);
    await scenario.makeDue(id);
    expect(shortly(await sendEvents(api, paid(order.id)))).toEqual(['processed reservation_expired']);
    expect(await statusesOf(order)).toEqual(['expired']);
    expect(await eventTypesOf(id)).toContain('confirm_refused');
    const again = paid(order.id, { on_expired: 'reacquire' });
    expect(shortly(await sendEvents(api, again))).toEqual(['processed']);
    expect(await statusesOf(order)).toEqual(['confirmed']);
  });

  test('whose payment failed is left alone, or released where that is wanted', async () => {
    const order = await newOrder();
    const failed = statusChanged(order.id, 'payment_failed');
    await sendEvents(api, created(order.id, order.lines));
    expect(shortly(await sendEvents(api, failed))).toEqual(['processed']);
    expect(await statusesOf(order)).toEqual(['held']);
    expect(shortly(await sendEvents(releasing, statusChanged(order.id, 'payment_failed')))).toEqual([
      'processed',
    ]);
    expect(await statusesOf(order)).toEqual(['released']);
  });

  test('of which something else is said stays as it is', async () => {
    const order = await newOrder();
    await sendEvents(api, created(order.id, order.lines));
    expect(shortly(await sendEvents(api, statusChanged(order.id, 'on_its_way')))).toEqual(['processed']);
    expect(await statusesOf(order)).toEqual(['held']);
  });

  test.each<[when: string, before: (id: string) => readonly SentEvent[], after: string]>([
    ['held', () => [], 'released'],
    ['confirmed', (id) => [paid(id)], 'cancelled'],
  ])('that is cancelled when it is %s is free again', async (_when, before, after) => {
    const order = await newOrder();
    await sendEvents(api, created(order.id, order.lines), ...before(order.id));
    expect(shortly(await sendEvents(api, cancelled(order.id, { reason: 'changed mind' })))).toEqual([
      'processed',
    ]);
    expect(await reservationsOf(order)).toMatchObject([{ status: after, release_reason: 'changed mind' }]);
    expect(await scenario.counters(order.sku)).toEqual([10, 0, 0]);
  });

  test('that is cancelled when a part has left keeps that part', async () => {
    const order = await newOrder();
    const part = [{ sku: order.sku, quantity: 1 }];
    await sendEvents(api, created(order.id, order.lines), paid(order.id), completed(order.id, 'f-1', part));
    expect(shortly(await sendEvents(api, cancelled(order.id)))).toEqual(['processed']);
    expect(await statusesOf(order)).toEqual(['fulfilled']);
    expect(await scenario.counters(order.sku)).toEqual([9, 0, 0]);
  });

  test('that is cancelled when its hold has run out stays expired', async () => {
    const order = await newOrder();
    const id = await hold(order);
    await scenario.makeDue(id);
    expect(shortly(await sendEvents(api, cancelled(order.id)))).toEqual(['processed']);
    expect(await statusesOf(order)).toEqual(['expired']);
  });

  test('that has left is deducted, in parts and then the rest', async () => {
    const order = await newOrder();
    const part = [{ sku: order.sku, quantity: 1, location: 'EAST' }];
    await sendEvents(api, created(order.id, order.lines), paid(order.id));
    await sendEvents(api, completed(order.id, 'f-1', part), completed(order.id, 'f-1', part));
    expect(await scenario.counters(order.sku)).toEqual([9, 0, 2]);
    await sendEvents(api, completed(order.id, 'f-2'));
    expect(await statusesOf(order)).toEqual(['fulfilled']);
    expect(await scenario.counters(order.sku)).toEqual([7, 0, 0]);
  });
});

describe('events that come in another order', () => {
  test('cancelled, then created: it is never reserved', async () => {
    const order = await newOrder();
    const results = await sendEvents(
      api,
      cancelled(order.id),
      created(order.id, order.lines),
      created(order.id, order.lines),
      paid(order.id),
    );
    expect(shortly(results.slice(0, 3))).toEqual(['processed', 'processed', 'processed']);
    expect(await statusesOf(order)).toEqual([]);
    expect(await scenario.counters(order.sku)).toEqual([10, 0, 0]);
  });

  test('paid, then created: it is confirmed', async () => {
    const order = await newOrder();
    await sendEvents(api, paid(order.id, { payment_reference: 'p-1' }), created(order.id, order.lines));
    expect(await reservationsOf(order)).toMatchObject([{ status: 'confirmed', payment_reference: 'p-1' }]);
  });

  test('completed, then created, then paid: it is fulfilled once', async () => {
    const order = await newOrder();
    await sendEvents(api, completed(order.id, 'f-1'), created(order.id, order.lines), paid(order.id));
    const lines = [{ fulfilled_quantity: 3, allocations: [{ location: 'EAST', fulfilled_quantity: 3 }] }];
    expect(await reservationsOf(order)).toMatchObject([{ status: 'fulfilled', lines }]);
    expect(await scenario.counters(order.sku)).toEqual([7, 0, 0]);
  });

  test('completed, then paid: it is fulfilled', async () => {
    const order = await newOrder();
    await sendEvents(api, created(order.id, order.lines), completed(order.id, 'f-1'), paid(order.id));
    expect(await statusesOf(order)).toEqual(['fulfilled']);
    expect(await scenario.counters(order.sku)).toEqual([7, 0, 0]);
  });

  test('in one request they are decided as they stand there', async () => {
    const order = await newOrder();
    const part = [{ sku: order.sku, quantity: 1 }];
    const payment = paid(order.id, { payment_reference: 'p-1' });
    const events = [created(order.id, order.lines), payment, completed(order.id, 'f-1', part)];
    const results = resultsOf(await postEvents(api, events));
    expect(results.map(({ id, state }) => [id, state])).toEqual(events.map(({ id }) => [id, 'processed']));
    expect(await reservationsOf(order)).toMatchObject([
      { status: 'confirmed', payment_reference: 'p-1', lines: [{ fulfilled_quantity: 1 }] },
    ]);
    expect(await scenario.counters(order.sku)).toEqual([9, 0, 2]);
  });
});

describe('an event that comes again', () => {
  test('is a duplicate by whichever process, and with other content it is dead and does nothing', async () => {
    const order = await newOrder();
    const event = created(order.id, order.lines);
    const [first] = await sendEvents(api, event);
    const other = { ...event, data: { order_id: 'other', lines: [{ sku: order.sku, quantity: 9 }] } };
    const [again] = await sendEvents(releasing, event);
    const [changed] = await sendEvents(releasing, other);
    expect(again).toEqual({ ...first, state: 'duplicate' });
    expect(changed).toMatchObject({ state: 'dead', problem: { code: 'idempotency_key_reused' } });
    await scenario.sql.query('DELETE FROM dead_events');
    expect(await scenario.counters(order.sku)).toEqual([10, 3, 0]);
    expect(await statusesOf({ id: 'other' })).toEqual([]);
  });

  test('from another source is another event', async () => {
    const [one, two] = [await newOrder(), await newOrder()];
    const first = created(one.id, one.lines);
    const second = { ...created(two.id, two.lines), id: first.id, source: '/shop' };
    expect(shortly(await sendEvents(api, first, second))).toEqual(['processed', 'processed']);
  });

  test('in one request is done once', async () => {
    const order = await newOrder();
    const event = created(order.id, order.lines);
    const results = resultsOf(await postEvents(api, [event, event, event]));
    expect(shortly(results)).toEqual(['processed', 'duplicate', 'duplicate']);
    expect(await scenario.counters(order.sku)).toEqual([10, 3, 0]);
  });
});

describe('an order for which there is not enough stock', () => {
  test('is refused by an event, once, and the sender need not try again', async () => {
    const order = await newOrder(11);
    const event = created(order.id, order.lines);
    const results = await sendEvents(api, event, event);
    expect(shortly(results)).toEqual(['processed insufficient_stock', 'duplicate insufficient_stock']);
    expect(results[0]?.problem).toMatchObject({
      status: 409,
      lines: [{ sku: order.sku, requested: 11, available: 10 }],
    });
    expect(results[0]?.problem).not.toHaveProperty('instance');
    expect(await eventTypesOf(order.id)).toEqual(['reservation_refused']);
    expect(await scenario.rows('dead_events')).toBe(0);
  });

  test('that asks for more than one may have is refused with an event too', async () => {
    const order = await newOrder();
    await api.call('put', `/v1/skus/${order.sku}`, { max_per_reservation: 2 });
    const results = await sendEvents(api, created(order.id, order.lines));
    expect(shortly(results)).toEqual(['processed quantity_limit_exceeded']);
  });
});

test('events at the same instant in two processes: cancelled or never reserved, and nothing is held', async () => {
  const order = await newOrder();
  await Promise.all([
    sendEvents(api, created(order.id, order.lines)),
    sendEvents(releasing, cancelled(order.id)),
  ]);
  expect(['', 'released']).toContain((await statusesOf(order)).join());
  expect(await scenario.counters(order.sku)).toEqual([10, 0, 0]);
});

test('an event says nothing of what is not in it', async () => {
  expect(
    shortly(await sendEvents(api, eventOf('order.order.cancelled', { order_id: 'never-heard-of' }))),
  ).toEqual(['processed']);
});
