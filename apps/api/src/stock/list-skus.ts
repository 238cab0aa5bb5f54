import { readSkus } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { readPage } from '../http/list-page.ts';
import { nameListQuery, skuListAnswer } from './catalogue-list-schema.ts';

export const listSkus = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/skus',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'List the SKUs, by name',
    description: 'SKUs are created by `PUT /v1/skus/{sku}` or by an import, and never deleted.',
    query: nameListQuery,
    answers: { 200: { description: 'Sorted by name', schema: skuListAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor } }) {
      const body = await readPage(
        limit,
        (rowsMax) => readSkus(database.prisma, { after: cursor ?? null, limit: rowsMax }),
        ({ sku }) => [sku],
      );
      return { status: 200, body };
    },
  });
