import { commandOf, EventUnreadable, type IntakeSettings } from './command-of.ts';
import { incomingEvent } from './incoming-envelope.ts';
import { INCOMING_EVENTS, INCOMING_TYPES } from './incoming-events.ts';

const SETTINGS: IntakeSettings = { ttlSeconds: 900, maxHoldSeconds: 3_600, onPaymentFailed: 'nothing' };

function read(type: string, data: unknown, settings: Partial<IntakeSettings> = {}) {
  const event = incomingEvent.parse({ specversion: '1.0', id: 'e-1', source: '/orders', type, data });
  const reader = { settings: { ...SETTINGS, ...settings }, caller: 'shop', newId: () => 'new-id' };
  return commandOf(event, reader);
}

function faultsOf(type: string, data: unknown): readonly string[] {
  try {
    read(type, data);
  } catch (error) {
    if (error instanceof EventUnreadable) return error.faults.map(({ path }) => path);
    throw error;
  }
  return [];
}

const line = { sku: 'MUG', quantity: 2 };
const created = (rest: object = {}) => ({ order_id: 'o-1', lines: [line], ...rest });
const status = (name: string, rest: object = {}) => ({ order_id: 'o-1', status: name, ...rest });
const completed = (rest: object = {}) => ({ order_id: 'o-1', fulfillment_id: 'f-1', ...rest });

test('created reserves, as a call would', () => {
  const data = created({
    lines: [line, { sku: 'CAP', quantity: 1, location: 'EAST' }],
    cart_id: 'c-1',
    customer_id: 'cu-1',
    store_id: 's-1',
    ttl_seconds: 60,
    sourcing: 'no_split',
    locations: ['WEST', 'EAST'],
    metadata: { channel: 'app' },
  });
  expect(read('order.order.created', data)).toEqual({
    kind: 'order-created',
    orderId: 'o-1',
    caller: 'shop',
    reserve: {
      kind: 'reserve',
      reservationId: 'new-id',
      orderId: 'o-1',
      cartId: 'c-1',
      customerId: 'cu-1',
      storeId: 's-1',
      source: '/orders',
      metadata: { channel: 'app' },
      lines: [
        { ...line, location: null },
        { sku: 'CAP', quantity: 1, location: 'EAST' },
      ],
      sourcing: 'no_split',
      locations: ['WEST', 'EAST'],
      ifShort: 'reject',
      paymentReference: null,
      ttlSeconds: 60,
      caller: 'shop',
    },
  });
});

test('created that says no more than it must takes the defaults', () => {
  const unset = {
    cart_id: null,
    customer_id: null,
    store_id: null,
    ttl_seconds: null,
    sourcing: null,
    locations: null,
    metadata: null,
  };
  const defaults = {
    cartId: null,
    customerId: null,
    storeId: null,
    ttlSeconds: 900,
    sourcing: 'split',
    locations: null,
    metadata: {},
  };
  expect(read('order.order.created', created())).toMatchObject({ reserve: defaults });
  expect(read('order.order.created', created(unset))).toMatchObject({ reserve: defaults });
});

test.each(['paid', 'confirmed'])('status %s confirms', (name) => {
  const data = status(name, { payment_reference: 'p-1', on_expired: 'reacquire' });
  const paid = { kind: 'order-paid', orderId: 'o-1', caller: 'shop' };
  expect(read('order.order.status_changed', data)).toEqual({
    ...paid,
    paymentReference: 'p-1',
    onExpired: 'reacquire',
  });
  expect(read('order.order.status_changed', status(name))).toEqual({
    ...paid,
    paymentReference: null,
    onExpired: 'reject',
  });
});

test('status payment_failed does nothing, or releases where that is wanted', () => {
  const data = status('payment_failed');
  expect(read('order.order.status_changed', data)).toEqual({
    kind: 'nothing',
    note: expect.stringContaining('ON_PAYMENT_FAILED'),
  });
  expect(read('order.order.status_changed', data, { onPaymentFailed: 'release' })).toEqual({
    kind: 'order-payment-failed',
    orderId: 'o-1',
    caller: 'shop',
  });
});

test('any other status does nothing', () => {
  expect(read('order.order.status_changed', status('shipped'))).toEqual({
    kind: 'nothing',
    note: expect.stringContaining('"shipped"'),
  });
});

test('cancelled releases or cancels', () => {
  const cancelled = { kind: 'order-cancelled', orderId: 'o-1', caller: 'shop' };
  expect(read('order.order.cancelled', { order_id: 'o-1' })).toEqual({ ...cancelled, reason: null });
  expect(read('order.order.cancelled', { order_id: 'o-1', reason: 'changed mind' })).toEqual({
    ...cancelled,
    reason: 'changed mind',
  });
});

test('completed deducts, whole or in part', () => {
  const fulfilled = { kind: 'order-fulfilled', orderId: 'o-1', fulfillmentId: 'f-1', caller: 'shop' };
  expect(read('fulfillment.fulfillment.completed', completed())).toEqual({ ...fulfilled, parts: null });
  expect(read('fulfillment.fulfillment.completed', completed({ lines: [line] }))).toEqual({
    ...fulfilled,
    parts: [{ ...line, location: null }],
  });
});

test('what is not needed may stand in the data, whatever it is', () => {
  const more = { customer: { name: 'x' }, total: 12.5 };
  expect(faultsOf('order.order.created', created({ ...more, lines: [{ ...line, ...more }] }))).toEqual([]);
});

test.each<[type: string, data: unknown, paths: readonly string[]]>([
  ['order.order.created', undefined, ['data']],
  ['order.order.created', 'text', ['data']],
  ['order.order.created', {}, ['data.order_id', 'data.lines']],
  ['order.order.created', created({ lines: [] }), ['data.lines']],
  ['order.order.created', created({ lines: Array.from({ length: 101 }, () => line) }), ['data.lines']],
  ['order.order.created', created({ lines: [{ sku: 'MUG', quantity: 0 }] }), ['data.lines.0.quantity']],
  ['order.order.created', created({ lines: [line, { ...line, quantity: 1.5 }] }), ['data.lines.1.quantity']],
  ['order.order.created', created({ lines: [{ ...line, sku: 'x'.repeat(256) }] }), ['data.lines.0.sku']],
  ['order.order.created', created({ ttl_seconds: 3_601 }), ['data.ttl_seconds']],
  ['order.order.created', created({ ttl_seconds: 0 }), ['data.ttl_seconds']],
  ['order.order.created', created({ sourcing: 'any' }), ['data.sourcing']],
  ['order.order.created', created({ locations: ['A', 'A'] }), ['data.locations']],
  [
    'order.order.created',
    created({ lines: [{ ...line, location: 'B' }], locations: ['A'] }),
    ['data.lines.0.location'],
  ],
  ['order.order.created', created({ order_id: '' }), ['data.order_id']],
  [
    'order.order.created',
    created({ metadata: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${n}`, 'v'])) }),
    ['data.metadata'],
  ],
  ['order.order.status_changed', { order_id: 'o-1' }, ['data.status']],
  ['order.order.status_changed', status('paid', { on_expired: 'maybe' }), ['data.on_expired']],
  ['order.order.cancelled', {}, ['data.order_id']],
  ['order.order.cancelled', { order_id: 'o-1', reason: '' }, ['data.reason']],
  ['fulfillment.fulfillment.completed', { order_id: 'o-1' }, ['data.fulfillment_id']],
  ['fulfillment.fulfillment.completed', completed({ lines: [] }), ['data.lines']],
  ['order.order.shipped', created(), ['type']],
  ['toString', created(), ['type']],
])('%s with %j is not read', (type, data, paths) => {
  expect(faultsOf(type, data)).toEqual(paths);
});

test('the refusal of an unknown type names the known ones', () => {
  expect(() => read('order.order.shipped', {})).toThrow(
    expect.objectContaining({
      faults: [{ path: 'type', message: expect.stringContaining(INCOMING_TYPES.join(', ')) as unknown }],
    }),
  );
});

test.each(INCOMING_TYPES)('the examples of %s are what it says', (type) => {
  const { examples = [] } = INCOMING_EVENTS[type].meta() ?? {};
  expect(Array.isArray(examples) && examples.length).toBeTruthy();
  for (const example of [examples].flat()) expect(faultsOf(type, example)).toEqual([]);
});
