import { line, of } from './route-case.ts';

const key = (name: string) => [`Idempotency-Key: ${name}`];

export const ORDERS = [
  ...of('POST /v1/reservations', ['of an order', 201, { body: { ...line(2), order_id: 'o-9/1' } }]),
  ...of(
    'GET /v1/orders/{order_id}',
    ['one', 200, { path: '/v1/orders/o-9%2F1' }],
    ['none', 404, { path: '/v1/orders/none' }],
    ['an unknown parameter', 400, { path: '/v1/orders/o-9%2F1?x=1' }],
  ),
  ...of(
    'POST /v1/orders/{order_id}/confirm',
    [
      'one',
      200,
      { path: '/v1/orders/o-9%2F1/confirm', body: { payment_reference: 'p-1' }, headers: key('c') },
    ],
    [
      'the same key again',
      200,
      { path: '/v1/orders/o-9%2F1/confirm', body: { payment_reference: 'p-1' }, headers: key('c') },
    ],
    ['none', 404, { path: '/v1/orders/none/confirm' }],
    ['a bad body', 400, { path: '/v1/orders/o-9%2F1/confirm', body: { atomic: 'yes' } }],
  ),
  ...of(
    'POST /v1/orders/{order_id}/fulfill',
    ['a part', 200, { path: '/v1/orders/o-9%2F1/fulfill', body: { ...line(1), fulfillment_id: 'f-1' } }],
    ['more than is left', 409, { path: '/v1/orders/o-9%2F1/fulfill', body: line(2) }],
    ['none', 404, { path: '/v1/orders/none/fulfill' }],
    ['a bad body', 400, { path: '/v1/orders/o-9%2F1/fulfill', body: { lines: [] } }],
  ),
  ...of(
    'POST /v1/orders/{order_id}/cancel',
    ['one', 200, { path: '/v1/orders/o-9%2F1/cancel', body: { reason: 'changed_mind' } }],
    ['an unknown one', 200, { path: '/v1/orders/o-10/cancel' }],
    ['a bad name', 400, { path: '/v1/orders/o%20/cancel' }],
    ['a bad body', 400, { path: '/v1/orders/o-9%2F1/cancel', body: { reason: '' } }],
  ),
];
