import { givenName, shortText, time } from '@holdfast/contract';
import { putLocation as upsert, readLocations } from '@holdfast/stock';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { listOf, nameListQuery } from '../http/fields-schema.ts';
import { requireNames } from '../http/given-names.ts';
import { defineList } from '../http/list-route.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { askForStockReview } from './skus.ts';

const EXAMPLE = {
  location: 'WH-EAST',
  name: 'Warehouse East',
  priority: 10,
  active: true,
  created_at: '2026-11-20T08:00:00.000Z',
  updated_at: '2026-11-20T08:00:00.000Z',
};

const locationAnswer = z
  .strictObject({
    location: z.string(),
    name: z.string().nullable(),
    priority: z.int().meta({ description: 'Lower is used first' }),
    active: z.boolean().meta({ description: 'Whether stock of the location can be reserved' }),
    created_at: time(),
    updated_at: time(),
  })
  .meta({ id: 'Location', examples: [EXAMPLE] });

export const locationListAnswer = listOf('LocationList', locationAnswer, EXAMPLE);

export const listLocations = () =>
  defineList({
    path: '/v1/locations',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'lagging',
    summary: 'List the locations, by name',
    description:
      'Each location with its priority and whether it is active. Inactive locations stay in the list.',
    query: nameListQuery,
    answer: { description: 'Sorted by name', schema: locationListAnswer },
    read: ({ cursor = null, limit }, from) => readLocations(from.prisma, { after: cursor, limit }),
    placeOf: ({ location }) => [location],
  });

/** The priority after it was cleared. */
const DEFAULT_PRIORITY = 100;

/** Null clears a field, and an absent field stays as it is. */
const putLocationBody = z
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

export const putLocation = (context: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/locations/{location}',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Create or update a location',
    description:
      'Fields that are left out stay unchanged. Stock of an inactive location cannot be reserved, but existing reservations stay valid.',
    params: z.strictObject({
      location: givenName('The location’s name').meta({ examples: ['WH-EAST'] }),
    }),
    body: putLocationBody,
    answers: {
      200: { description: 'Changed', schema: locationAnswer },
      201: { description: 'Created', schema: locationAnswer },
    },
    refusals: [],
    async handle({ params, body }) {
      await requireNames(context.database.prisma, [
        { path: 'location', name: params.location, of: { kind: 'location' } },
      ]);
      const { row, created } = await context.changeCatalogue(null, () =>
        upsert(context.database, params.location, {
          ...body,
          priority: body.priority === null ? DEFAULT_PRIORITY : body.priority,
          active: body.active === null ? true : body.active,
        }),
      );
      if (body.active !== undefined) askForStockReview(context);
      return { status: created ? 201 : 200, body: row };
    },
  });

export function noLocation(location: string): Problem {
  return new Problem('location_not_found', `There is no location ${location}.`);
}
