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
  .meta({ id: 'PutLocation' });

export const locationAnswer = z
  .strictObject({
    location: z.string(),
    name: z.string().nullable(),
    priority: z.int(),
    active: z.boolean(),
    created_at: time(),
    updated_at: time(),
  })
  .meta({ id: 'Location' });

export const skuParams = z.strictObject({ sku: shortText() });

export const putSkuBody = z
  .strictObject({
    name: shortText().nullable().optional(),
    product_id: shortText().nullable().optional(),
    variant_id: shortText().nullable().optional(),
    low_stock_threshold: units().nullable().optional(),
    max_per_reservation: z.int().min(1).max(1_000_000_000).nullable().optional(),
  })
  .meta({ id: 'PutSku' });

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
  .meta({ id: 'Sku' });

export const stockLevelParams = z.strictObject({ sku: shortText(), location: shortText() });

export const putStockLevelBody = z
  .strictObject({
    on_hand: units(),
    safety_stock: units().nullable().optional().meta({ description: 'Default 0' }),
    reason: shortText().nullable().optional(),
  })
  .meta({ id: 'PutStockLevel' });

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

export const stockLevelAnswer = stockLevel.meta({ id: 'StockLevel' });

export const availabilityAnswer = z
  .strictObject({
    sku: z.string(),
    on_hand: z.int(),
    reserved: z.int(),
    allocated: z.int(),
    available: z.int(),
    locations: z.array(stockLevel.extend({ active: z.boolean() })),
  })
  .meta({ id: 'Availability' });

export const availabilityListAnswer = z
  .strictObject({ data: z.array(availabilityAnswer), next_cursor: nextCursor })
  .meta({ id: 'AvailabilityList' });

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
