import { readReservationHistory } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { idParams, writeCursor } from '../schemas/fields.ts';
import { reservationHistoryAnswer, reservationHistoryQuery } from '../schemas/reservation-history.ts';

export const getReservationHistory = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/reservations/{id}/history',
    tag: 'Reservations',
    scope: 'reservations:read',
    summary: 'Read what happened to a reservation, oldest first',
    description:
      'Its movements of stock, each before the event that it led to, and the tries to tell the warehouse.',
    params: idParams,
    query: reservationHistoryQuery,
    answers: { 200: { description: 'What happened, page by page', schema: reservationHistoryAnswer } },
    refusals: ['reservation_not_found'],
    async handle({ params, query: { limit, cursor } }) {
      // One more than asked for tells whether there is another page.
      const wanted = { after: cursor ?? null, limit: limit + 1 };
      const found = await readReservationHistory(database.prisma, params.id, wanted);
      if (!found) throw new Problem('reservation_not_found', `There is no reservation ${params.id}.`);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return {
        status: 200,
        body: {
          data: page.map(({ entry }) => entry),
          next_cursor: found.length > limit && last ? writeCursor(last.place) : null,
        },
      };
    },
  });
