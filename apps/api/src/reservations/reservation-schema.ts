import {
  givenName,
  HOLD_SECONDS_MAX,
  ifShort,
  LINES_MAX,
  locations,
  metadata,
  quantity,
  requireListedPins,
  shortText,
  sourcing,
} from '@holdfast/contract';
import type { LinePart, WantedLine } from '@holdfast/domain';
import { z } from 'zod';
import type { ApiConfig } from '../config.ts';
import { requireFittingWait, waitFields } from './wait-schema.ts';

const wantedLine = z
  .strictObject({
    sku: shortText(),
    quantity: quantity(),
    location: shortText().optional().meta({ description: 'Pins the line to this location' }),
  })
  .meta({ id: 'WantedLine' });

const wantedLines = () => z.array(wantedLine).min(1).max(LINES_MAX);

/** The lines of a create or a quote as the domain has them. */
export const wantedLinesOf = (lines: readonly z.infer<typeof wantedLine>[]): readonly WantedLine[] =>
  lines.map(({ sku, quantity, location }) => ({ sku, quantity, location: location ?? null }));

type Limits = Pick<ApiConfig, 'maxHoldSeconds' | 'waitMaxSeconds'>;

/** What a create asks for. The longest hold is a setting. */
const createFields = ({ maxHoldSeconds, ...config }: Limits) => ({
  lines: wantedLines(),
  order_id: givenName().optional(),
  cart_id: givenName().optional(),
  customer_id: givenName('The customer. A SKU with a `max_per_customer` needs it').optional(),
  store_id: givenName().optional(),
  source: shortText().optional(),
  ttl_seconds: z.int().min(1).max(maxHoldSeconds).optional(),
  notify_before_seconds: z.int().min(1).max(maxHoldSeconds).optional().meta({
    description:
      'Publishes an `expiring` event this many seconds before the hold ends, again after each extension',
  }),
  sourcing: sourcing().default('split'),
  locations: locations().optional(),
  if_short: ifShort().default('reject').meta({
    description:
      '`partial` takes what there is of each line, with `"sourcing": "split"` and without `confirm` only. A line then has the `quantity` taken, 0 included; if no unit is available, the answer is 409. `wait`, without `confirm`, waits in line for up to `wait_seconds`: the answer is 202 if the stock is not there at once',
  }),
  ...waitFields(config),
  confirm: z.boolean().default(false).meta({ description: 'Allocates at once, without a hold' }),
  payment_reference: shortText().optional().meta({ description: 'Goes with `"confirm": true`' }),
  metadata: metadata().default({}),
});

type CreateFields = z.infer<z.ZodObject<ReturnType<typeof createFields>>>;

/** Rules about several fields of a create. */
const requireFitting = <Body extends z.ZodType<CreateFields>>(body: Body): Body =>
  body
    .refine(({ confirm, ttl_seconds }) => !(confirm && ttl_seconds !== undefined), {
      path: ['ttl_seconds'],
      error: 'cannot go with "confirm": true, which makes no hold',
    })
    .refine(({ confirm, notify_before_seconds }) => !(confirm && notify_before_seconds !== undefined), {
      path: ['notify_before_seconds'],
      error: 'cannot go with "confirm": true, which makes no hold',
    })
    .refine(({ confirm, payment_reference }) => confirm || payment_reference === undefined, {
      path: ['payment_reference'],
      error: 'goes with "confirm": true; send it with the confirm of the hold',
    })
    .refine(({ confirm, if_short }) => !(confirm && if_short === 'partial'), {
      path: ['if_short'],
      error: 'cannot be partial with "confirm": true: create a partial hold, and confirm it',
    })
    .refine(({ confirm, if_short }) => !(confirm && if_short === 'wait'), {
      path: ['if_short'],
      error: 'cannot be wait with "confirm": true: hold the stock, and confirm that',
    })
    .refine((fields) => fields.sourcing === 'split' || fields.if_short !== 'partial', {
      path: ['if_short'],
      error: 'can be partial with "sourcing": "split" only',
    })
    .superRefine(requireFittingWait)
    .superRefine(requireListedPins);

/** The body of a create, still without an id in the documents. */
export function createReservationBody(config: Limits) {
  return requireFitting(z.strictObject({ ...createFields(config), idempotency_key: shortText().optional() }));
}

/** The body of a create whose id is in the path. In a PUT, null is as if the field were absent. */
export function putReservationBody(config: Limits) {
  return z.preprocess(withoutNulls, requireFitting(z.strictObject(createFields(config))));
}

function withoutNulls(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return sent;
  return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null));
}

export type CreateReservationBody = z.infer<ReturnType<typeof createReservationBody>>;

export const quoteBody = z
  .strictObject({
    lines: wantedLines(),
    cart_id: shortText().optional().meta({ description: 'Units that this cart holds count as free' }),
    sourcing: sourcing().default('split'),
    locations: locations().optional(),
  })
  .superRefine(requireListedPins)
  .meta({ id: 'QuoteReservation', examples: [{ lines: [{ sku: 'TSHIRT-M', quantity: 2 }] }] });

/** How much of a line, for the verbs of a reservation. */
const part = z
  .strictObject({
    sku: shortText(),
    location: shortText().optional().meta({
      description:
        'Location of the allocation. Default: all of the SKU. Units are confirmed and fulfilled from the first allocation on, and released and cancelled from the last',
    }),
    quantity: quantity(),
  })
  .meta({ id: 'LinePart' });

const COUNTS_ONCE = 'Counts once for each reservation, without a time limit';

export const parts = () => z.array(part).min(1).max(LINES_MAX);

/** The lines of a verb as its command has them. None: all. */
export const partsOf = (lines: readonly z.infer<typeof part>[] | undefined): readonly LinePart[] | null =>
  lines?.map(({ sku, location, quantity }) => ({ sku, location: location ?? null, quantity })) ?? null;

export const confirmBody = z
  .strictObject({
    payment_reference: shortText().optional(),
    order_id: givenName().optional(),
    on_expired: z.enum(['reject', 'reacquire']).default('reject').meta({
      description: '`reacquire`: the stock of an expired hold is reserved again if it is available',
    }),
    lines: parts().optional().meta({ description: 'Units to confirm; the rest is given back. Default: all' }),
    reason: shortText().optional(),
  })
  .meta({ id: 'ConfirmReservation', examples: [{ payment_reference: 'pay-1001' }] });

export const releaseBody = z
  .strictObject({
    reason: shortText().optional(),
    lines: parts().optional().meta({ description: 'Units to give back. Default: all units' }),
    release_id: givenName(COUNTS_ONCE).optional(),
  })
  .meta({ id: 'ReleaseReservation', examples: [{ reason: 'the customer left' }] });

/** The limit of a deployment is checked by the extend itself, which answers 409. */
export const extendBody = z
  .strictObject({
    ttl_seconds: z
      .int()
      .min(1)
      .max(HOLD_SECONDS_MAX)
      .optional()
      .meta({ description: 'Seconds from now. Default: the lifetime of a new hold' }),
    reason: shortText().optional(),
  })
  .meta({ id: 'ExtendReservation', examples: [{ ttl_seconds: 600 }] });

export const fulfillBody = z
  .strictObject({
    order_id: givenName().optional(),
    lines: parts().optional().meta({ description: 'Units to deduct. Default: all units that are left' }),
    fulfillment_id: givenName(COUNTS_ONCE).optional(),
    reallocate: z.boolean().default(false).meta({
      description:
        'A `location` with free stock may ship units that are allocated elsewhere: they are moved to it first',
    }),
  })
  .meta({ id: 'FulfillReservation', examples: [{ fulfillment_id: 'f-1001' }] });

export const withdrawBody = z
  .strictObject({ reason: shortText().optional() })
  .meta({ id: 'WithdrawReservation', examples: [{ reason: 'no answer to the create' }] });

export const cancelBody = z
  .strictObject({
    reason: shortText().optional(),
    lines: parts()
      .optional()
      .meta({ description: 'Units to free. Default: all units that have not shipped' }),
    cancellation_id: givenName(COUNTS_ONCE).optional(),
  })
  .meta({ id: 'CancelReservation', examples: [{ reason: 'the customer cancelled' }] });

const returnedPart = z
  .strictObject({
    sku: shortText(),
    from: shortText().optional().meta({
      description:
        'Location that the units had left from. Default: all of the SKU, the first allocation first',
    }),
    to: shortText().optional().meta({
      description:
        'Location that the units came back to, also an inactive one. Default: where they left from',
    }),
    quantity: quantity(),
  })
  .meta({ id: 'ReturnLine' });

export const returnBody = z
  .strictObject({
    lines: z.array(returnedPart).min(1).max(LINES_MAX),
    return_id: givenName(COUNTS_ONCE).optional(),
    restock: z.boolean().default(true).meta({
      description: 'Whether the units are on hand again. `false`: they cannot be sold again',
    }),
    reason: shortText().optional(),
  })
  .meta({
    id: 'ReturnReservation',
    examples: [{ lines: [{ sku: 'TSHIRT-M', quantity: 1 }], return_id: 'r-1001', reason: 'wrong size' }],
  });

/** `order_id`, `customer_id` and `payment_reference` are set once. */
export const patchBody = z
  .strictObject({
    order_id: givenName().optional(),
    customer_id: givenName().optional(),
    payment_reference: shortText().optional(),
    source: shortText().nullable().optional(),
    metadata: z.record(shortText(), shortText().nullable()).nullable().optional().meta({
      description: 'JSON merge patch (RFC 7396): `null` removes a key',
    }),
  })
  .meta({ id: 'PatchReservation', examples: [{ source: 'phone', metadata: { gift: 'yes' } }] });
