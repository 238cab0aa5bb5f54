import { z } from 'zod';
import { cursor, limit, nextCursor, shortText, time, units } from './fields.ts';

// In a PUT, null clears an optional field, and an absent field is left as it is.

export const locationParams = z.strictObject({ location: shortText() });

export const putLocationBody = z
  .strictObject({
    name: shortText().nullable().optional(),
    priority: z
      .int()
      .min(-1_000_000)
      .max(1_000_000)
      .nullable()
      .optional()
      .meta({ description: 'Lower is used first. Default 100' }),
    active: z
      .boolean()
      .nullable()
      .optional()
      .meta({ description: 'An inactive location gives nothing. Default true' }),
  })
  .meta({ id: 'PutLocation', examples: [{ name: 'Warehouse East', priority: 10 }] });

export const locationAnswer = z
  .strictObject({
    location: z.string(),
    name: z.string().nullable(),
    priority: z.int(),
    active: z.boolean(),
    created_at: time(),
    updated_at: time(),
  })
  .meta({
    id: 'Location',
    examples: [
      {
        location: 'WH-EAST',
        name: 'Warehouse East',
        priority: 10,
        active: true,
        created_at: '2026-11-20T08:00:00.000Z',
        updated_at: '2026-11-20T08:00:00.000Z',
      },
    ],
  });

export const skuParams = z.strictObject({ sku: shortText() });

export const putSkuBody = z
  .strictObject({
    name: shortText().nullable().optional(),
    product_id: shortText().nullable().optional(),
    variant_id: shortText().nullable().optional(),
    low_stock_threshold: units().nullable().optional(),
    max_per_reservation: z.int().min(1).max(1_000_000_000).nullable().optional(),
  })
  .meta({
    id: 'PutSku',
    examples: [{ name: 'T-shirt, medium', product_id: 'TSHIRT', variant_id: 'M', low_stock_threshold: 20 }],
  });

export const skuAnswer = z
  .strictObject({
    sku: z.string(),
    name: z.string().nullable(),
    product_id: z.string().nullable(),
    variant_id: z.string().nullable(),
    low_stock_threshold: z.int().nullable(),
    max_per_reservation: z.int().nullable(),
    created_at: time(),
    updated_at: time(),
  })
  .meta({
    id: 'Sku',
    examples: [
      {
        sku: 'TSHIRT-M',
        name: 'T-shirt, medium',
        product_id: 'TSHIRT',
        variant_id: 'M',
        low_stock_threshold: 20,
        max_per_reservation: null,
        created_at: '2026-11-20T08:00:00.000Z',
        updated_at: '2026-11-20T08:00:00.000Z',
      },
    ],
  });

export const stockLevelParams = z.strictObject({ sku: shortText(), location: shortText() });

export const putStockLevelBody = z
  .strictObject({
    on_hand: units(),
    safety_stock: units().nullable().optional().meta({ description: 'Default 0' }),
    reason: shortText().nullable().optional(),
  })
  .meta({ id: 'PutStockLevel', examples: [{ on_hand: 120, safety_stock: 5, reason: 'counted' }] });

const stockLevel = z.strictObject({
  sku: z.string(),
  location: z.string(),
  on_hand: z.int(),
  reserved: z.int(),
  allocated: z.int(),
  safety_stock: z.int(),
  shortfall: z.int(),
  available: z.int(),
  version: z.int(),
  updated_at: time(),
});

const exampleLevel = {
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

const exampleAvailability = {
  sku: 'TSHIRT-M',
  on_hand: 120,
  reserved: 4,
  allocated: 11,
  available: 100,
  locations: [{ ...exampleLevel, active: true }],
};

export const availabilityAnswer = z
  .strictObject({
    sku: z.string(),
    on_hand: z.int(),
    reserved: z.int(),
    allocated: z.int(),
    available: z.int(),
    locations: z.array(stockLevel.extend({ active: z.boolean() })),
  })
  .meta({ id: 'Availability', examples: [exampleAvailability] });

export const availabilityListAnswer = z
  .strictObject({ data: z.array(availabilityAnswer), next_cursor: nextCursor })
  .meta({ id: 'AvailabilityList', examples: [{ data: [exampleAvailability], next_cursor: null }] });

const SKUS_MAX = 200;

/** `?sku=A&sku=B`, or a page of all. */
export const availabilityQuery = z
  .strictObject({
    sku: z
      .union([shortText().transform((sku) => [sku]), z.array(shortText()).min(1).max(SKUS_MAX)])
      .optional(),
    limit: limit(),
    cursor: cursor().optional(),
  })
  .refine((query) => !(query.sku && query.cursor !== undefined), {
    path: ['cursor'],
    error: 'goes with the list of all, not with sku',
  });
