import { givenName, parseTime, shortText, storableTime, time, units } from '@holdfast/contract';
import { putSku as upsert, readSku, readSkus } from '@holdfast/stock';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { enqueueAfterCommit } from '../enqueue-after-commit.ts';
import { listOf, nameListQuery } from '../http/fields-schema.ts';
import { requireNames } from '../http/given-names.ts';
import { defineList } from '../http/list-route.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';

const EXAMPLE = {
  sku: 'TSHIRT-M',
  name: 'T-shirt, medium',
  product_id: 'TSHIRT',
  variant_id: 'M',
  low_stock_threshold: 20,
  max_per_reservation: null,
  active: true,
  max_per_customer: 2,
  customer_limit_since: '2026-11-20T08:00:00.000Z',
  created_at: '2026-11-20T08:00:00.000Z',
  updated_at: '2026-11-20T08:00:00.000Z',
};

const skuAnswer = z
  .strictObject({
    sku: z.string(),
    name: z.string().nullable(),
    product_id: z.string().nullable(),
    variant_id: z.string().nullable(),
    low_stock_threshold: z
      .int()
      .nullable()
      .meta({ description: 'The SKU is low while at most this many are available; null: never low' }),
    max_per_reservation: z
      .int()
      .nullable()
      .meta({ description: 'Maximum units of this SKU in one reservation; null: no limit' }),
    active: z.boolean().meta({ description: 'false: paused, so that no more units of it are promised' }),
    max_per_customer: z
      .int()
      .nullable()
      .meta({ description: 'Maximum units of this SKU for one customer; null: no limit' }),
    customer_limit_since: time().nullable().meta({
      description:
        'Units of a customer count if their reservation was created since then. null: there was never a limit',
    }),
    created_at: time(),
    updated_at: time(),
  })
  .meta({ id: 'Sku', examples: [EXAMPLE] });

export const skuListAnswer = listOf('SkuList', skuAnswer, EXAMPLE);

export const skuParams = z.strictObject({
  sku: shortText().meta({ description: 'The SKU’s name', examples: ['TSHIRT-M'] }),
});

export function noSku(sku: string): Problem {
  const hint = sku.includes(',') ? ' To ask for several, repeat the parameter: ?sku=A&sku=B.' : '';
  return new Problem('sku_not_found', `There is no SKU ${sku}.${hint}`);
}

export const listSkus = () =>
  defineList({
    path: '/v1/skus',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'lagging',
    summary: 'List the SKUs, by name',
    description: 'SKUs are created by `PUT /v1/skus/{sku}` or by an import.',
    query: nameListQuery,
    answer: { description: 'Sorted by name', schema: skuListAnswer },
    read: ({ cursor = null, limit }, from) => readSkus(from.prisma, { after: cursor, limit }),
    placeOf: ({ sku }) => [sku],
  });

export const getSku = () =>
  defineRoute({
    method: 'get',
    path: '/v1/skus/{sku}',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'reached',
    summary: 'Read a SKU',
    description: 'The fields of `PUT /v1/skus/{sku}`. `GET /v1/items/{sku}/availability` has the units.',
    params: skuParams,
    answers: { 200: { description: 'The current state', schema: skuAnswer } },
    refusals: ['sku_not_found'],
    async handle({ params, from }) {
      const sku = await readSku(from.prisma, params.sku);
      if (!sku) throw noSku(params.sku);
      return { status: 200, body: sku };
    },
  });

/** Null clears a field, and an absent field stays as it is. */
const putSkuBody = z
  .strictObject({
    name: shortText()
      .nullable()
      .optional()
      .meta({ description: 'Free text for people. Absent: unchanged. null: none' }),
    product_id: givenName('Your id of the product, only stored. Absent: unchanged. null: none')
      .nullable()
      .optional(),
    variant_id: givenName('Your id of the variant, only stored. Absent: unchanged. null: none')
      .nullable()
      .optional(),
    low_stock_threshold: units().nullable().optional().meta({
      description: 'The SKU is low while at most this many are available. Absent: unchanged. null: never low',
    }),
    max_per_reservation: z.int().min(1).max(1_000_000_000).nullable().optional().meta({
      description: 'Maximum units of this SKU in one reservation. Absent: unchanged. null: no limit',
    }),
    active: z.boolean().nullable().optional().meta({
      description:
        'false pauses the SKU: calls that ask for more of it get 409 `sku_inactive`, and existing promises continue. Absent: unchanged. null: true',
    }),
    max_per_customer: z.int().min(1).max(1_000_000_000).nullable().optional().meta({
      description:
        'Maximum units of this SKU for one customer, over all reservations. They need a `customer_id` then. Absent: unchanged. null: no limit',
    }),
    customer_limit_since: storableTime().nullable().optional().meta({
      description:
        'Counts only reservations created since then. Absent: unchanged. null: since the limit was first set',
    }),
    reason: shortText().nullable().optional().meta({ description: 'Recorded with what the call changes' }),
  })
  .meta({
    id: 'PutSku',
    examples: [{ name: 'T-shirt, medium', product_id: 'TSHIRT', variant_id: 'M', low_stock_threshold: 20 }],
  });

export const putSku = (context: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/skus/{sku}',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Create or update a SKU',
    description:
      'Fields that are left out stay unchanged. Stock levels and reservations need a SKU that exists; an import creates missing ones.',
    params: z.strictObject({ sku: givenName('The SKU’s name').meta({ examples: ['TSHIRT-M'] }) }),
    body: putSkuBody,
    answers: {
      200: { description: 'Changed', schema: skuAnswer },
      201: { description: 'Created', schema: skuAnswer },
    },
    refusals: [],
    async handle({ params, body, caller }) {
      const { prisma } = context.database;
      await requireNames(prisma, [
        { path: 'sku', name: params.sku, of: { kind: 'sku' } },
        { path: 'product_id', name: body.product_id, of: null },
        { path: 'variant_id', name: body.variant_id, of: null },
      ]);
      const { customer_limit_since: since, active, reason = null, ...fields } = body;
      const change = {
        ...fields,
        active: active === null ? true : active,
        customer_limit_since: since === undefined ? since : asDate(since),
      };
      const { row, created } = await context.changeCatalogue([params.sku], () =>
        upsert(prisma, params.sku, change, { caller, reason }),
      );
      if (body.low_stock_threshold !== undefined || body.active !== undefined) askForStockReview(context);
      return { status: created ? 201 : 200, body: row };
    },
  });

const asDate = (time: string | null): Date | null => (time === null ? null : new Date(parseTime(time)));

/** Has a worker judge again which SKUs are low, after something that this depends on has changed. */
export function askForStockReview({ producer, log }: ApiContext): void {
  void enqueueAfterCommit(log, {}, () => producer.enqueueStockReview());
}
