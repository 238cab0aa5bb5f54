import { exampleLevel, shortText, stockLevel } from '@holdfast/contract';
import { readAvailabilityOf, readAvailabilityPage } from '@holdfast/stock';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { limit, listOf, nameCursor } from '../http/fields-schema.ts';
import { pageOf } from '../http/list-route.ts';
import { defineRoute } from '../http/route.ts';
import { noSku, skuParams } from './skus.ts';

const EXAMPLE = {
  sku: 'TSHIRT-M',
  active: true,
  on_hand: 120,
  reserved: 4,
  allocated: 11,
  available: 100,
  waiting: 0,
  locations: [{ ...exampleLevel, active: true }],
};

export const availabilityAnswer = z
  .strictObject({
    sku: z.string(),
    active: z.boolean().meta({ description: 'false: the SKU is paused, and nothing of it is available' }),
    on_hand: z.int().meta({ description: 'Units at all locations, as are `reserved` and `allocated`' }),
    reserved: z.int(),
    allocated: z.int(),
    available: z.int().meta({
      description:
        'Units that can be reserved now: the `available` of levels at active locations minus the `shortfall` of all levels, at least 0',
    }),
    waiting: z.int().meta({
      description: 'Units that reservations wait in line for. They count in none of the other numbers',
    }),
    locations: z
      .array(
        stockLevel.extend({
          active: z.boolean().meta({ description: 'Whether stock of the location can be reserved' }),
        }),
      )
      .meta({ description: 'Locations that have a level, by priority, then name' }),
  })
  .meta({ id: 'Availability', examples: [EXAMPLE] });

export const availabilityListAnswer = listOf('AvailabilityList', availabilityAnswer, EXAMPLE);

const SKUS_MAX = 200;

/** `?sku=A&sku=B`, or a page of all. */
const availabilityQuery = z
  .strictObject({
    sku: z
      .union([shortText().transform((sku) => [sku]), z.array(shortText()).min(1).max(SKUS_MAX)])
      .optional()
      .meta({
        description: `Repeat it for up to ${SKUS_MAX} SKUs: \`?sku=A&sku=B\`. Default: all SKUs, page by page`,
      }),
    limit: limit(),
    cursor: nameCursor().optional(),
  })
  .refine((query) => !(query.sku && query.cursor !== undefined), {
    path: ['cursor'],
    error: 'goes with the list of all, not with sku',
  });

export const getAvailability = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/availability',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'Read the availability of some SKUs, or list all',
    description:
      'Returns the levels of each SKU by location, and their totals. Repeat `sku` to get several SKUs. Without `sku` you get all SKUs by name.',
    query: availabilityQuery,
    answers: { 200: { description: 'Availability by SKU', schema: availabilityListAnswer } },
    refusals: ['sku_not_found'],
    async handle({ query: { sku: skus, cursor = null, limit } }) {
      if (skus) {
        const data = await readAvailabilityOf(database.prisma, [...new Set(skus)]);
        const missing = skus.find((sku) => !data.some((found) => found.sku === sku));
        if (missing !== undefined) throw noSku(missing);
        return { status: 200, body: { data, next_cursor: null } };
      }
      const page = await readAvailabilityPage(database.prisma, { after: cursor, limit: limit + 1 });
      return { status: 200, body: pageOf(page, limit, ({ sku }) => [sku]) };
    },
  });

export const getItemAvailability = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/items/{sku}/availability',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'Read the availability of one SKU',
    description:
      'The levels of the SKU by location, and their totals. The total `available` can be reserved now. It counts active locations only, minus the units that are promised but missing at any location (`shortfall`).',
    params: skuParams,
    answers: { 200: { description: 'Availability by location and in total', schema: availabilityAnswer } },
    refusals: ['sku_not_found'],
    async handle({ params }) {
      const [availability] = await readAvailabilityOf(database.prisma, [params.sku]);
      if (!availability) throw noSku(params.sku);
      return { status: 200, body: availability };
    },
  });
