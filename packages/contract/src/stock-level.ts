import { z } from 'zod';
import { time } from './fields.ts';

export const stockLevel = z.strictObject({
  sku: z.string(),
  location: z.string(),
  on_hand: z.int().meta({ description: 'Units on hand' }),
  reserved: z
    .int()
    .meta({ description: 'Units of `on_hand` that are held; a due hold counts until its stock is free' }),
  allocated: z.int().meta({ description: 'Units of `on_hand` that are sold and have not left' }),
  safety_stock: z.int().meta({ description: 'Units of `on_hand` that are not offered for sale' }),
  backorder_limit: z
    .int()
    .meta({ description: 'How many units may be promised beyond those on hand. 0: no backorders' }),
  backordered: z
    .int()
    .meta({ description: 'Units that are promised but not on hand: `reserved + allocated - on_hand`, or 0' }),
  shortfall: z.int().meta({
    description: 'Promised units that are missing: `backordered - backorder_limit`, or 0',
  }),
  available: z.int().meta({
    description:
      '`on_hand + backorder_limit - safety_stock - reserved - allocated`, at least 0, and 0 while the SKU is paused: the units of this level that can be reserved if its location is active. A reservation gets at most the `available` of the whole SKU, which is lower while another level has a shortfall',
  }),
  version: z.int().meta({
    description:
      'For `If-Match`. Rises with every change of `on_hand`, `safety_stock` or `backorder_limit` and every accepted PUT, but not with reservations',
  }),
  updated_at: time(),
});

export const exampleLevel = {
  sku: 'TSHIRT-M',
  location: 'WH-EAST',
  on_hand: 120,
  reserved: 4,
  allocated: 11,
  safety_stock: 5,
  backorder_limit: 0,
  backordered: 0,
  shortfall: 0,
  available: 100,
  version: 7,
  updated_at: '2026-11-20T10:15:00.000Z',
};

export const stockLevelAnswer = stockLevel.meta({ id: 'StockLevel', examples: [exampleLevel] });
