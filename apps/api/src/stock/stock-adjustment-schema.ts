import { shortText, stockLevelAnswer } from '@holdfast/contract';
import { z } from 'zod';

/** Lines that one call may have. */
const LINES_MAX = 1_000;
const DELTA_MAX = 1_000_000_000;

const adjustment = z.strictObject({
  sku: shortText(),
  location: shortText(),
  delta: z
    .int()
    .min(-DELTA_MAX)
    .max(DELTA_MAX)
    .refine((units) => units !== 0, 'must not be 0')
    .meta({ description: 'Units to add; negative to remove units' }),
  reason: shortText().meta({ description: 'Recorded in the movement' }),
});

export const adjustStockBody = z.strictObject({ lines: z.array(adjustment).min(1).max(LINES_MAX) }).meta({
  id: 'AdjustStock',
  examples: [
    {
      lines: [
        { sku: 'TSHIRT-M', location: 'WH-EAST', delta: 40, reason: 'receipt PO-7781' },
        { sku: 'MUG', location: 'WH-EAST', delta: -2, reason: 'broken in aisle 4' },
      ],
    },
  ],
});

export const adjustStockAnswer = z
  .strictObject({
    levels: z
      .array(stockLevelAnswer)
      .meta({ description: 'The levels after the adjustment, each once, in the order of the request' }),
  })
  .meta({
    id: 'AdjustedStock',
    examples: [
      {
        levels: [
          {
            sku: 'TSHIRT-M',
            location: 'WH-EAST',
            on_hand: 160,
            reserved: 4,
            allocated: 11,
            safety_stock: 5,
            shortfall: 0,
            available: 140,
            version: 8,
            updated_at: '2026-11-20T10:15:00.000Z',
          },
        ],
      },
    ],
  });
