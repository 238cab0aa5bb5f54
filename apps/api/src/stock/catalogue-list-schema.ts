import { z } from 'zod';
import { cursor, limit, nextCursor } from '../http/fields-schema.ts';
import { locationAnswer, skuAnswer } from './stock-schema.ts';

/** A page of a list by name. */
export const nameListQuery = z.strictObject({ limit: limit(), cursor: cursor().optional() });

export const locationListAnswer = z
  .strictObject({ data: z.array(locationAnswer), next_cursor: nextCursor })
  .meta({
    id: 'LocationList',
    examples: [
      {
        data: [
          {
            location: 'WH-EAST',
            name: 'Warehouse East',
            priority: 10,
            active: true,
            created_at: '2026-11-20T08:00:00.000Z',
            updated_at: '2026-11-20T08:00:00.000Z',
          },
        ],
        next_cursor: null,
      },
    ],
  });

export const skuListAnswer = z.strictObject({ data: z.array(skuAnswer), next_cursor: nextCursor }).meta({
  id: 'SkuList',
  examples: [
    {
      data: [
        {
          sku: 'TSHIRT-M',
          name: 'T-shirt, medium',
          product_id: 'tshirt',
          variant_id: 'm',
          low_stock_threshold: 20,
          max_per_reservation: 10,
          created_at: '2026-11-20T08:00:00.000Z',
          updated_at: '2026-11-20T08:00:00.000Z',
        },
      ],
      next_cursor: null,
    },
  ],
});
