import { readAvailabilityOf, readAvailabilityPage } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { cursorAfter } from '../schemas/fields.ts';
import { availabilityListAnswer, availabilityQuery } from '../schemas/stock.ts';

export const getAvailability = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/availability',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'What there is of some SKUs, or, page by page, of all',
    description:
      'For each SKU its levels by location, and their totals. Repeat `sku` for several, in one answer; without it all come, by name.',
    query: availabilityQuery,
    answers: { 200: { description: 'By SKU', schema: availabilityListAnswer } },
    refusals: ['sku_not_found'],
    async handle({ query }) {
      if (query.sku) {
        const data = await readAvailabilityOf(database.prisma, [...new Set(query.sku)]);
        const missing = query.sku.find((sku) => !data.some((found) => found.sku === sku));
        if (missing !== undefined) throw new Problem('sku_not_found', `There is no SKU ${missing}.`);
        return { status: 200, body: { data, next_cursor: null } };
      }
      // One more than asked for tells whether there is another page.
      const afterSku = query.cursor ?? null;
      const found = await readAvailabilityPage(database.prisma, { afterSku, limit: query.limit + 1 });
      const data = found.slice(0, query.limit);
      const last = data.at(-1);
      return {
        status: 200,
        body: { data, next_cursor: found.length > data.length && last ? cursorAfter(last.sku) : null },
      };
    },
  });
