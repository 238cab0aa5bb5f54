import { time } from '@holdfast/contract';
import { readSku, readSkuChanges } from '@holdfast/stock';
import { z } from 'zod';
import { cursorTo, limit, listOf } from '../http/fields-schema.ts';
import { pageOf } from '../http/list-route.ts';
import { defineRoute } from '../http/route.ts';
import { noSku, skuParams } from './skus.ts';

const EXAMPLE = {
  at: '2026-11-20T10:02:00.000Z',
  caller: 'ops/ada',
  reason: 'photo of another product',
  changes: [{ field: 'active', before: true, after: false }],
};

const settingValue = z.union([z.string(), z.number(), z.boolean()]).nullable();

const changedField = z
  .strictObject({ field: z.string(), before: settingValue, after: settingValue })
  .meta({ id: 'ChangedField' });

const skuChange = z
  .strictObject({
    at: time(),
    caller: z.string(),
    reason: z.string().nullable(),
    changes: z
      .array(changedField)
      .meta({ description: 'The fields that differ, by name. Before a SKU was created, all are null' }),
  })
  .meta({ id: 'SkuChange', examples: [EXAMPLE] });

const skuChangesQuery = z.strictObject({
  limit: limit(),
  cursor: cursorTo(z.tuple([z.int().min(1)]).transform(([after]) => after)).optional(),
});

export const skuChangesAnswer = listOf('SkuChangeList', skuChange, EXAMPLE);

export const listSkuChanges = () =>
  defineRoute({
    method: 'get',
    path: '/v1/skus/{sku}/changes',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'lagging',
    summary: 'List the changes of a SKU’s fields, newest first',
    description:
      'What calls of `PUT /v1/skus/{sku}` changed, by whom and why. Limits of levels are in the movements, and names that a file has changed in its import.',
    params: skuParams,
    query: skuChangesQuery,
    answers: { 200: { description: 'The changes', schema: skuChangesAnswer } },
    refusals: ['sku_not_found'],
    async handle({ params: { sku }, query: { limit, cursor = null }, from }) {
      if (!(await readSku(from.prisma, sku))) throw noSku(sku);
      const changes = await readSkuChanges(from.prisma, sku, { after: cursor, limit: limit + 1 });
      const { data, next_cursor } = pageOf(changes, limit, ({ id }) => [id]);
      return { status: 200, body: { data: data.map(({ id: _place, ...change }) => change), next_cursor } };
    },
  });
