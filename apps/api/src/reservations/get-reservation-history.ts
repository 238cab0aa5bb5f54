import { readReservationHistory } from '@holdfast/reservations';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { pageOf } from '../http/list-page.ts';
import { idParams } from '../http/fields-schema.ts';
import { reservationHistoryAnswer, reservationHistoryQuery } from './reservation-history-schema.ts';

export const getReservationHistory = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/reservations/{id}/history',
    tag: 'Reservations',
    scope: 'reservations:read',
    summary: 'Read the history of a reservation, oldest first',
    description:
      'Stock movements, each before the event that it caused, and the attempts to notify the warehouse.',
    params: idParams,
    query: reservationHistoryQuery,
    answers: { 200: { description: 'A page of the history', schema: reservationHistoryAnswer } },
    refusals: ['reservation_not_found'],
    async handle({ params, query: { limit, cursor } }) {
      const wanted = { after: cursor ?? null, limit: limit + 1 };
      const found = await readReservationHistory(database.prisma, params.id, wanted);
      if (!found) throw new Problem('reservation_not_found', `There is no reservation ${params.id}.`);
      const { data, next_cursor } = pageOf(found, limit, ({ place }) => place);
      return { status: 200, body: { data: data.map(({ entry }) => entry), next_cursor } };
    },
  });
