import { stockLevelAnswer } from '@holdfast/contract';
import { z } from 'zod';
import { stockChange } from './shapes.ts';

export const shortfallData = z.strictObject({
  stock_level: stockLevelAnswer,
  previous_shortfall: z.int().meta({ description: 'Units that were missing before' }),
});

export const reconciledData = z.strictObject({
  stock_level: stockLevelAnswer,
  stock_changes: z.array(stockChange).meta({
    description: 'What was mended of its counters. Empty where only the record of a change was missing',
  }),
});

export const lowStockData = z.strictObject({
  sku: z.string(),
  available: z
    .int()
    .meta({ description: 'Over all active locations; reserved and safety stock do not count' }),
  low_stock_threshold: z.int().nullable().meta({ description: 'null: it was taken away' }),
});
