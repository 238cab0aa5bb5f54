import { z } from 'zod';

// What stands in the data of several events.

export const stockChange = z
  .strictObject({
    sku: z.string(),
    location: z.string(),
    on_hand: z.int(),
    reserved: z.int(),
    allocated: z.int(),
  })
  .meta({
    id: 'StockChange',
    description: 'Units by which the counters of a level rose, or, below zero, fell',
  });

export const refusal = z
  .strictObject({
    code: z
      .string()
      .meta({ description: 'As in answers of the API. It never changes; there may be new ones' }),
    detail: z.string(),
    lines: z
      .array(
        z.strictObject({
          sku: z.string(),
          location: z.string().optional().meta({ description: 'Where the line was pinned to it' }),
          requested: z.int(),
          available: z.int(),
        }),
      )
      .optional()
      .meta({ description: 'With `insufficient_stock`: the lines that are short' }),
  })
  .meta({ id: 'Refusal', description: 'Why it was refused' });
