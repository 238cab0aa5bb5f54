import { defineCommand, type Asked } from '../command-module.ts';
import { isCounted, unitsOfCustomer } from '../customer-units.ts';
import type { Draft } from '../draft.ts';
import { changed, unchanged, type Refused, type ReservationOutcome } from '../outcome.ts';
import type { Reservation } from '../reservation.ts';
import { customerOf, NO_TARGETS, NONE } from '../targets.ts';
import { isForCancelledOrder, refuseCancelledOrder } from './cancelled-order.ts';
import { allowsVersion, refuseVersion, type IfVersion } from './if-version.ts';
import { refuseRefundedPayment } from './late-payment.ts';
import { refusePromise } from './new-promises.ts';
import {
  isAnother,
  namesAnotherOrder,
  refuseExpired,
  refuseField,
  refuseOther,
  refuseOtherOrder,
  refuseUnknownReservation,
  refuseWithdrawn,
} from './refuse.ts';

export interface PatchReservationCommand extends Asked {
  readonly kind: 'patch-reservation';
  readonly reservationId: string;
  /** These three are set once. Null: as it is. */
  readonly orderId: string | null;
  readonly customerId: string | null;
  readonly paymentReference: string | null;
  /** Undefined: as it is. Null: cleared. */
  readonly source: string | null | undefined;
  /** A JSON merge patch (RFC 7396): null removes a key, or all keys. Undefined: as it is. */
  readonly metadata: Readonly<Record<string, string | null>> | null | undefined;
  /** How many keys a reservation may have. */
  readonly metadataMax: number;
  readonly ifVersion: IfVersion;
}

export const patchReservationCommand = defineCommand<PatchReservationCommand, ReservationOutcome>({
  targets: ({ reservationId, orderId, customerId }) => ({
    ...NO_TARGETS,
    reservations: [reservationId],
    customers: customerOf(customerId, NONE),
    // Their due holds are given back, so that they do not count.
    reacquiredReservations: customerId === null ? NONE : [reservationId],
    ordersGivenStock: orderId === null ? NONE : [orderId],
    readsRefusedPayments: true,
  }),
  decide: patchReservation,
});

/** Changes the descriptive fields of a reservation. Its stock and its status stay. */
function patchReservation(draft: Draft, command: PatchReservationCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  if (reservation.status === 'withdrawn') return refuseWithdrawn(reservation);
  if (!allowsVersion(command.ifVersion, reservation.version)) {
    return refuseVersion('The reservation', command.ifVersion, reservation.version);
  }
  return refusePatch(draft, reservation, command) ?? applyPatch(draft, reservation, command);
}

function refusePatch(
  draft: Draft,
  reservation: Reservation,
  command: PatchReservationCommand,
): Refused | null {
  const { orderId, customerId, paymentReference } = command;
  // Its counters do not allow to give it back: the change would store it as expired, with its stock still
  // held.
  if (draft.isStuck(reservation.id)) {
    return refuseExpired('The hold has expired, and its stock is being reconciled. Try again later.');
  }
  if (namesAnotherOrder(reservation, orderId)) return refuseOtherOrder('changed', reservation);
  if (reservation.orderId === null && isForCancelledOrder(draft, reservation, orderId)) {
    return refuseCancelledOrder(reservation);
  }
  if (isAnother(reservation.customerId, customerId)) return refuseOther(reservation, 'customer_id');
  if (isAnother(reservation.paymentReference, paymentReference)) {
    return refuseOther(reservation, 'payment_reference');
  }
  if (reservation.paymentReference === null) {
    const refunded = refuseRefundedPayment(draft, reservation, paymentReference);
    if (refunded) return refunded;
  }
  return reservation.customerId === null && customerId !== null
    ? refuseCustomer(draft, reservation, customerId)
    : null;
}

/** The customer gets all units that the reservation has, as far as limits count them. */
function refuseCustomer(draft: Draft, reservation: Reservation, customerId: string): Refused | null {
  const counted = reservation.lines
    .filter(({ sku }) => isCounted(draft.skus.get(sku), reservation))
    .map((line) => ({ sku: line.sku, quantity: unitsOfCustomer(reservation, line) }));
  return refusePromise(draft, { customerId, added: NONE, counted, reservation });
}

function applyPatch(
  draft: Draft,
  reservation: Reservation,
  command: PatchReservationCommand,
): ReservationOutcome {
  const metadata = mergePatch(reservation.metadata, command.metadata);
  const keys = Object.keys(metadata).length;
  if (keys > command.metadataMax) {
    const message = `would have ${keys} entries, and may have ${command.metadataMax} at most: remove some with null`;
    return refuseField('metadata', message);
  }
  const change = {
    orderId: reservation.orderId ?? command.orderId,
    customerId: reservation.customerId ?? command.customerId,
    paymentReference: reservation.paymentReference ?? command.paymentReference,
    source: command.source === undefined ? reservation.source : command.source,
    metadata,
  };
  const fields = Object.keys(change) as (keyof typeof change)[];
  if (fields.every((field) => change[field] === reservation[field])) return unchanged(draft, reservation);
  return changed(draft, draft.transition(reservation, change, ['changed']));
}

type Metadata = Reservation['metadata'];

/** The same object if the patch changes nothing. */
function mergePatch(present: Metadata, patch: PatchReservationCommand['metadata']): Metadata {
  if (patch === undefined) return present;
  const merged = new Map(patch === null ? [] : Object.entries(present));
  for (const [key, value] of Object.entries(patch ?? {})) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  const isSame =
    merged.size === Object.keys(present).length &&
    [...merged].every(([key, value]) => present[key] === value);
  return isSame ? present : Object.fromEntries(merged);
}
