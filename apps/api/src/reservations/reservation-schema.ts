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

/** How much of a line, for a confirm or a fulfill. */
const part = z
  .strictObject({
    sku: shortText(),
    location: shortText()
      .optional()
      .meta({ description: 'Location of the allocation. Default: all of the SKU, the first one first' }),
    quantity: quantity(),
  })
  .meta({ id: 'LinePart' });

const parts = () => z.array(part).min(1).max(LINES_MAX);

/** The lines of a confirm or a fulfill as its command has them. None: all. */
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
  .strictObject({ reason: shortText().optional() })
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
    fulfillment_id: givenName('Counts once for each reservation, without a time limit').optional(),
    reallocate: z.boolean().default(false).meta({
      description:
        'A `location` with free stock may ship units that are allocated elsewhere: they are moved to it first',
    }),
  })
  .meta({ id: 'FulfillReservation' });

export const cancelBody = z
  .strictObject({ reason: shortText().optional() })
  .meta({ id: 'CancelReservation' });
