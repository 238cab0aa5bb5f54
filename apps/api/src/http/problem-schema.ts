import { z } from 'zod';
import { PROBLEM_CODES } from './problem.ts';

/** What a refusal says (RFC 9457). */
export const problemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'The request id' }),
    code: z.enum(PROBLEM_CODES),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
    lines: z
      .array(
        z.strictObject({
          sku: z.string(),
          location: z.string().optional(),
          requested: z.int(),
          available: z.int().meta({
            description:
              'The available units. For a reservation this is at most the total `available` of the SKU, even if a location has more; for an adjustment or a fulfilment it is the units on hand',
          }),
        }),
      )
      .optional()
      .meta({ description: 'With `insufficient_stock`: the lines without enough stock' }),
    current_status: z.string().optional(),
  })
  .meta({ id: 'Problem' });
