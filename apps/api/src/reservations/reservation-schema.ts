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

/** What a create asks for. The longest hold is a setting. */
const createFields = ({ maxHoldSeconds }: { readonly maxHoldSeconds: number }) => ({
  lines: z.array(wantedLine).min(1).max(LINES_MAX),
  order_id: givenName().optional(),
  cart_id: givenName().optional(),
  store_id: givenName().optional(),
  source: shortText().optional(),
  ttl_seconds: z.int().min(1).max(maxHoldSeconds).optional(),
  sourcing: sourcing().default('split'),
  confirm: z.boolean().default(false).meta({ description: 'Allocates at once, without a hold' }),
  metadata: metadata().default({}),
});

const holdOrSale = <Body extends z.ZodType<{ confirm: boolean; ttl_seconds?: number | undefined }>>(
  body: Body,
): Body =>
  body.refine(({ confirm, ttl_seconds }) => !(confirm && ttl_seconds !== undefined), {
    path: ['ttl_seconds'],
    error: 'cannot go with "confirm": true, which makes no hold',
  });

/** The body of a create, still without an id in the documents. */
export function createReservationBody(config: { readonly maxHoldSeconds: number }) {
  return holdOrSale(z.strictObject({ ...createFields(config), idempotency_key: shortText().optional() }));
}

/** The body of a create whose id is in the path. In a PUT, null is as if the field were absent. */
export function putReservationBody(config: { readonly maxHoldSeconds: number }) {
  return z.preprocess(withoutNulls, holdOrSale(z.strictObject(createFields(config))));
}

function withoutNulls(sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return sent;
  return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null));
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
  })
  .meta({ id: 'FulfillReservation' });

export const withdrawBody = z
  .strictObject({ reason: shortText().optional() })
  .meta({ id: 'WithdrawReservation' });

export const cancelBody = z
  .strictObject({ reason: shortText().optional() })
  .meta({ id: 'CancelReservation' });
