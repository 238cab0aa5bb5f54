import { putSku as upsert } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { requireNames } from '../http/given-names.ts';
import { defineRoute } from '../http/route.ts';
import { putSkuBody, putSkuParams, skuAnswer } from './stock-schema.ts';
import { askForStockReview } from './stock-review.ts';

export const putSku = (context: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/skus/{sku}',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Create or update a SKU',
    description:
      'Fields that are left out stay unchanged. Stock levels and reservations need a SKU that exists; an import creates missing ones.',
    params: putSkuParams,
    body: putSkuBody,
    answers: {
      200: { description: 'Changed', schema: skuAnswer },
      201: { description: 'Created', schema: skuAnswer },
    },
    refusals: [],
    async handle({ params, body }) {
      const { prisma } = context.database;
      await requireNames(prisma, [
        { path: 'sku', name: params.sku, of: { kind: 'sku' } },
        { path: 'product_id', name: body.product_id, of: null },
        { path: 'variant_id', name: body.variant_id, of: null },
      ]);
      const { row, created } = await upsert(prisma, params.sku, body);
      if (body.low_stock_threshold !== undefined) askForStockReview(context);
      return { status: created ? 201 : 200, body: row };
    },
  });
