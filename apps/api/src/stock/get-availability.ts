import { readAvailabilityOf, readAvailabilityPage } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { readPage } from '../http/list-page.ts';
import { availabilityListAnswer, availabilityQuery } from './stock-schema.ts';

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
    async handle({ query }) {
      if (query.sku) {
        const data = await readAvailabilityOf(database.prisma, [...new Set(query.sku)]);
        const missing = query.sku.find((sku) => !data.some((found) => found.sku === sku));
        if (missing !== undefined) throw new Problem('sku_not_found', `There is no SKU ${missing}.`);
        return { status: 200, body: { data, next_cursor: null } };
      }
      const afterSku = query.cursor ?? null;
      const body = await readPage(
        query.limit,
        (rowsMax) => readAvailabilityPage(database.prisma, { afterSku, limit: rowsMax }),
        ({ sku }) => [sku],
      );
      return { status: 200, body };
    },
  });
