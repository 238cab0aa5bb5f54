import { reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../schemas/fields.ts';
import { fulfillBody } from '../schemas/reservation.ts';
import { answerWithReservation } from './answers.ts';
import { partsOf } from './commands.ts';

export const fulfillReservation = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/{id}/fulfill',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Deduct what left the warehouse, all that is left or a part',
    description:
      'A live hold is confirmed first. A part needs an `Idempotency-Key` or a `fulfillment_id` to be repeatable: without either, a repeat deducts again.',
    params: idParams,
    body: fulfillBody,
    answers: { 200: { description: 'Deducted, now or before', schema: reservationAnswer } },
    refusals: [
      'reservation_not_found',
      'reservation_expired',
      'quantity_exceeds_remaining',
      'insufficient_stock',
      'invalid_transition',
    ],
    keyed: true,
    async handle({ params, body, caller, path, idempotencyKey, signal }) {
      const answer = await ledger.submit(
        {
          kind: 'fulfill',
          reservationId: params.id,
          orderId: body.order_id ?? null,
          fulfillmentId: body.fulfillment_id ?? null,
          parts: partsOf(body.lines),
          caller,
        },
        nameCall({ caller, path, key: idempotencyKey, body }),
        { signal },
      );
      return answerWithReservation(answer, 200);
    },
  });
