import { newId } from '@holdfast/ledger';
import type { ApiScenario } from './api-scenario.ts';
import {
  cancelled,
  changed,
  completed,
  created,
  paid,
  statusChanged,
  sendEvents,
  type SentEvent,
} from './order-events.ts';

// The fields that can create a name, and names to test them with.

/** A name that is refused, and the message. */
export const BROKEN_NAMES: readonly (readonly [name: string, message: string])[] = [
  [' ', 'begins with U+0020 SPACE'],
  ['N ', 'ends with U+0020 SPACE'],
  [' N', 'begins with U+0020 SPACE'],
  ['N\t', 'ends with U+0009 TAB'],
  ['N\u00A0', 'ends with U+00A0 NO-BREAK SPACE'],
  ['\u3000N', 'begins with U+3000 IDEOGRAPHIC SPACE'],
  ['\uFEFFN', 'begins with U+FEFF BYTE ORDER MARK'],
  ['N\u200BM', 'has U+200B ZERO WIDTH SPACE at character 2'],
  ['N\u200D', 'ends with U+200D ZERO WIDTH JOINER'],
  ['N\u00ADM', 'has U+00AD SOFT HYPHEN at character 2'],
  ['\u{1F455}\u202EM', 'has U+202E RIGHT-TO-LEFT OVERRIDE at character 2'],
  ['N\nM', 'has U+000A LINE FEED at character 2'],
  ['N\u0085M', 'has U+0085 NEXT LINE at character 2'],
  ['N\u2028M', 'has U+2028 LINE SEPARATOR at character 2'],
  ['N\u2029M', 'has U+2029 PARAGRAPH SEPARATOR at character 2'],
  ['cafe\u0301', 'is not in Unicode NFC: it has U+0065 at character 4, where NFC has U+00E9'],
  ['\u212B', 'is not in Unicode NFC: it has U+212B at character 1, where NFC has U+00C5'],
];

export const GOOD_NAMES = ['WH EAST', 'Größe-42', '\u{1F455}', 'N\u00A0M', '倉庫', '\u{1F455}'.repeat(255)];

/** An API, and a SKU with enough stock. */
interface Site {
  readonly scenario: ApiScenario;
  readonly sku: string;
}

interface NamingField {
  /** The call or event, and its field, as the schemas have them. */
  readonly field: string;
  /** The path of the name in a problem. */
  readonly path: string;
  readonly give: (site: Site, name: string) => Promise<{ status: number; body: unknown }>;
}

const lineOf = ({ sku }: Site) => [{ sku, quantity: 1 }];
const pathOf = (what: string, name: string) => `/v1/${what}/${encodeURIComponent(name)}`;

function toVerb(verb: string, name: string): NamingField {
  return {
    field: `post /v1/reservations/{id}/${verb} ${name}`,
    path: name,
    async give({ scenario, sku }, given) {
      const { id } = await scenario.hold(sku);
      return scenario.verb(id, verb, { [name]: given });
    },
  };
}

export const CALLS: readonly NamingField[] = [
  {
    field: 'put /v1/skus/{sku} sku',
    path: 'sku',
    give: ({ scenario }, name) => scenario.api.call('put', pathOf('skus', name), {}),
  },
  {
    field: 'put /v1/locations/{location} location',
    path: 'location',
    give: ({ scenario }, name) => scenario.api.call('put', pathOf('locations', name), {}),
  },
  ...['product_id', 'variant_id'].map((field): NamingField => ({
    field: `put /v1/skus/{sku} ${field}`,
    path: field,
    give: ({ scenario }, name) => scenario.api.call('put', '/v1/skus/WITH-IDS', { [field]: name }),
  })),
  ...['order_id', 'cart_id', 'customer_id', 'store_id'].flatMap((field): NamingField[] => [
    {
      field: `post /v1/reservations ${field}`,
      path: field,
      give: (site, name) => site.scenario.create({ lines: lineOf(site), [field]: name }),
    },
    {
      field: `put /v1/reservations/{id} ${field}`,
      path: field,
      give: (site, name) => site.scenario.put(newId(), { lines: lineOf(site), [field]: name }),
    },
    {
      field: `post /v1/reservations/batch ${field}`,
      path: `reservations.1.${field}`,
      give: (site, name) =>
        site.scenario.api.call('post', '/v1/reservations/batch', {
          reservations: [{ lines: lineOf(site) }, { lines: lineOf(site), [field]: name }],
        }),
    },
  ]),
  {
    field: 'post /v1/orders/{order_id}/fulfill fulfillment_id',
    path: 'fulfillment_id',
    async give({ scenario, sku }, name) {
      const orderId = freshOrder();
      const call = () => scenario.orderVerb(orderId, 'fulfill', { fulfillment_id: name });
      const unknown = await call();
      if (unknown.status !== 404) return unknown;
      await scenario.hold(sku, 1, { order_id: orderId });
      return call();
    },
  },
  {
    field: 'put /v1/carts/{cart_id}/reservation cart_id',
    path: 'cart_id',
    give: (site, name) => site.scenario.putCart(name, lineOf(site)),
  },
  ...['order_id', 'customer_id', 'store_id'].map((field): NamingField => ({
    field: `put /v1/carts/{cart_id}/reservation ${field}`,
    path: field,
    give: (site, name) => site.scenario.putCart(`cart-of-${freshOrder()}`, lineOf(site), { [field]: name }),
  })),
  toVerb('confirm', 'order_id'),
  toVerb('fulfill', 'order_id'),
  toVerb('fulfill', 'fulfillment_id'),
  toVerb('release', 'release_id'),
  {
    field: 'post /v1/reservations/{id}/cancel cancellation_id',
    path: 'cancellation_id',
    async give({ scenario, sku }, name) {
      const { id } = await scenario.confirmed(sku);
      return scenario.cancel(id, { cancellation_id: name });
    },
  },
  {
    field: 'post /v1/reservations/{id}/return return_id',
    path: 'return_id',
    async give({ scenario, sku }, name) {
      const { id } = await scenario.confirmed(sku);
      await scenario.fulfill(id);
      return scenario.returnUnits(id, { lines: [{ sku, quantity: 1 }], return_id: name });
    },
  },
  ...['order_id', 'customer_id'].map((field): NamingField => ({
    field: `patch /v1/reservations/{id} ${field}`,
    path: field,
    async give({ scenario, sku }, name) {
      const { id } = await scenario.hold(sku);
      return scenario.patch(id, { [field]: name });
    },
  })),
];

let orders = 0;
const freshOrder = () => `order-${(orders += 1)}`;

function inEvent(
  name: string,
  eventOf: (given: string, lines: ReturnType<typeof lineOf>) => SentEvent,
): NamingField {
  return {
    field: `${eventOf('any', []).type} ${name}`,
    path: `data.${name}`,
    async give(site, given) {
      const [result] = await sendEvents(site.scenario.api, eventOf(given, lineOf(site)));
      return { status: result?.problem?.status ?? 202, body: { ...result?.problem, state: result?.state } };
    },
  };
}

export const EVENTS: readonly NamingField[] = [
  inEvent('order_id', (name, lines) => created(name, lines)),
  ...[created, changed].flatMap((ordered) => [
    inEvent('cart_id', (name, lines) => ordered(freshOrder(), lines, { cart_id: name })),
    inEvent('customer_id', (name, lines) => ordered(freshOrder(), lines, { customer_id: name })),
    inEvent('store_id', (name, lines) => ordered(freshOrder(), lines, { store_id: name })),
  ]),
  inEvent('order_id', (name) => paid(name)),
  inEvent('order_id', (name) => statusChanged(name, 'confirmed')),
  inEvent('order_id', (name) => cancelled(name)),
  inEvent('order_id', (name, lines) => changed(name, lines)), // after the cancel, which ends all its reservations
  inEvent('order_id', (name) => completed(name, 'f-1')),
  inEvent('fulfillment_id', (name) => completed(freshOrder(), name)),
];
