import { readLowStock } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { readPage } from '../http/list-page.ts';
import { nameListQuery } from './catalogue-list-schema.ts';
import { lowStockAnswer } from './low-stock-schema.ts';

export const getLowStock = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/inventory/low-stock',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'List the SKUs that are low, by name',
    description:
      'SKUs whose available units are at or under their threshold. A SKU without a threshold, or without any level, is not low.',
    query: nameListQuery,
    answers: { 200: { description: 'A page of SKUs that are low', schema: lowStockAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor } }) {
      const body = await readPage(
        limit,
        (rowsMax) => readLowStock(database.prisma, { afterSku: cursor ?? null, limit: rowsMax }),
        ({ sku }) => [sku],
      );
      return { status: 200, body };
    },
  });
