import { reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../schemas/fields.ts';
import { confirmBody } from '../schemas/reservation.ts';
import { answerWithReservation } from './answers.ts';
import { partsOf } from './commands.ts';

export const confirmReservation = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/{id}/confirm',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Turn a hold into sold stock, after the payment was captured',
    params: idParams,
    body: confirmBody,
    answers: { 200: { description: 'Confirmed, now or before', schema: reservationAnswer } },
    refusals: [
      'reservation_not_found',
      'reservation_expired',
      'invalid_transition',
      'quantity_exceeds_remaining',
      'insufficient_stock',
    ],
    keyed: true,
    async handle({ params, body, caller, path, idempotencyKey, signal }) {
      const answer = await ledger.submit(
        {
          kind: 'confirm',
          reservationId: params.id,
          orderId: body.order_id ?? null,
          paymentReference: body.payment_reference ?? null,
          parts: partsOf(body.lines),
          onExpired: body.on_expired,
          caller,
        },
        nameCall({ caller, path, key: idempotencyKey, body }),
        { signal },
      );
      return answerWithReservation(answer, 200);
    },
  });
