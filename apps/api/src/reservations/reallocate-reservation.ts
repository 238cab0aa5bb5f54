import { LINES_MAX, quantity, shortText } from '@holdfast/contract';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import type { Route } from '../http/route.ts';
import { defineVerb } from './reservation-verbs.ts';

const movedLine = z
  .strictObject({
    sku: shortText(),
    from: shortText().meta({ description: 'Location of the allocation' }),
    to: shortText().optional().meta({
      description:
        'Default: sourced by the rules of the reservation (`sourcing`, `locations`, pins), but not from `from`',
    }),
    quantity: quantity().optional().meta({ description: 'Default: all open units of the SKU at `from`' }),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], error: 'must be another location than "from"' })
  .meta({ id: 'MovedLine' });

const reallocateBody = z
  .strictObject({
    lines: z
      .array(movedLine)
      .min(1)
      .max(LINES_MAX)
      .refine(namesRestOnce, 'may name a SKU and "from" only once without a quantity'),
    reason: shortText().optional(),
  })
  .meta({
    id: 'ReallocateReservation',
    examples: [{ lines: [{ sku: 'TSHIRT-M', from: 'WH-EAST', to: 'WH-WEST' }] }],
  });

/** Two lines cannot both take all that is left. */
function namesRestOnce(lines: readonly z.infer<typeof movedLine>[]): boolean {
  const rests = lines
    .filter((line) => line.quantity === undefined)
    .map(({ sku, from }) => JSON.stringify([sku, from]));
  return new Set(rests).size === rests.length;
}

export const reallocateReservation = (context: ApiContext): Route =>
  defineVerb(context, {
    verb: 'reallocate',
    summary: 'Move held or confirmed units to other locations',
    description:
      'All lines or none. A location needs as many `available` units as it gets; lines of one call can exchange units. The SKU’s total does not change, so a shortfall at another location does not prevent a move. `to` may leave the pin of a line and the `locations` of the reservation. A call is carried out again when it is repeated without an `Idempotency-Key`.',
    body: reallocateBody,
    done: 'The units are moved',
    refusals: [
      'reservation_not_found',
      'reservation_expired',
      'invalid_transition',
      'quantity_exceeds_remaining',
      'insufficient_stock',
      'unknown_location',
    ],
    command: ({ lines, reason = null }, called) => ({
      kind: 'reallocate',
      lines: lines.map(({ sku, from, to = null, quantity = null }) => ({ sku, from, to, quantity })),
      reason,
      ...called,
    }),
  });
