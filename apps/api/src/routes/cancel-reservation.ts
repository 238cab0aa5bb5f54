import { reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../schemas/fields.ts';
import { cancelBody } from '../schemas/reservation.ts';
import { answerWithReservation } from './answers.ts';

export const cancelReservation = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/{id}/cancel',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Free what was confirmed and has not been fulfilled',
    description:
      'For what is confirmed; a hold is released. When a part went out, the status is `fulfilled`.',
    params: idParams,
    body: cancelBody,
    answers: { 200: { description: 'Cancelled, now or before', schema: reservationAnswer } },
    refusals: ['reservation_not_found', 'invalid_transition'],
    keyed: true,
    async handle({ params, body, caller, path, idempotencyKey, signal }) {
      const answer = await ledger.submit(
        { kind: 'cancel', reservationId: params.id, reason: body.reason ?? null, caller },
        nameCall({ caller, path, key: idempotencyKey, body }),
        { signal },
      );
      return answerWithReservation(answer, 200);
    },
  });
