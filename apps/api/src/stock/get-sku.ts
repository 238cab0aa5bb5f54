import { readSku } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { skuAnswer, skuParams } from './stock-schema.ts';

export const getSku = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/skus/{sku}',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'Read a SKU',
    description: 'The fields of `PUT /v1/skus/{sku}`. `GET /v1/items/{sku}/availability` has the units.',
    params: skuParams,
    answers: { 200: { description: 'The current state', schema: skuAnswer } },
    refusals: ['sku_not_found'],
    async handle({ params }) {
      const sku = await readSku(database.prisma, params.sku);
      if (!sku) throw new Problem('sku_not_found', `There is no SKU ${params.sku}.`);
      return { status: 200, body: sku };
    },
  });
