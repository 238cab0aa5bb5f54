import * as fc from 'fast-check';
import { nearestName } from './nearest-name.ts';

const KNOWN = [
  'order_id',
  'cart_id',
  'lines',
  'sku',
  'quantity',
  'location',
  'ttl_seconds',
  'payment_reference',
];

test.each([
  ['orderId', 'order_id'],
  ['OrderID', 'order_id'],
  ['order-id', 'order_id'],
  ['oder_id', 'order_id'],
  ['SKU', 'sku'],
  ['skus', 'sku'],
  ['qty', 'quantity'],
  ['quanitty', 'quantity'],
  ['line', 'lines'],
  ['ttl', 'ttl_seconds'],
  ['paymentRef', 'payment_reference'],
  ['colour', null],
  ['x', null],
  ['', null],
  ['__proto__', null],
  ['q'.repeat(1_000_000), null],
])('%j is close to %j', (typed, known) => {
  expect(nearestName(typed, KNOWN)).toBe(known);
});

test('a known name is closest to itself, and any text has an answer', () => {
  for (const name of KNOWN) expect(nearestName(name, KNOWN)).toBe(name);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => [null, ...KNOWN].includes(nearestName(text, KNOWN))),
  );
});
