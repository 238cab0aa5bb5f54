import { exampleLevel, givenName, shortText, stockLevel, time, units } from '@holdfast/contract';
import { z } from 'zod';
import { cursor, limit, nextCursor } from '../http/fields-schema.ts';

// In a PUT, null clears an optional field, and an absent field is left as it is: each says what cleared is.

const locationInPath = () => shortText().meta({ description: 'The location’s name' });
const skuInPath = () => shortText().meta({ description: 'The SKU’s name' });

/** Of the call that creates a missing one. */
export const putLocationParams = z.strictObject({ location: givenName('The location’s name') });

export const putLocationBody = z
  .strictObject({
    name: shortText()
      .nullable()
      .optional()
      .meta({ description: 'Free text for people. Absent: unchanged. null: none' }),
    priority: z
      .int()
      .min(-1_000_000)
      .max(1_000_000)
      .nullable()
      .optional()
      .meta({ description: 'Lower is used first. Absent: unchanged, or 100 for a new location. null: 100' }),
    active: z.boolean().nullable().optional().meta({
      description:
        'Stock of an inactive location cannot be reserved, but existing reservations stay valid. Absent: unchanged, or true for a new location. null: true',
    }),
  })
  .meta({ id: 'PutLocation', examples: [{ name: 'Warehouse East', priority: 10 }] });

export const locationAnswer = z
  .strictObject({
    location: z.string(),
    name: z.string().nullable(),
    priority: z.int().meta({ description: 'Lower is used first' }),
    active: z.boolean().meta({ description: 'Whether stock of the location can be reserved' }),
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

export const skuParams = z.strictObject({ sku: skuInPath() });

/** Of the call that creates a missing one. */
export const putSkuParams = z.strictObject({ sku: givenName('The SKU’s name') });

export const putSkuBody = z
  .strictObject({
    name: shortText()
      .nullable()
      .optional()
      .meta({ description: 'Free text for people. Absent: unchanged. null: none' }),
    product_id: givenName('Your id of the product, only stored. Absent: unchanged. null: none')
      .nullable()
      .optional(),
    variant_id: givenName('Your id of the variant, only stored. Absent: unchanged. null: none')
      .nullable()
      .optional(),
    low_stock_threshold: units().nullable().optional().meta({
      description: 'The SKU is low while at most this many are available. Absent: unchanged. null: never low',
    }),
    max_per_reservation: z.int().min(1).max(1_000_000_000).nullable().optional().meta({
      description: 'Maximum units of this SKU in one reservation. Absent: unchanged. null: no limit',
    }),
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
    low_stock_threshold: z
      .int()
      .nullable()
      .meta({ description: 'The SKU is low while at most this many are available; null: never low' }),
    max_per_reservation: z
      .int()
      .nullable()
      .meta({ description: 'Maximum units of this SKU in one reservation; null: no limit' }),
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

export const stockLevelParams = z.strictObject({ sku: skuInPath(), location: locationInPath() });

export const putStockLevelBody = z
  .strictObject({
    on_hand: units().meta({ description: 'The counted units: 0 to 1,000,000,000' }),
    safety_stock: units()
      .nullable()
      .optional()
      .meta({ description: 'Units that are not offered for sale. Absent: unchanged. null: 0' }),
    reason: shortText().nullable().optional().meta({ description: 'Recorded in the movement' }),
  })
  .meta({ id: 'PutStockLevel', examples: [{ on_hand: 120, safety_stock: 5, reason: 'counted' }] });

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
    on_hand: z.int().meta({ description: 'Units at all locations, as are `reserved` and `allocated`' }),
    reserved: z.int(),
    allocated: z.int(),
    available: z.int().meta({
      description:
        'Units that can be reserved now: the `available` of levels at active locations minus the `shortfall` of all levels, at least 0',
    }),
    locations: z
      .array(
        stockLevel.extend({
          active: z.boolean().meta({ description: 'Whether stock of the location can be reserved' }),
        }),
      )
      .meta({ description: 'Locations that have a level, by priority, then name' }),
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
      .optional()
      .meta({
        description: `Repeat it for up to ${SKUS_MAX} SKUs: \`?sku=A&sku=B\`. Default: all SKUs, page by page`,
      }),
    limit: limit(),
    cursor: cursor().optional(),
  })
  .refine((query) => !(query.sku && query.cursor !== undefined), {
    path: ['cursor'],
    error: 'goes with the list of all, not with sku',
  });
