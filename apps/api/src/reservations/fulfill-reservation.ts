import { reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { requireNames } from '../http/given-names.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { fulfillBody } from './reservation-schema.ts';
import { answerWithReservation } from './answers.ts';
import { partsOf } from './commands.ts';

export const fulfillReservation = ({ database, ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/{id}/fulfill',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Fulfil a reservation: deduct all or some units that left the warehouse',
    description:
      'A hold is confirmed first. If you fulfil a part, send an `Idempotency-Key` or a `fulfillment_id`: without either, a repeat deducts again.',
    params: idParams,
    body: fulfillBody,
    answers: {
      200: {
        description: 'The units are deducted, by this call or an earlier one',
        schema: reservationAnswer,
      },
    },
    refusals: [
      'reservation_not_found',
      'reservation_expired',
      'quantity_exceeds_remaining',
      'insufficient_stock',
      'order_cancelled',
      'invalid_transition',
    ],
    keyed: true,
    async handle({ params, body, caller, path, idempotencyKey, signal }) {
      await requireNames(database.prisma, [
        { path: 'order_id', name: body.order_id, of: { kind: 'order' } },
        {
          path: 'fulfillment_id',
          name: body.fulfillment_id,
          of: { kind: 'fulfillment', reservationId: params.id },
        },
      ]);
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
