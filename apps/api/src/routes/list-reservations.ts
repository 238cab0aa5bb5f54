import { readNewestReservations, readSoonestHolds } from '@holdfast/db';
import { showReservation, type Reservation } from '@holdfast/domain';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { writeCursor } from '../schemas/fields.ts';
import {
  reservationListAnswer,
  reservationListQuery,
  type ReservationPlace,
} from '../schemas/reservation-list.ts';

export const listReservations = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/reservations',
    tag: 'Reservations',
    scope: 'reservations:read',
    summary: 'Find reservations, page by page: newest first, or holds by their end',
    query: reservationListQuery,
    answers: { 200: { description: 'Those that fit all that was asked for', schema: reservationListAnswer } },
    refusals: [],
    async handle({ query }) {
      const { status = null, order_id = null, cart_id = null, expires_before, limit, cursor } = query;
      const filter = { status, orderId: order_id, cartId: cart_id };
      const ofOrder = expires_before === undefined ? 'newest' : 'soonest';
      // One more than asked for tells whether there is another page.
      const { now, reservations } =
        expires_before === undefined
          ? await readNewestReservations(database.prisma, filter, {
              afterId: cursor?.id ?? null,
              limit: limit + 1,
            })
          : await readSoonestHolds(database.prisma, filter, {
              expiresBefore: Date.parse(expires_before),
              after: cursor?.order === 'soonest' ? { expiresAt: cursor.expires_at, id: cursor.id } : null,
              limit: limit + 1,
            });
      const data = reservations.slice(0, limit);
      const last = data.at(-1);
      return {
        status: 200,
        body: {
          data: data.map((reservation) => showReservation(reservation, now)),
          next_cursor: reservations.length > limit && last ? writeCursor(placeOf(last, ofOrder)) : null,
        },
      };
    },
  });

function placeOf({ id, expiresAt }: Reservation, order: ReservationPlace['order']): ReservationPlace {
  return order === 'newest' ? { order, id } : { order, expires_at: expiresAt ?? 0, id };
}
