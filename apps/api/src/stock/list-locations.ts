import { readLocations } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { readPage } from '../http/list-page.ts';
import { locationListAnswer, nameListQuery } from './catalogue-list-schema.ts';

export const listLocations = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/locations',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'List the locations, by name',
    description:
      'Each location with its priority and whether it is active. Locations are never deleted; inactive locations stay in the list.',
    query: nameListQuery,
    answers: { 200: { description: 'Sorted by name', schema: locationListAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor } }) {
      const body = await readPage(
        limit,
        (rowsMax) => readLocations(database.prisma, { after: cursor ?? null, limit: rowsMax }),
        ({ location }) => [location],
      );
      return { status: 200, body };
    },
  });
