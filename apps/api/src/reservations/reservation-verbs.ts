import { reservationAnswer } from '@holdfast/contract';
import type { CommandOf, PartKind } from '@holdfast/domain';
import type { GivenName } from '@holdfast/reservations';
import type { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { idParams } from '../http/fields-schema.ts';
import { requireNames } from '../http/given-names.ts';
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
  returnBody,
  withdrawBody,
} from './reservation-schema.ts';
import { PROMISE_REFUSALS } from './wanted-lines-schema.ts';

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
  ) => CommandOf<
    'confirm' | 'extend' | 'release' | 'fulfill' | 'cancel' | 'withdraw' | 'return' | 'reallocate'
  >;
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
      ...PROMISE_REFUSALS,
      'order_cancelled',
    ],
    names: ({ order_id }) => [{ path: 'order_id', name: order_id, of: { kind: 'order' } }],
    command: ({ order_id = null, payment_reference = null, lines, on_expired, reason = null }, called) => ({
      kind: 'confirm',
      orderId: order_id,
      paymentReference: payment_reference,
      parts: partsOf(lines),
      onExpired: on_expired,
      reason,
      ...called,
    }),
  });

export const extendReservation = (context: ApiContext) => {
  const { ttlSeconds, extensionsMax, maxHoldSeconds } = context.config;
  return defineVerb(context, {
    verb: 'extend',
    summary: 'Extend a hold that has not expired',
    description: `The hold then ends \`ttl_seconds\` from now, but never earlier than before. Extensions of a hold: at most ${extensionsMax}, to at most ${maxHoldSeconds} seconds after its creation.`,
    body: extendBody,
    done: 'The hold was extended, or already ends later',
    refusals: [
      'reservation_not_found',
      'reservation_expired',
      'extension_limit_reached',
      'invalid_transition',
    ],
    complete: ({ ttl_seconds = ttlSeconds, ...body }) => ({ ttl_seconds, ...body }),
    command: ({ ttl_seconds = ttlSeconds, reason = null }, called) => ({
      kind: 'extend',
      ttlSeconds: ttl_seconds,
      reason,
      extensionsMax,
      holdMaxSeconds: maxHoldSeconds,
      ...called,
    }),
  });
};

export const releaseReservation = (context: ApiContext) =>
  defineVerb(context, {
    verb: 'release',
    summary: 'Release a hold, or a part of it, and give the stock back',
    description:
      'For holds only; use cancel for confirmed reservations. With `lines`, the hold continues with the other units; if the lines name all units, it ends. If you release a part, send an `Idempotency-Key` or a `release_id`: without either, a repeat releases again.',
    body: releaseBody,
    done: 'The units are released, by this call or an earlier one',
    refusals: ['reservation_not_found', 'quantity_exceeds_remaining', 'invalid_transition'],
    names: ({ release_id }, reservationId) => partName('release', reservationId, release_id),
    command: ({ reason = null, release_id = null, lines }, called) => ({
      kind: 'release',
      reason,
      releaseId: release_id,
      parts: partsOf(lines),
      ...called,
    }),
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
      'unknown_location',
    ],
    names: ({ order_id, fulfillment_id }, reservationId) => [
      { path: 'order_id', name: order_id, of: { kind: 'order' } },
      ...partName('fulfillment', reservationId, fulfillment_id),
    ],
    // Left out where it is false: a repeat of a call to an earlier release has the same fingerprint.
    complete: ({ reallocate, ...body }) => (reallocate ? { ...body, reallocate } : body),
    command: ({ order_id = null, fulfillment_id = null, lines, reallocate }, called) => ({
      kind: 'fulfill',
      orderId: order_id,
      fulfillmentId: fulfillment_id,
      parts: partsOf(lines),
      reallocate,
      ...called,
    }),
  });

export const cancelReservation = (context: ApiContext) =>
  defineVerb(context, {
    verb: 'cancel',
    summary: 'Cancel a confirmed reservation, or a part of it: free units that have not been fulfilled',
    description:
      'For confirmed reservations only; use release for holds. When no unit is open any more, the status becomes `fulfilled` if some units were fulfilled, otherwise `cancelled`. If you cancel a part, send an `Idempotency-Key` or a `cancellation_id`: without either, a repeat cancels again.',
    body: cancelBody,
    done: 'The units are cancelled, by this call or an earlier one',
    refusals: ['reservation_not_found', 'quantity_exceeds_remaining', 'invalid_transition'],
    names: ({ cancellation_id }, reservationId) => partName('cancellation', reservationId, cancellation_id),
    command: ({ reason = null, cancellation_id = null, lines }, called) => ({
      kind: 'cancel',
      reason,
      cancellationId: cancellation_id,
      parts: partsOf(lines),
      ...called,
    }),
  });

export const returnReservation = (context: ApiContext) =>
  defineVerb(context, {
    verb: 'return',
    summary: 'Return fulfilled units that came back',
    description:
      'The units are on hand again at `to`, and can be sold. With `restock: false` the return is only recorded. The status stays, and the warehouse is not notified. Send an `Idempotency-Key` or a `return_id`: without either, a repeat returns the units again.',
    body: returnBody,
    done: 'The units are returned, by this call or an earlier one',
    refusals: [
      'reservation_not_found',
      'quantity_exceeds_remaining',
      'invalid_transition',
      'unknown_location',
      'quantity_limit_exceeded',
    ],
    names: ({ return_id }, reservationId) => partName('return', reservationId, return_id),
    command: ({ lines, return_id = null, restock, reason = null }, called) => ({
      kind: 'return',
      returnId: return_id,
      parts: lines.map(({ sku, from = null, to = null, quantity }) => ({
        sku,
        location: from,
        to,
        quantity,
      })),
      restock,
      reason,
      ...called,
    }),
  });

export const withdrawReservation = (context: ApiContext) =>
  defineVerb(context, {
    verb: 'withdraw',
    summary: 'Undo a reservation, whether or not it was created',
    description:
      'Afterwards the reservation holds no stock, and never does again: a hold is released, a confirmed reservation is ' +
      'cancelled, and `withdrawn_at` is set. An id that is not known is remembered with status `withdrawn`, so that a PUT of ' +
      'it is refused when it comes late; such an id must be a UUIDv7, at most 24 hours old or 5 minutes ahead. 409 if units ' +
      'were fulfilled.',
    body: withdrawBody,
    done: 'The reservation is withdrawn, by this call or an earlier one',
    refusals: ['invalid_transition'],
    command: ({ reason = null }, called) => ({ kind: 'withdraw', reason, ...called }),
  });

/** The id that a client gives a part of a reservation. */
function partName(kind: PartKind, reservationId: string, name: string | undefined): readonly GivenName[] {
  return [{ path: `${kind}_id`, name, of: { kind, reservationId } }];
}
