import { reservationAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { extendBody } from './reservation-schema.ts';
import { answerWithReservation } from './answers.ts';

export const extendReservation = ({ ledger, config }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations/{id}/extend',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Extend a hold that has not expired',
    description: `The hold then ends \`ttl_seconds\` from now, but never earlier than before. A hold can be extended at most ${config.extensionsMax} times, to at most ${config.maxHoldSeconds} seconds after its creation.`,
    params: idParams,
    body: extendBody,
    answers: {
      200: { description: 'The hold was extended, or already ends later', schema: reservationAnswer },
    },
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
