import { id, storableTime, time } from '@holdfast/contract';
import { readLevelPromises, type PromisePlace } from '@holdfast/reservations';
import { z } from 'zod';
import { cursorTo, limit, listOf } from '../http/fields-schema.ts';
import { pageOf } from '../http/list-route.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { noSku } from './skus.ts';
import { stockLevelParams } from './stock-level-schema.ts';

const levelPromise = z
  .strictObject({
    reservation_id: id(),
    order_id: z.string().nullable(),
    customer_id: z.string().nullable(),
    status: z.enum(['held', 'confirmed']),
    quantity: z
      .int()
      .meta({ description: 'Units that the reservation has at this level and that have not left' }),
    since: time().meta({ description: 'When the units came to this level (ISO 8601, UTC)' }),
    covered: z.boolean().meta({
      description: 'Whether the units on hand are enough for this reservation and all that come before it',
    }),
  })
  .meta({ id: 'LevelPromise' });

const levelPromiseListAnswer = listOf('LevelPromiseList', levelPromise, {
  reservation_id: '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10',
  order_id: 'o-1001',
  customer_id: 'cu-5',
  status: 'confirmed',
  quantity: 2,
  since: '2026-11-20T10:00:00.000Z',
  covered: true,
});

const place = z
  .tuple([storableTime(), id()])
  .transform(([since, reservationId]): PromisePlace => ({ since, id: reservationId }));

export const listLevelPromises = () =>
  defineRoute({
    method: 'get',
    path: '/v1/stock-levels/{sku}/{location}/promises',
    tag: 'Stock',
    scope: 'reservations:read',
    readFrom: 'lagging',
    summary: 'List the reservations that have units of a stock level, oldest first',
    description:
      'Holds and confirmed reservations, by the time when their units came to this level. Those that are not `covered` wait for stock: more is promised than is on hand. Holds that have expired are left out.',
    params: stockLevelParams,
    query: z.strictObject({ limit: limit(), cursor: cursorTo(place).optional() }),
    answers: { 200: { description: 'A page of reservations', schema: levelPromiseListAnswer } },
    refusals: ['sku_not_found', 'location_not_found'],
    async handle({ params, query: { cursor = null, limit: rows }, from }) {
      const found = await readLevelPromises(from.prisma, params, { after: cursor, limit: rows + 1 });
      if (!found.is_sku_known) throw noSku(params.sku);
      if (!found.is_location_known) {
        throw new Problem('location_not_found', `There is no location ${params.location}.`);
      }
      const body = pageOf(found.promises, rows, ({ since, reservation_id }) => [since, reservation_id]);
      return { status: 200, body };
    },
  });
