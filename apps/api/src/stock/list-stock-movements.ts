import { id, parseTime, shortText, storableTime } from '@holdfast/contract';
import { MOVEMENT_KINDS } from '@holdfast/domain';
import { movementListOf, readStockMovements, type MovementFilter } from '@holdfast/stock';
import { z } from 'zod';
import { cursorTo, limit, listOf } from '../http/fields-schema.ts';
import { defineList } from '../http/list-route.ts';
import { stockMovementAnswer } from './stock-movement-schema.ts';

/** The end of a page. A cursor of one list cannot continue another one. */
const place = z.discriminatedUnion('list', [
  z.strictObject({
    list: z.enum(['all', 'sku', 'location', 'kind', 'kind of sku', 'reservation', 'order']),
    id: id(),
  }),
  z.strictObject({ list: z.literal('level'), level_seq: z.int().min(1) }),
]);

const filter = z.strictObject({
  sku: shortText().optional().meta({ description: 'Only movements of this SKU' }),
  location: shortText().optional().meta({ description: 'Only movements at this location' }),
  reservation_id: id().optional().meta({ description: 'Only movements of this reservation' }),
  order_id: shortText()
    .optional()
    .meta({ description: 'Only movements of reservations that are of this order now' }),
  import_id: id().optional().meta({ description: 'Only movements of this import' }),
  kind: z.enum(MOVEMENT_KINDS).optional().meta({ description: 'Only movements of this kind' }),
  after: storableTime().optional().meta({ description: 'Only movements after this time' }),
  before: storableTime().optional().meta({ description: 'Only movements before this time' }),
});

const filterOf = (given: z.infer<typeof filter>): MovementFilter => ({
  sku: given.sku ?? null,
  location: given.location ?? null,
  reservationId: given.reservation_id ?? null,
  orderId: given.order_id ?? null,
  importId: given.import_id ?? null,
  kind: given.kind ?? null,
  after: given.after === undefined ? null : parseTime(given.after),
  before: given.before === undefined ? null : parseTime(given.before),
});

const stockMovementListQuery = filter
  .extend({ limit: limit(), cursor: cursorTo(place).optional() })
  .refine((query) => !query.cursor || query.cursor.list === movementListOf(filterOf(query)), {
    path: ['cursor'],
    error: 'is the cursor of a list with another filter',
  });

export const stockMovementListAnswer = listOf('StockMovementList', stockMovementAnswer, {
  id: '0199b0c4-6f0e-7c52-9a51-3f1f0e6f8a11',
  at: '2026-11-20T10:00:00.000Z',
  sku: 'TSHIRT-M',
  location: 'WH-WEST',
  level_seq: 17,
  kind: 'reserve',
  on_hand_delta: 0,
  reserved_delta: 2,
  allocated_delta: 0,
  backorder_limit_delta: 0,
  on_hand: 40,
  reserved: 5,
  allocated: 3,
  reservation_id: '0199b0c4-6f0d-7a7e-8f44-5d1c2b9a0e77',
  order_id: 'o-1001',
  import_id: null,
  reason: null,
  caller: 'web-checkout',
});

export const listStockMovements = () =>
  defineList({
    path: '/v1/stock-movements',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'lagging',
    summary: 'List stock movements, newest first',
    description:
      'Returns movements that match all filters. Movements of one SKU at one location are in order of `level_seq`, unless a time or an import is named too. Filters by a frequent kind (`reserve`, `confirm`, `release`, `expire`, `fulfill`) read the list until the page is full: name a SKU, a location or a time with them.',
    query: stockMovementListQuery,
    answer: { description: 'A page of movements', schema: stockMovementListAnswer },
    read: ({ cursor = null, limit, ...wanted }, from) =>
      readStockMovements(from.prisma, filterOf(wanted), { after: cursor, limit }),
    placeOf({ id, level_seq }, query): z.infer<typeof place> {
      const list = movementListOf(filterOf(query));
      return list === 'level' ? { list, level_seq } : { list, id };
    },
  });
