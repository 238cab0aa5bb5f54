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
    description: 'Change of each counter of a level; negative if it fell',
  });

export const refusal = z
  .strictObject({
    code: z
      .string()
      .meta({ description: 'As in answers of the API. Codes never change; new ones may be added' }),
    detail: z.string(),
    lines: z
      .array(
        z.strictObject({
          sku: z.string(),
          location: z
            .string()
            .optional()
            .meta({ description: 'Present if the line was pinned to this location' }),
          requested: z.int(),
          available: z.int(),
        }),
      )
      .optional()
      .meta({ description: 'With `insufficient_stock`: the lines without enough stock' }),
  })
  .meta({ id: 'Refusal', description: 'Why the request was refused' });
