import { readLowStock } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { nameListQuery } from '../schemas/catalogue-list.ts';
import { cursorAfter } from '../schemas/fields.ts';
import { lowStockAnswer } from '../schemas/low-stock.ts';

export const getLowStock = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/inventory/low-stock',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'List the SKUs that are low, page by page, by name',
    description:
      'Of which no more is available than their threshold says. A SKU without a threshold, or whose stock was never set, is not low.',
    query: nameListQuery,
    answers: { 200: { description: 'Low now', schema: lowStockAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor } }) {
      // One more than asked for tells whether there is another page.
      const found = await readLowStock(database.prisma, { afterSku: cursor ?? null, limit: limit + 1 });
      const data = found.slice(0, limit);
      const last = data.at(-1);
      return {
        status: 200,
        body: { data, next_cursor: found.length > limit && last ? cursorAfter(last.sku) : null },
      };
    },
  });
