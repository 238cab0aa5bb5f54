import { readAvailabilityOf } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { availabilityAnswer, skuParams } from '../schemas/stock.ts';

export const getItemAvailability = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/items/{sku}/availability',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'What there is of one SKU',
    description:
      'Its levels by location, and their totals. The total of `available` is what can be reserved now: it counts active locations only.',
    params: skuParams,
    answers: { 200: { description: 'By location and in total', schema: availabilityAnswer } },
    refusals: ['sku_not_found'],
    async handle({ params }) {
      const [availability] = await readAvailabilityOf(database.prisma, [params.sku]);
      if (!availability) throw new Problem('sku_not_found', `There is no SKU ${params.sku}.`);
      return { status: 200, body: availability };
    },
  });
