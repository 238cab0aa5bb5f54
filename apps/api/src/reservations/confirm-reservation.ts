import { reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { requireNames } from '../http/given-names.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { confirmBody } from './reservation-schema.ts';
import { answerWithReservation } from './answers.ts';
import { partsOf } from './commands.ts';

export const confirmReservation = ({ database, ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/{id}/confirm',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Confirm a hold after the payment was captured',
    params: idParams,
    body: confirmBody,
    answers: {
      200: {
        description: 'The reservation is confirmed, by this call or an earlier one',
        schema: reservationAnswer,
      },
    },
    refusals: [
      'reservation_not_found',
      'reservation_expired',
      'invalid_transition',
      'quantity_exceeds_remaining',
      'insufficient_stock',
      'order_cancelled',
    ],
    keyed: true,
    async handle({ params, body, caller, path, idempotencyKey, signal }) {
      await requireNames(database.prisma, [{ path: 'order_id', name: body.order_id, of: { kind: 'order' } }]);
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
