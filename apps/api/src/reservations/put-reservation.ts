import { reservationAnswer } from '@holdfast/contract';
import { fingerprintOf } from '@holdfast/idempotency';
import type { ApiContext } from '../context.ts';
import { idParams } from '../http/fields-schema.ts';
import { requireNames } from '../http/given-names.ts';
import { defineRoute } from '../http/route.ts';
import {
  answerWithReservation,
  completeCreate,
  CREATE_REFUSALS,
  namesOfCreate,
  reserveCommand,
  statusOfCreate,
  WAITS,
} from './create-reservation.ts';
import { putReservationBody } from './reservation-schema.ts';

export const putReservation = ({ database, ledger, config }: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/reservations/{id}',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Hold stock for an order under an id of yours',
    description:
      'As a create, without `idempotency_key`. The id is a UUIDv7 that you make, at most 24 hours old or 5 minutes ahead. The ' +
      'same content again is answered with the reservation as it is now; a refused create takes no id. If you get no answer, ' +
      'repeat the call, or undo it with withdraw.',
    params: idParams,
    body: putReservationBody(config).meta({
      id: 'PutReservation',
      examples: [{ order_id: 'o-1001', lines: [{ sku: 'TSHIRT-M', quantity: 2 }] }],
    }),
    answers: {
      200: { description: 'An earlier call has created it: as it is now', schema: reservationAnswer },
      201: {
        description: 'The stock is held, or confirmed if requested',
        schema: reservationAnswer,
        headers: { Location: 'The path of the reservation' },
      },
      202: WAITS,
    },
    refusals: ['reservation_withdrawn', 'reservation_exists', ...CREATE_REFUSALS],
    async handle({ params: { id }, body, caller, signal }) {
      await requireNames(database.prisma, namesOfCreate(body));
      const fingerprint = fingerprintOf(completeCreate(body, config));
      const reserve = reserveCommand(body, caller, config, id);
      const command = { kind: 'put-reservation', reserve, fingerprint, caller } as const;
      const answer = await ledger.submit(command, null, { signal });
      const isNew = answer.outcome.ok && answer.outcome.changed;
      return isNew
        ? answerWithReservation(answer, statusOfCreate(answer), () => ({
            Location: `/v1/reservations/${id}`,
          }))
        : answerWithReservation(answer, 200);
    },
  });
