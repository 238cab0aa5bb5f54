import { reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../schemas/fields.ts';
import { extendBody } from '../schemas/reservation.ts';
import { answerWithReservation } from './answers.ts';

export const extendReservation = ({ ledger, config }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/{id}/extend',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Let a hold live longer, while it is alive',
    description: `Until \`ttl_seconds\` from now, never shorter than it does already, at most ${config.extensionsMax} times, and at most ${config.maxHoldSeconds} seconds since its creation.`,
    params: idParams,
    body: extendBody,
    answers: { 200: { description: 'Extended, or alive for longer already', schema: reservationAnswer } },
    refusals: [
      'reservation_not_found',
      'reservation_expired',
      'extension_limit_reached',
      'invalid_transition',
    ],
    keyed: true,
    async handle({ params, body: sent, caller, path, idempotencyKey, signal }) {
      const body = { ttl_seconds: sent.ttl_seconds ?? config.ttlSeconds };
      const answer = await ledger.submit(
        {
          kind: 'extend',
          reservationId: params.id,
          ttlSeconds: body.ttl_seconds,
          extensionsMax: config.extensionsMax,
          holdMaxSeconds: config.maxHoldSeconds,
          caller,
        },
        nameCall({ caller, path, key: idempotencyKey, body }),
        { signal },
      );
      return answerWithReservation(answer, 200);
    },
  });
