import { z } from 'zod';
import { shortText } from './fields.ts';

/** Locations that a reservation may list. */
const LISTED_MAX = 100;

/** The only locations that may give stock, in this order. They have to exist: names match exactly. */
export const locations = () =>
  z
    .array(shortText())
    .min(1)
    .max(LISTED_MAX)
    .refine((names) => new Set(names).size === names.length, 'must name each location once')
    .meta({
      uniqueItems: true,
      description: 'Only these locations give stock, in this order. Default: all, by their priority',
    });

interface Sourced {
  readonly lines: readonly { readonly location?: string | null | undefined }[];
  readonly locations?: readonly string[] | null | undefined;
}

/** Refuses a line that is pinned to a location which `locations` leaves out: nothing could ever give it. */
export function requireListedPins({ lines, locations: listed }: Sourced, context: z.RefinementCtx): void {
  if (!listed) return;
  for (const [index, { location }] of lines.entries()) {
    if (location === null || location === undefined || listed.includes(location)) continue;
    context.addIssue({
      code: 'custom',
      path: ['lines', index, 'location'],
      message: 'must be one of `locations`',
    });
  }
}
