import { z } from 'zod';
import { nextCursor } from '../http/fields-schema.ts';

export const lowStockAnswer = z
  .strictObject({
    data: z.array(
      z.strictObject({
        sku: z.string(),
        available: z.int().meta({ description: 'Units available now, as in `GET /v1/availability`' }),
        low_stock_threshold: z.int().meta({ description: 'Threshold of the SKU: see `PUT /v1/skus/{sku}`' }),
      }),
    ),
    next_cursor: nextCursor,
  })
  .meta({
    id: 'LowStockList',
    examples: [
      {
        data: [{ sku: 'TSHIRT-M', available: 12, low_stock_threshold: 20 }],
        next_cursor: 'WyJUU0hJUlQtTSJd',
      },
    ],
  });
