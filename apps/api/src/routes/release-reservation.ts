import { reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../schemas/fields.ts';
import { releaseBody } from '../schemas/reservation.ts';
import { answerWithReservation } from './answers.ts';

export const releaseReservation = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/{id}/release',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'End a hold and give its stock back',
    description: 'Ends holds only: what is confirmed is given back by a cancel.',
    params: idParams,
    body: releaseBody,
    answers: { 200: { description: 'Released, now or before', schema: reservationAnswer } },
    refusals: ['reservation_not_found', 'invalid_transition'],
    keyed: true,
    async handle({ params, body, caller, path, idempotencyKey, signal }) {
      const answer = await ledger.submit(
        { kind: 'release', reservationId: params.id, reason: body.reason ?? null, caller },
        nameCall({ caller, path, key: idempotencyKey, body }),
        { signal },
      );
      return answerWithReservation(answer, 200);
    },
  });
