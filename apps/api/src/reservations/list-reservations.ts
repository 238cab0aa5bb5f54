import { parseTime } from '@holdfast/contract';
import { readNewestReservations, readSoonestHolds } from '@holdfast/reservations';
import { showReservation, type Reservation } from '@holdfast/domain';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { pageOf } from '../http/list-page.ts';
import {
  reservationListAnswer,
  reservationListQuery,
  type ReservationPlace,
} from './reservation-list-schema.ts';

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
              afterId: cursor?.id ?? null,
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

function placeOf({ id, expiresAt }: Reservation, order: ReservationPlace['order']): ReservationPlace {
  return order === 'newest' ? { order, id } : { order, expires_at: expiresAt ?? 0, id };
}
