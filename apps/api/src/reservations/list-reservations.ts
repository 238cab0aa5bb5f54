import {
  id,
  parseTime,
  requestTime,
  reservationAnswer,
  reservationStatus,
  shortText,
} from '@holdfast/contract';
import { showReservation, type Reservation } from '@holdfast/domain';
import { readNewestReservations, readSoonestHolds } from '@holdfast/reservations';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { cursorTo, limit, listOf, milliseconds } from '../http/fields-schema.ts';
import { pageOf } from '../http/list-route.ts';
import { defineRoute } from '../http/route.ts';

/** Where a page has ended. The two orders have places of their own: one cannot be read on in the other. */
const place = z.discriminatedUnion('order', [
  z.strictObject({ order: z.literal('newest'), id: id() }),
  z.strictObject({ order: z.literal('soonest'), expires_at: milliseconds(), id: id() }),
]);

type Place = z.infer<typeof place>;

const reservationListQuery = z
  .strictObject({
    status: reservationStatus.optional().meta({
      description: 'A hold is `expired` from `expires_at` on, even before its stock is given back',
    }),
    order_id: shortText().optional(),
    cart_id: shortText().optional(),
    expires_before: requestTime().optional().meta({
      description:
        'Needs `status=held`. Only holds that end before this time, soonest first. RFC 3339 with any offset, whose + is %2B in a URL',
    }),
    limit: limit(),
    cursor: cursorTo(place).optional(),
  })
  .refine((query) => query.expires_before === undefined || query.status === 'held', {
    path: ['expires_before'],
    error: 'goes with status=held',
  })
  .refine(
    ({ cursor, expires_before }) =>
      !cursor || cursor.order === (expires_before === undefined ? 'newest' : 'soonest'),
    { path: ['cursor'], error: 'is of a list in another order' },
  );

export const reservationListAnswer = listOf('ReservationList', reservationAnswer);

export const listReservations = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/reservations',
    tag: 'Reservations',
    scope: 'reservations:read',
    summary: 'List reservations: newest first, or holds by `expires_at`',
    query: reservationListQuery,
    answers: { 200: { description: 'Reservations that match all filters', schema: reservationListAnswer } },
    refusals: [],
    async handle({ query }) {
      const { status = null, order_id = null, cart_id = null, expires_before, limit, cursor } = query;
      const filter = { status, orderId: order_id, cartId: cart_id };
      const ofOrder = expires_before === undefined ? 'newest' : 'soonest';
      const { now, reservations } =
        expires_before === undefined
          ? await readNewestReservations(database.prisma, filter, {
              after: cursor?.id ?? null,
              limit: limit + 1,
            })
          : await readSoonestHolds(database.prisma, filter, {
              expiresBefore: parseTime(expires_before),
              after: cursor?.order === 'soonest' ? { expiresAt: cursor.expires_at, id: cursor.id } : null,
              limit: limit + 1,
            });
      const { data, next_cursor } = pageOf(reservations, limit, (last) => placeOf(last, ofOrder));
      const body = { data: data.map((reservation) => showReservation(reservation, now)), next_cursor };
      return { status: 200, body };
    },
  });

function placeOf({ id, expiresAt }: Reservation, order: Place['order']): Place {
  return order === 'newest' ? { order, id } : { order, expires_at: expiresAt ?? 0, id };
}
