import { reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { requireNames } from '../http/given-names.ts';
import { agreeOnKey, nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { createReservationBody } from './reservation-schema.ts';
import { answerWithReservation } from './answers.ts';
import { completeCreate, CREATE_REFUSALS, namesOfCreate, reserveCommand } from './commands.ts';

export const createReservation = ({ database, ledger, config }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Hold stock for an order: all lines or none',
    body: createReservationBody(config).meta({ id: 'CreateReservation' }),
    answers: {
      201: {
        description: 'The stock is held, or confirmed if requested',
        schema: reservationAnswer,
        headers: { Location: 'The path of the reservation' },
      },
    },
    refusals: CREATE_REFUSALS,
    keyed: true,
    async handle({ body: sent, caller, path, idempotencyKey, signal }) {
      await requireNames(database.prisma, namesOfCreate(sent));
      const key = agreeOnKey(idempotencyKey, sent.idempotency_key);
      const answer = await ledger.submit(
        reserveCommand(sent, { caller, ttlSeconds: config.ttlSeconds }),
        key === null ? null : nameCall({ caller, path, key, body: completeCreate(sent, config) }),
        { signal },
      );
      return answerWithReservation(answer, 201, ({ id }) => ({ Location: `/v1/reservations/${id}` }));
    },
  });
