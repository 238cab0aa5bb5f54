import { stockLevelAnswer } from '@holdfast/contract';
import { z } from 'zod';
import { stockChange } from './shapes.ts';

export const shortfallData = z.strictObject({
  stock_level: stockLevelAnswer,
  previous_shortfall: z.int().meta({ description: 'The shortfall before the change' }),
});

export const reconciledData = z.strictObject({
  stock_level: stockLevelAnswer,
  stock_changes: z.array(stockChange).meta({
    description: 'The changes of repaired counters. Empty if only the record of a change was missing',
  }),
});

export const lowStockData = z.strictObject({
  sku: z.string(),
  available: z.int().meta({
    description:
      'Units that can be reserved: over all active locations, without reserved units and safety stock, minus shortfalls at any location',
  }),
  low_stock_threshold: z.int().nullable().meta({ description: 'null if the threshold was removed' }),
});
