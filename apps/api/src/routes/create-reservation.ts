import { newId } from '@holdfast/ledger';
import type { ApiContext } from '../context.ts';
import { agreeOnKey, nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { createReservationBody, reservationAnswer } from '../schemas/reservation.ts';
import { answerWithReservation } from './answers.ts';

export const createReservation = ({ ledger, config }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations',
    tag: 'Reservations',
    summary: 'Hold stock for an order: all lines or none',
    body: createReservationBody(config),
    answers: {
      201: {
        description: 'Held, or confirmed if asked for',
        schema: reservationAnswer,
        headers: { Location: 'Where the reservation can be read' },
      },
    },
    refusals: ['insufficient_stock', 'unknown_sku', 'unknown_location', 'quantity_limit_exceeded'],
    keyed: true,
    async handle({ body: { idempotency_key: bodyKey, ...parsed }, caller, path, idempotencyKey }) {
      const body = {
        ...parsed,
        ttl_seconds: parsed.confirm ? null : (parsed.ttl_seconds ?? config.ttlSeconds),
      };
      const answer = await ledger.submit(
        {
          kind: 'reserve',
          reservationId: newId(),
          orderId: body.order_id ?? null,
          cartId: body.cart_id ?? null,
          storeId: body.store_id ?? null,
          source: body.source ?? null,
          metadata: body.metadata,
          lines: body.lines.map(({ sku, quantity, location }) => ({
            sku,
            quantity,
            location: location ?? null,
          })),
          sourcing: body.sourcing,
          ttlSeconds: body.ttl_seconds,
          caller,
        },
        nameCall({ caller, path, key: agreeOnKey(idempotencyKey, bodyKey), body }),
      );
      return answerWithReservation(answer, 201, ({ id }) => ({ Location: `/v1/reservations/${id}` }));
    },
  });
