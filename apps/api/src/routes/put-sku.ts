import { putSku as upsert } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { putSkuBody, skuAnswer, skuParams } from '../schemas/stock.ts';
import { askForStockReview } from './stock-review.ts';

export const putSku = (context: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/skus/{sku}',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Create a SKU, or change it',
    description:
      'What the body leaves out stays as it is. Stock levels and reservations can only name a SKU that exists; an import makes those that it meets.',
    params: skuParams,
    body: putSkuBody,
    answers: {
      200: { description: 'Changed', schema: skuAnswer },
      201: { description: 'Created', schema: skuAnswer },
    },
    refusals: [],
    async handle({ params, body }) {
      const { row, created } = await upsert(context.database.prisma, params.sku, body);
      if (body.low_stock_threshold !== undefined) askForStockReview(context);
      return { status: created ? 201 : 200, body: row };
    },
  });
