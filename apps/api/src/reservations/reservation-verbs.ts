import { reservationAnswer } from '@holdfast/contract';
import type { CommandOf } from '@holdfast/domain';
import type { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { idParams } from '../http/fields-schema.ts';
import { requireNames, type GivenName } from '../http/given-names.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { answerWithReservation } from './create-reservation.ts';
import {
  cancelBody,
  confirmBody,
  extendBody,
  fulfillBody,
  partsOf,
  releaseBody,
} from './reservation-schema.ts';

export const confirmReservation = (context: ApiContext) =>
  defineVerb(context, {
    verb: 'confirm',
    summary: 'Confirm a hold after the payment was captured',
    body: confirmBody,
    done: 'The reservation is confirmed, by this call or an earlier one',
    refusals: [
      'reservation_not_found',
      'reservation_expired',
      'invalid_transition',
      'quantity_exceeds_remaining',
      'insufficient_stock',
      'order_cancelled',
    ],
    names: ({ order_id }) => [{ path: 'order_id', name: order_id, of: { kind: 'order' } }],
    command: ({ order_id = null, payment_reference = null, lines, on_expired }, called) => ({
      kind: 'confirm',
      orderId: order_id,
      paymentReference: payment_reference,
      parts: partsOf(lines),
      onExpired: on_expired,
      ...called,
    }),
  });

export const extendReservation = (context: ApiContext) => {
  const { ttlSeconds, extensionsMax, maxHoldSeconds } = context.config;
  return defineVerb(context, {
    verb: 'extend',
    summary: 'Extend a hold that has not expired',
    description: `The hold then ends \`ttl_seconds\` from now, but never earlier than before. A hold can be extended at most ${extensionsMax} times, to at most ${maxHoldSeconds} seconds after its creation.`,
    body: extendBody,
    done: 'The hold was extended, or already ends later',
    refusals: [
      'reservation_not_found',
      'reservation_expired',
      'extension_limit_reached',
      'invalid_transition',
    ],
    complete: ({ ttl_seconds = ttlSeconds }) => ({ ttl_seconds }),
    command: ({ ttl_seconds = ttlSeconds }, called) => ({
      kind: 'extend',
      ttlSeconds: ttl_seconds,
      extensionsMax,
      holdMaxSeconds: maxHoldSeconds,
      ...called,
    }),
  });
};

export const releaseReservation = (context: ApiContext) =>
  defineVerb(context, {
    verb: 'release',
    summary: 'Release a hold and give its stock back',
    description: 'Ends holds only. Use cancel for confirmed reservations.',
    body: releaseBody,
    done: 'The hold is released, by this call or an earlier one',
    refusals: ['reservation_not_found', 'invalid_transition'],
    command: ({ reason = null }, called) => ({ kind: 'release', reason, ...called }),
  });

export const fulfillReservation = (context: ApiContext) =>
  defineVerb(context, {
    verb: 'fulfill',
    summary: 'Fulfil a reservation: deduct all or some units that left the warehouse',
    description:
      'A hold is confirmed first. If you fulfil a part, send an `Idempotency-Key` or a `fulfillment_id`: without either, a repeat deducts again.',
    body: fulfillBody,
    done: 'The units are deducted, by this call or an earlier one',
    refusals: [
      'reservation_not_found',
      'reservation_expired',
      'quantity_exceeds_remaining',
      'insufficient_stock',
      'order_cancelled',
      'invalid_transition',
    ],
    names: ({ order_id, fulfillment_id }, reservationId) => [
      { path: 'order_id', name: order_id, of: { kind: 'order' } },
      { path: 'fulfillment_id', name: fulfillment_id, of: { kind: 'fulfillment', reservationId } },
    ],
    command: ({ order_id = null, fulfillment_id = null, lines }, called) => ({
      kind: 'fulfill',
      orderId: order_id,
      fulfillmentId: fulfillment_id,
      parts: partsOf(lines),
      ...called,
    }),
  });

export const cancelReservation = (context: ApiContext) =>
  defineVerb(context, {
    verb: 'cancel',
    summary: 'Cancel a confirmed reservation: free the units that have not been fulfilled',
    description:
      'For confirmed reservations only; use release for holds. If some units were fulfilled, the status becomes `fulfilled`.',
    body: cancelBody,
    done: 'The reservation is cancelled, by this call or an earlier one',
    refusals: ['reservation_not_found', 'invalid_transition'],
    command: ({ reason = null }, called) => ({ kind: 'cancel', reason, ...called }),
  });

interface Verb<Body> extends Pick<Route, 'summary' | 'description' | 'refusals'> {
  readonly verb: string;
  readonly body: z.ZodType<Body>;
  /** What an answer with 200 says. */
  readonly done: string;
  /** Names that the body gives, to be checked. */
  readonly names?: (body: Body, reservationId: string) => readonly GivenName[];
  /** The body with its defaults, for the fingerprint. */
  readonly complete?: (body: Body) => unknown;
  readonly command: (
    body: Body,
    called: { readonly reservationId: string; readonly caller: string },
  ) => CommandOf<'confirm' | 'extend' | 'release' | 'fulfill' | 'cancel' | 'withdraw'>;
}

/** A POST on one reservation, which is a command of the ledger and answers with the reservation. */
export function defineVerb<Body>(
  { database, ledger }: ApiContext,
  { verb, done, names, complete = (body) => body, command, ...texts }: Verb<Body>,
): Route {
  return defineRoute({
    ...texts,
    method: 'post',
    path: `/v1/reservations/{id}/${verb}`,
    tag: 'Reservations',
    scope: 'reservations:write',
    params: idParams,
    answers: { 200: { description: done, schema: reservationAnswer } },
    keyed: true,
    async handle({ params: { id }, body, caller, path, idempotencyKey, signal }) {
      if (names) await requireNames(database.prisma, names(body, id));
      const answer = await ledger.submit(
        command(body, { reservationId: id, caller }),
        nameCall({ caller, path, key: idempotencyKey, body: complete(body) }),
        { signal },
      );
      return answerWithReservation(answer, 200);
    },
  });
}
