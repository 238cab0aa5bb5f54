import {
  ifShort,
  LINES_MAX,
  locations,
  quantity,
  shortText,
  sourcing,
  type ProblemCode,
} from '@holdfast/contract';
import type { CommandOf } from '@holdfast/domain';
import { z } from 'zod';
import type { ApiConfig } from '../config.ts';

/** A line of a PUT, where null means no pin: lines can be sent back as they were read. */
const line = z
  .strictObject({
    sku: shortText(),
    quantity: quantity(),
    location: shortText().nullable().optional().meta({ description: 'Pins the line to this location' }),
  })
  .meta({ id: 'ReplacementLine' });

/** Reasons to refuse a call that promises more units, in the order in which they are checked. */
export const PROMISE_REFUSALS = [
  'customer_required',
  'sku_inactive',
  'customer_limit_reached',
  'insufficient_stock',
] as const satisfies readonly ProblemCode[];

/** The lines that a PUT has. @param min how few there may be */
export const wantedLines = (min: 0 | 1) => z.array(line).min(min).max(LINES_MAX);

/** What a PUT says beside its lines: how the units that it adds are found, and why. */
export const besideLines = {
  sourcing: sourcing()
    .nullable()
    .optional()
    .meta({ description: 'How the units that are added are sourced. Default: as the reservation says' }),
  locations: locations().nullable().optional().meta({
    description:
      'The only locations that may give the units that are added, in this order. Default: as the reservation says',
  }),
  if_short: ifShort().nullable().optional().meta({
    description:
      '`partial` takes the available units of each increase. `sourcing` (default: the reservation’s) must be `split`. `wait` acts as `reject`. Default: `reject`',
  }),
  renew: z
    .boolean()
    .nullable()
    .optional()
    .meta({ description: 'Extends a hold too, as far as extend may. Default: false' }),
  reason: shortText().nullable().optional(),
};

type Body = z.infer<z.ZodObject<{ lines: ReturnType<typeof wantedLines> } & typeof besideLines>>;

/** A rule of the body, for `refine`. */
export const isPartialOfSplit = ({ if_short, sourcing: named }: Omit<Body, 'lines'>): boolean =>
  if_short !== 'partial' || (named ?? 'split') === 'split';

export const PARTIAL_OF_SPLIT = {
  path: ['if_short'],
  error: 'can be "partial" with "sourcing": "split" only',
};

/** The part of a command that comes from the body. @param ttlSeconds from now, for a hold that is renewed */
export function wantedLinesOf(
  { lines, sourcing: named, locations: listed, if_short, renew, reason }: Body,
  {
    extensionsMax,
    maxHoldSeconds,
    waitersMax,
  }: Pick<ApiConfig, 'extensionsMax' | 'maxHoldSeconds' | 'waitersMax'>,
  ttlSeconds: number,
): Omit<CommandOf<'replace-lines'>, 'kind' | 'reservationId' | 'ifVersion' | 'caller'> {
  return {
    lines: lines.map(({ sku, quantity: units, location = null }) => ({ sku, quantity: units, location })),
    sourcing: named ?? null,
    locations: listed ?? null,
    ifShort: if_short ?? 'reject',
    waitersMax,
    reason: reason ?? null,
    renew: renew === true ? { ttlSeconds, extensionsMax, holdMaxSeconds: maxHoldSeconds } : null,
  };
}
