import { reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { releaseBody } from './reservation-schema.ts';
import { answerWithReservation } from './answers.ts';

export const releaseReservation = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/{id}/release',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Release a hold and give its stock back',
    description: 'Ends holds only. Use cancel for confirmed reservations.',
    params: idParams,
    body: releaseBody,
    answers: {
      200: { description: 'The hold is released, by this call or an earlier one', schema: reservationAnswer },
    },
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
