import {
  givenName,
  HOLD_SECONDS_MAX,
  LINES_MAX,
  metadata,
  quantity,
  shortText,
  sourcing,
} from '@holdfast/contract';
import type { LinePart } from '@holdfast/domain';
import { z } from 'zod';

const wantedLine = z
  .strictObject({
    sku: shortText(),
    quantity: quantity(),
    location: shortText().optional().meta({ description: 'Pins the line to this location' }),
  })
  .meta({ id: 'WantedLine' });

/** The body of a create, still without an id in the documents. The longest hold is a setting. */
export function createReservationBody({ maxHoldSeconds }: { maxHoldSeconds: number }) {
  return z
    .strictObject({
      lines: z.array(wantedLine).min(1).max(LINES_MAX),
      order_id: givenName().optional(),
      cart_id: givenName().optional(),
      store_id: givenName().optional(),
      source: shortText().optional(),
      ttl_seconds: z.int().min(1).max(maxHoldSeconds).optional(),
      sourcing: sourcing().default('split'),
      confirm: z.boolean().default(false).meta({ description: 'Allocates at once, without a hold' }),
      idempotency_key: shortText().optional(),
      metadata: metadata().default({}),
    })
    .refine((body) => !(body.confirm && body.ttl_seconds !== undefined), {
      path: ['ttl_seconds'],
      error: 'cannot go with "confirm": true, which makes no hold',
    });
}

export type CreateReservationBody = z.infer<ReturnType<typeof createReservationBody>>;

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

const parts = () => z.array(part).min(1).max(LINES_MAX);

/** The lines of a verb as its command has them. None: all. */
export const partsOf = (lines: readonly z.infer<typeof part>[] | undefined): readonly LinePart[] | null =>
  lines?.map(({ sku, location, quantity }) => ({ sku, location: location ?? null, quantity })) ?? null;

export const confirmBody = z
  .strictObject({
    payment_reference: shortText().optional(),
    order_id: givenName().optional(),
    on_expired: z.enum(['reject', 'reacquire']).default('reject'),
    lines: parts().optional().meta({ description: 'Units to confirm; the rest is given back. Default: all' }),
  })
  .meta({ id: 'ConfirmReservation' });

export const releaseBody = z
  .strictObject({
    reason: shortText().optional(),
    lines: parts().optional().meta({ description: 'Units to give back. Default: all units' }),
    release_id: givenName(COUNTS_ONCE).optional(),
  })
  .meta({ id: 'ReleaseReservation' });

/** What one service allows, the extend itself says: it is a 409. */
export const extendBody = z
  .strictObject({
    ttl_seconds: z
      .int()
      .min(1)
      .max(HOLD_SECONDS_MAX)
      .optional()
      .meta({ description: 'Seconds from now. Default: the lifetime of a new hold' }),
  })
  .meta({ id: 'ExtendReservation' });

export const fulfillBody = z
  .strictObject({
    order_id: givenName().optional(),
    lines: parts().optional().meta({ description: 'Units to deduct. Default: all units that are left' }),
    fulfillment_id: givenName(COUNTS_ONCE).optional(),
  })
  .meta({ id: 'FulfillReservation' });

export const cancelBody = z
  .strictObject({
    reason: shortText().optional(),
    lines: parts()
      .optional()
      .meta({ description: 'Units to free. Default: all units that have not shipped' }),
    cancellation_id: givenName(COUNTS_ONCE).optional(),
  })
  .meta({ id: 'CancelReservation' });

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
  .meta({ id: 'ReturnReservation' });

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
  .meta({ id: 'PatchReservation' });
