import { reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { cancelBody } from './reservation-schema.ts';
import { answerWithReservation } from './answers.ts';

export const cancelReservation = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/{id}/cancel',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Cancel a confirmed reservation: free the units that have not been fulfilled',
    description:
      'For confirmed reservations only; use release for holds. If some units were fulfilled, the status becomes `fulfilled`.',
    params: idParams,
    body: cancelBody,
    answers: {
      200: {
        description: 'The reservation is cancelled, by this call or an earlier one',
        schema: reservationAnswer,
      },
    },
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
