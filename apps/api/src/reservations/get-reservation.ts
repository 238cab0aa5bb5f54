import { reservationAnswer } from '@holdfast/contract';
import { readReservation } from '@holdfast/reservations';
import { showReservation } from '@holdfast/domain';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';

export const getReservation = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/reservations/{id}',
    tag: 'Reservations',
    scope: 'reservations:read',
    summary: 'Read a reservation',
    description: 'A hold is `expired` from `expires_at` on, even before its stock is given back.',
    params: idParams,
    answers: { 200: { description: 'The reservation', schema: reservationAnswer } },
    refusals: ['reservation_not_found'],
    async handle({ params }) {
      const found = await readReservation(database.prisma, params.id);
      if (!found) throw new Problem('reservation_not_found', `There is no reservation ${params.id}.`);
      return { status: 200, body: showReservation(found.reservation, found.now) };
    },
  });
