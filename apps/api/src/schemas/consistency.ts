import { z } from 'zod';
import { time } from './fields.ts';

export const consistencyQuery = z.strictObject({});

/** Issues that one answer names. Whoever has more has one cause to find, not a thousand. */
export const ISSUES_MAX = 1_000;

export const consistencyAnswer = z
  .strictObject({
    is_consistent: z.boolean(),
    checked_at: time(),
    total_stock_levels: z.int(),
    issues: z
      .array(
        z.strictObject({
          sku: z.string(),
          location: z.string(),
          kind: z.enum(['on_hand', 'reserved', 'allocated']),
          expected: z.int(),
          actual: z.int(),
        }),
      )
      .meta({ description: `The first ${ISSUES_MAX.toLocaleString('en')}` }),
  })
  .meta({ id: 'Consistency' });
