import { readLocations } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { locationListAnswer, nameListQuery } from '../schemas/catalogue-list.ts';
import { cursorAfter } from '../schemas/fields.ts';

export const listLocations = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/locations',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'List the locations, page by page, by name',
    description:
      'With their priority, and whether they are active. Nothing deletes a location: an inactive one stays in the list.',
    query: nameListQuery,
    answers: { 200: { description: 'By name', schema: locationListAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor } }) {
      // One more than asked for tells whether there is another page.
      const found = await readLocations(database.prisma, { after: cursor ?? null, limit: limit + 1 });
      const data = found.slice(0, limit);
      const last = data.at(-1);
      return {
        status: 200,
        body: { data, next_cursor: found.length > limit && last ? cursorAfter(last.location) : null },
      };
    },
  });
