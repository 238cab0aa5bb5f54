import { readAvailabilityOf } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { availabilityAnswer, skuParams } from './stock-schema.ts';

export const getItemAvailability = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/items/{sku}/availability',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'Read the availability of one SKU',
    description:
      'The levels of the SKU by location, and their totals. The total `available` can be reserved now. It counts active locations only, minus the units that are promised but missing at any location (`shortfall`).',
    params: skuParams,
    answers: { 200: { description: 'Availability by location and in total', schema: availabilityAnswer } },
    refusals: ['sku_not_found'],
    async handle({ params }) {
      const [availability] = await readAvailabilityOf(database.prisma, [params.sku]);
      if (!availability) throw new Problem('sku_not_found', `There is no SKU ${params.sku}.`);
      return { status: 200, body: availability };
    },
  });
