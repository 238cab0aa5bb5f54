import { readSkus } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { nameListQuery, skuListAnswer } from '../schemas/catalogue-list.ts';
import { cursorAfter } from '../schemas/fields.ts';

export const listSkus = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/skus',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'List the SKUs, page by page, by name',
    description: 'All that were ever made, by `PUT /v1/skus/{sku}` or by an import. Nothing deletes a SKU.',
    query: nameListQuery,
    answers: { 200: { description: 'By name', schema: skuListAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor } }) {
      // One more than asked for tells whether there is another page.
      const found = await readSkus(database.prisma, { after: cursor ?? null, limit: limit + 1 });
      const data = found.slice(0, limit);
      const last = data.at(-1);
      return {
        status: 200,
        body: { data, next_cursor: found.length > limit && last ? cursorAfter(last.sku) : null },
      };
    },
  });
