import { HOLD_SECONDS_MAX, LINES_MAX, metadata, quantity, shortText, sourcing } from '@holdfast/contract';
import { z } from 'zod';

const wantedLine = z
  .strictObject({
    sku: shortText(),
    quantity: quantity(),
    location: shortText().optional().meta({ description: 'Pins the line to this location' }),
  })
  .meta({ id: 'WantedLine' });

/** The body of a create, without a name: each who uses it gives it one. The longest hold is a setting, so it is made at start. */
export function createReservationBody({ maxHoldSeconds }: { maxHoldSeconds: number }) {
  return z
    .strictObject({
      lines: z.array(wantedLine).min(1).max(LINES_MAX),
      order_id: shortText().optional(),
      cart_id: shortText().optional(),
      store_id: shortText().optional(),
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
      .meta({ description: 'Names an allocation; without it, all of the SKU, first allocation first' }),
    quantity: quantity(),
  })
  .meta({ id: 'LinePart' });

export type PartBody = z.infer<typeof part>;

const parts = () => z.array(part).min(1).max(LINES_MAX);

export const confirmBody = z
  .strictObject({
    payment_reference: shortText().optional(),
    order_id: shortText().optional(),
    on_expired: z.enum(['reject', 'reacquire']).default('reject'),
    lines: parts().optional().meta({ description: 'Confirms a part; the rest is given back' }),
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
      .meta({ description: 'From now. Default: as long as a new hold lives' }),
  })
  .meta({ id: 'ExtendReservation' });

export const fulfillBody = z
  .strictObject({
    order_id: shortText().optional(),
    lines: parts().optional().meta({ description: 'None: all that is left' }),
    fulfillment_id: shortText()
      .optional()
      .meta({ description: 'Counts once for each reservation, for ever' }),
  })
  .meta({ id: 'FulfillReservation' });

export const cancelBody = z
  .strictObject({ reason: shortText().optional() })
  .meta({ id: 'CancelReservation' });
