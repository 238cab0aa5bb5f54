import { exampleLevel, shortText, stockLevel } from '@holdfast/contract';
import { type Queryable } from '@holdfast/db';
import { readAvailabilityOf, readAvailabilityPage, readLocation } from '@holdfast/stock';
import { z } from 'zod';
import { limit, nameCursor, nextCursor, ONE_OR_SEVERAL } from '../http/fields-schema.ts';
import { pageOf } from '../http/list-route.ts';
import { defineRoute } from '../http/route.ts';
import { noLocation } from './locations.ts';
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

const availabilityAtLocation = stockLevel
  .extend({
    active: z.boolean().meta({ description: 'Whether stock of the location can be reserved' }),
  })
  .meta({ id: 'AvailabilityAtLocation' });

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
      .array(availabilityAtLocation)
      .meta({ description: 'Locations that have a level, by priority, then name' }),
  })
  .meta({ id: 'Availability', examples: [EXAMPLE] });

export const availabilityListAnswer = z
  .strictObject({
    data: z.array(availabilityAnswer),
    unknown: z
      .array(z.string())
      .optional()
      .meta({ description: 'With `unknown=skip`: the SKUs of the request that do not exist' }),
    next_cursor: nextCursor,
  })
  .meta({ id: 'AvailabilityList', examples: [{ data: [EXAMPLE], next_cursor: null }] });

const SKUS_MAX = 200;

const locationOnly = shortText().optional().meta({
  description:
    'Only stock at this location counts, in `locations` and in all totals. `available`: the units that the location can give, but at most the units that the SKU can promise in all',
});

/** `?sku=A&sku=B`, or a page of all. */
const availabilityQuery = z
  .strictObject({
    sku: z
      .union([shortText().transform((sku) => [sku]), z.array(shortText()).min(1).max(SKUS_MAX)])
      .optional()
      .meta({
        ...ONE_OR_SEVERAL,
        description: `Repeat it for up to ${SKUS_MAX} SKUs: \`?sku=A&sku=B\`. Default: all SKUs, page by page`,
      }),
    location: locationOnly,
    unknown: z
      .literal('skip')
      .optional()
      .meta({ description: '`skip`: SKUs that do not exist are named in `unknown`. Default: 404' }),
    limit: limit(),
    cursor: nameCursor().optional(),
  })
  .refine((query) => !(query.sku && query.cursor !== undefined), {
    path: ['cursor'],
    error: 'goes with the list of all, not with sku',
  });

export const getAvailability = () =>
  defineRoute({
    method: 'get',
    path: '/v1/availability',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'reached',
    summary: 'Read the availability of some SKUs, or list all',
    description:
      'Returns the levels of each SKU by location, and their totals. Repeat `sku` to get several SKUs. Without `sku` you get all SKUs by name.',
    query: availabilityQuery,
    answers: { 200: { description: 'Availability by SKU', schema: availabilityListAnswer } },
    refusals: ['sku_not_found', 'location_not_found'],
    revalidated: true,
    async handle({ query: { sku: skus, location = null, unknown: onUnknown, cursor = null, limit }, from }) {
      const { prisma } = from;
      if (location !== null) await requireLocation(prisma, location);
      if (!skus) {
        const page = await readAvailabilityPage(prisma, { after: cursor, limit: limit + 1 }, location);
        return { status: 200, body: pageOf(page, limit, ({ sku }) => [sku]) };
      }
      const named = [...new Set(skus)];
      const known = location === null && named.length === 1 && (await from.knownAvailability?.(named));
      const data = known || (await readAvailabilityOf(prisma, named, location));
      const found = new Set(data.map(({ sku }) => sku));
      const unknown = named.filter((sku) => !found.has(sku));
      if (onUnknown === 'skip') return { status: 200, body: { data, unknown, next_cursor: null } };
      if (unknown[0] !== undefined) throw noSku(unknown[0]);
      return { status: 200, body: { data, next_cursor: null } };
    },
  });

/** @throws {Problem} `location_not_found` */
async function readAvailabilityAt(db: Queryable, sku: string, location: string) {
  await requireLocation(db, location);
  return (await readAvailabilityOf(db, [sku], location))[0];
}

/** @throws {Problem} `location_not_found` */
async function requireLocation(db: Queryable, location: string): Promise<void> {
  if (!(await readLocation(db, location))) throw noLocation(location);
}

export const getItemAvailability = () =>
  defineRoute({
    method: 'get',
    path: '/v1/items/{sku}/availability',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'reached',
    summary: 'Read the availability of one SKU',
    description:
      'The levels of the SKU by location, and their totals. The total `available` can be reserved now. It counts active locations only, minus the units that are promised but missing at any location (`shortfall`).',
    params: skuParams,
    query: z.strictObject({ location: locationOnly }),
    answers: { 200: { description: 'Availability by location and in total', schema: availabilityAnswer } },
    refusals: ['sku_not_found', 'location_not_found'],
    revalidated: true,
    async handle({ params: { sku }, query: { location }, signal, from }) {
      const availability =
        location === undefined
          ? ((await from.knownAvailability?.([sku]))?.[0] ?? (await from.availability.get(sku, signal)))
          : await readAvailabilityAt(from.prisma, sku, location);
      if (!availability) throw noSku(sku);
      return { status: 200, body: availability };
    },
  });
