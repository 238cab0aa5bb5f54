import { HOLD_SECONDS_MAX, LINES_MAX, metadata, quantity, shortText, sourcing } from '@holdfast/contract';
import { z } from 'zod';

// The data of other services' events, as far as it is needed here: they carry more, which is nobody's mistake, and null for
// what they do not know. What is needed has the limits that it has in a call.

const orderId = shortText();

const line = z.object({
  sku: shortText(),
  quantity: quantity(),
  location: shortText().nullish(),
});

const lines = () => z.array(line).min(1).max(LINES_MAX);

export type LineData = z.infer<typeof line>;

const exampleLines = [{ sku: 'TSHIRT-M', quantity: 2 }];

const orderCreated = z
  .object({
    order_id: orderId,
    lines: lines().meta({ description: 'A `location` pins a line to it' }),
    cart_id: shortText().nullish(),
    store_id: shortText().nullish(),
    ttl_seconds: z.int().min(1).max(HOLD_SECONDS_MAX).nullish().meta({
      description: 'How long the hold lives; at most `RESERVATION_MAX_HOLD_SECONDS`, by default as any hold',
    }),
    sourcing: sourcing().nullish().meta({ description: 'Default: `split`' }),
    metadata: metadata().nullish(),
  })
  .meta({
    id: 'OrderCreated',
    description: 'Reserves, if the order has not been cancelled and nothing is reserved for it',
    examples: [{ order_id: 'o-1001', lines: exampleLines, store_id: 'eu-web', ttl_seconds: 900 }],
  });

const orderStatusChanged = z
  .object({
    order_id: orderId,
    status: shortText().meta({
      description:
        '`confirmed` and `paid` confirm what is held; `payment_failed` does nothing, or releases it where ' +
        '`ON_PAYMENT_FAILED` says so; any other is not for us',
    }),
    previous_status: shortText().nullish(),
    payment_reference: shortText().nullish(),
    on_expired: z.enum(['reject', 'reacquire']).nullish().meta({
      description:
        'What to do when the hold is past its time. Default: `reject`, which is told by `confirm_refused`',
    }),
  })
  .meta({
    id: 'OrderStatusChanged',
    description: 'Confirms what is held for the order, or releases it, or means nothing to us',
    examples: [
      { order_id: 'o-1001', status: 'paid', previous_status: 'pending', payment_reference: 'pay-77' },
    ],
  });

const orderCancelled = z.object({ order_id: orderId, reason: shortText().nullish() }).meta({
  id: 'OrderCancelled',
  description:
    'Releases what is held and cancels what is confirmed. From then on nothing is reserved for the order',
  examples: [{ order_id: 'o-1001', reason: 'customer changed their mind' }],
});

const fulfillmentCompleted = z
  .object({
    order_id: orderId,
    fulfillment_id: shortText().meta({ description: 'Counts once for each reservation, for ever' }),
    lines: lines()
      .nullish()
      .meta({ description: 'What left, `location` naming from where. None: all that is left' }),
  })
  .meta({
    id: 'FulfillmentCompleted',
    description: 'Deducts what has left, all of the order or a part',
    examples: [{ order_id: 'o-1001', fulfillment_id: 'f-1', lines: exampleLines }],
  });

/** Every event that is heard, with what its data must be. What parses and documents them is made of it. */
export const INCOMING_EVENTS = {
  'order.order.created': orderCreated,
  'order.order.status_changed': orderStatusChanged,
  'order.order.cancelled': orderCancelled,
  'fulfillment.fulfillment.completed': fulfillmentCompleted,
} as const;

export type IncomingType = keyof typeof INCOMING_EVENTS;

export const INCOMING_TYPES = Object.keys(INCOMING_EVENTS) as IncomingType[];

export const isIncomingType = (type: string): type is IncomingType => Object.hasOwn(INCOMING_EVENTS, type);

/** The data of an event, once it is found to be right. */
export type IncomingData<Type extends IncomingType> = z.infer<(typeof INCOMING_EVENTS)[Type]>;
