import { readLowStock } from '@holdfast/stock';
import { z } from 'zod';
import { listOf, nameListQuery } from '../http/fields-schema.ts';
import { defineList } from '../http/list-route.ts';

const lowStock = z
  .strictObject({
    sku: z.string(),
    available: z.int().meta({ description: 'Units available now, as in `GET /v1/availability`' }),
    low_stock_threshold: z.int().meta({ description: 'Threshold of the SKU: see `PUT /v1/skus/{sku}`' }),
  })
  .meta({ id: 'LowStock' });

export const lowStockAnswer = listOf('LowStockList', lowStock, {
  sku: 'TSHIRT-M',
  available: 12,
  low_stock_threshold: 20,
});

export const getLowStock = () =>
  defineList({
    path: '/v1/inventory/low-stock',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'lagging',
    summary: 'List the SKUs that are low, by name',
    description:
      'SKUs whose available units are at or under their threshold. A SKU without a threshold, or without any level, is not low.',
    query: nameListQuery,
    answer: { description: 'A page of SKUs that are low', schema: lowStockAnswer },
    read: ({ cursor = null, limit }, from) => readLowStock(from.prisma, { after: cursor, limit }),
    placeOf: ({ sku }) => [sku],
  });
