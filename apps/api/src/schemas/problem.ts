import { z } from 'zod';
import { PROBLEM_CODES } from '../http/problem.ts';

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
          available: z.int(),
        }),
      )
      .optional()
      .meta({ description: 'With `insufficient_stock`: the lines that are short' }),
    current_status: z.string().optional(),
  })
  .meta({ id: 'Problem' });
