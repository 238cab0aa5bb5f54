import { METADATA_MAX, reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { idParams } from '../http/fields-schema.ts';
import { requireNames } from '../http/given-names.ts';
import { versionsOf } from '../http/precondition.ts';
import { defineRoute } from '../http/route.ts';
import { answerWithReservation } from './create-reservation.ts';
import { patchBody } from './reservation-schema.ts';

export const patchReservation = ({ database, ledger }: ApiContext) =>
  defineRoute({
    method: 'patch',
    path: '/v1/reservations/{id}',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Change the order, customer, payment, source or metadata of a reservation',
    description:
      '`order_id`, `customer_id` and `payment_reference` are set where they are null; the same value again changes nothing, and another one is refused. `null` clears `source`, and removes a key of `metadata`. With `If-Match: "3"`, quotes included, the reservation is changed only if it still has that `version`. A call that changes nothing keeps the version. Stock and status stay.',
    params: idParams,
    body: patchBody,
    answers: {
      200: {
        description: 'The reservation, as changed by this call or an earlier one',
        schema: reservationAnswer,
        headers: { ETag: 'The reservation’s version in quotes, for If-Match' },
      },
    },
    refusals: [
      'reservation_not_found',
      'order_cancelled',
      'reservation_expired',
      'invalid_transition',
      'version_conflict',
      'customer_limit_reached',
    ],
    conditional: 'if-match',
    async handle({ params: { id }, body, caller, precondition, signal }) {
      const { order_id, customer_id } = body;
      await requireNames(database.prisma, [
        { path: 'order_id', name: order_id, of: { kind: 'order' } },
        { path: 'customer_id', name: customer_id, of: null },
      ]);
      const answer = await ledger.submit(
        {
          kind: 'patch-reservation',
          reservationId: id,
          orderId: order_id ?? null,
          customerId: customer_id ?? null,
          paymentReference: body.payment_reference ?? null,
          source: body.source,
          metadata: body.metadata,
          metadataMax: METADATA_MAX,
          ifVersion: versionsOf(precondition),
          caller,
        },
        null,
        { signal },
      );
      return answerWithReservation(answer, 200, ({ version }) => ({ ETag: `"${version}"` }));
    },
  });
