import type { PartKind } from '@holdfast/domain';
import type { ApiContext } from '../context.ts';
import type { GivenName } from '@holdfast/reservations';
import { defineVerb } from './define-verb.ts';
import {
  cancelBody,
  confirmBody,
  extendBody,
  fulfillBody,
  partsOf,
  releaseBody,
  returnBody,
} from './reservation-schema.ts';
import { PROMISE_REFUSALS } from './wanted-lines-schema.ts';

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
      'For holds only; use cancel for confirmed reservations. With `lines`, the hold goes on with the other units; if the lines name everything, it ends. If you release a part, send an `Idempotency-Key` or a `release_id`: without either, a repeat releases again.',
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

/** The id that a client gives a part of a reservation. */
function partName(kind: PartKind, reservationId: string, name: string | undefined): readonly GivenName[] {
  return [{ path: `${kind}_id`, name, of: { kind, reservationId } }];
}
