import { reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { agreeOnKey, nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { createReservationBody } from '../schemas/reservation.ts';
import { answerWithReservation } from './answers.ts';
import { completeCreate, reserveCommand } from './commands.ts';

export const createReservation = ({ ledger, config }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Hold stock for an order: all lines or none',
    body: createReservationBody(config).meta({ id: 'CreateReservation' }),
    answers: {
      201: {
        description: 'Held, or confirmed if asked for',
        schema: reservationAnswer,
        headers: { Location: 'Where the reservation can be read' },
      },
    },
    refusals: ['insufficient_stock', 'unknown_sku', 'unknown_location', 'quantity_limit_exceeded'],
    keyed: true,
    async handle({ body: sent, caller, path, idempotencyKey, signal }) {
      const key = agreeOnKey(idempotencyKey, sent.idempotency_key);
      const answer = await ledger.submit(
        reserveCommand(sent, { caller, ttlSeconds: config.ttlSeconds }),
        key === null ? null : nameCall({ caller, path, key, body: completeCreate(sent, config) }),
        { signal },
      );
      return answerWithReservation(answer, 201, ({ id }) => ({ Location: `/v1/reservations/${id}` }));
    },
  });
