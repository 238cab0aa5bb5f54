import {
  givenName,
  HOLD_SECONDS_MAX,
  LINES_MAX,
  locations,
  metadata,
  quantity,
  requireListedPins,
  shortText,
  sourcing,
} from '@holdfast/contract';
import { z } from 'zod';

// The data of other services' events, as far as it is needed: they may have more fields, and null. Fields
// that are needed have the same limits as in a call.

const orderId = givenName();

const line = z
  .object({ sku: shortText(), quantity: quantity(), location: shortText().nullish() })
  .meta({ id: 'OrderEventLine' });

const lines = () => z.array(line).min(1).max(LINES_MAX);

export type LineData = z.infer<typeof line>;

const exampleLines = [{ sku: 'TSHIRT-M', quantity: 2 }];

/** What an order is to have. */
const orderWithLines = z
  .object({
    order_id: orderId,
    lines: lines().meta({ description: '`location` pins a line to a location' }),
    cart_id: givenName().nullish(),
    customer_id: givenName().nullish(),
    store_id: givenName().nullish(),
    ttl_seconds: z.int().min(1).max(HOLD_SECONDS_MAX).nullish().meta({
      description:
        'Lifetime of the hold in seconds; at most `RESERVATION_MAX_HOLD_SECONDS`. Default: `RESERVATION_TTL_SECONDS`',
    }),
    sourcing: sourcing().nullish().meta({ description: 'Default: `split`' }),
    locations: locations().nullish(),
    metadata: metadata().nullish(),
  })
  .superRefine(requireListedPins);

const orderCreated = orderWithLines.meta({
  id: 'OrderCreated',
  description: 'Reserves the lines, unless the order was cancelled or has a reservation',
  examples: [{ order_id: 'o-1001', lines: exampleLines, store_id: 'eu-web', ttl_seconds: 900 }],
});

const orderChanged = orderWithLines.meta({
  id: 'OrderChanged',
  description:
    'Gives the held or confirmed reservation of the order these lines, as `PUT /v1/reservations/{id}/lines` does. Without one, it is as `order.order.created`; with several, the event is dead',
  examples: [{ order_id: 'o-1001', lines: [{ sku: 'TSHIRT-M', quantity: 3 }] }],
});

const orderStatusChanged = z
  .object({
    order_id: orderId,
    status: shortText().meta({
      description:
        '`confirmed` and `paid` confirm the holds of the order. `payment_failed` does nothing, or releases them if ' +
        '`ON_PAYMENT_FAILED` says so. Any other status has no effect',
    }),
    previous_status: shortText().nullish(),
    payment_reference: shortText().nullish(),
    on_expired: z.enum(['reject', 'reacquire']).nullish().meta({
      description: 'What to do if a hold has expired. Default: `reject`, which publishes `confirm_refused`',
    }),
  })
  .meta({
    id: 'OrderStatusChanged',
    description:
      'Confirms the holds of the order (`confirmed`, `paid`), or releases them (`payment_failed`, see `ON_PAYMENT_FAILED`). Other statuses have no effect',
    examples: [
      { order_id: 'o-1001', status: 'paid', previous_status: 'pending', payment_reference: 'pay-77' },
    ],
  });

const orderCancelled = z.object({ order_id: orderId, reason: shortText().nullish() }).meta({
  id: 'OrderCancelled',
  description:
    'Releases held units and cancels confirmed units. From then on nothing is reserved for the order',
  examples: [{ order_id: 'o-1001', reason: 'customer changed their mind' }],
});

const fulfillmentCompleted = z
  .object({
    order_id: orderId,
    fulfillment_id: givenName('Counts once for each reservation, without a time limit'),
    lines: lines().nullish().meta({
      description: 'Units that left the warehouse; `location` names the allocation. Absent: all units left',
    }),
  })
  .meta({
    id: 'FulfillmentCompleted',
    description: 'Deducts units of the order that left the warehouse, all or some',
    examples: [{ order_id: 'o-1001', fulfillment_id: 'f-1', lines: exampleLines }],
  });

/** Every event that is accepted, with the schema of its data. Parsing and documents use it. */
export const INCOMING_EVENTS = {
  'order.order.created': orderCreated,
  'order.order.changed': orderChanged,
  'order.order.status_changed': orderStatusChanged,
  'order.order.cancelled': orderCancelled,
  'fulfillment.fulfillment.completed': fulfillmentCompleted,
} as const;

export type IncomingType = keyof typeof INCOMING_EVENTS;

export const INCOMING_TYPES = Object.keys(INCOMING_EVENTS) as IncomingType[];

export const isIncomingType = (type: string): type is IncomingType => Object.hasOwn(INCOMING_EVENTS, type);

/** The data of an event, once it is found to be right. */
export type IncomingData<Type extends IncomingType> = z.infer<(typeof INCOMING_EVENTS)[Type]>;

/** What an event of a type looks like when another service sends it. */
export function incomingExampleOf(type: IncomingType) {
  const { examples } = z.globalRegistry.get(INCOMING_EVENTS[type]) ?? {};
  const [data] = z.tuple([z.looseObject({})]).parse(examples);
  const [service = ''] = type.split('.');
  return {
    specversion: '1.0',
    id: `${service}-77120`,
    source: `https://${service}.example.com`,
    type,
    time: '2026-11-20T10:00:00Z',
    datacontenttype: 'application/json',
    data,
  };
}
