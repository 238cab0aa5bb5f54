import { z } from 'zod';
import { time } from './fields.ts';

export const stockLevel = z.strictObject({
  sku: z.string(),
  location: z.string(),
  on_hand: z.int().meta({ description: 'What is there' }),
  reserved: z.int().meta({ description: 'Of it, what holds have; a due one until it is given back' }),
  allocated: z.int().meta({ description: 'Of it, what is sold and has not left' }),
  safety_stock: z.int().meta({ description: 'Of it, what is not sold, on purpose' }),
  shortfall: z
    .int()
    .meta({ description: 'What is promised and not there: `reserved + allocated - on_hand`, or 0' }),
  available: z.int().meta({
    description:
      '`on_hand - reserved - allocated - safety_stock`, or 0. Whether its location gives it is said by `active`',
  }),
  version: z.int().meta({
    description:
      'For `If-Match`. Rises with every change of `on_hand` or `safety_stock` and every accepted PUT, not with reservations',
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
  shortfall: 0,
  available: 100,
  version: 7,
  updated_at: '2026-11-20T10:15:00.000Z',
};

export const stockLevelAnswer = stockLevel.meta({ id: 'StockLevel', examples: [exampleLevel] });
