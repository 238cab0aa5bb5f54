import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { changed, unchanged, type Refused, type ReservationOutcome } from '../outcome.ts';
import type { Reservation, ReservationLine } from '../reservation.ts';
import { NO_TARGETS, NONE } from '../targets.ts';
import { stateOf, TRANSITIONS } from '../transitions.ts';
import { isForCancelledOrder, refuseCancelledOrder } from './cancelled-order.ts';
import { refuseLatePayment, refuseRefundedPayment } from './late-payment.ts';
import { confirmedAlready, sharesOf, type LinePart, type Shares } from './line-parts.ts';
import { asConfirmed, reacquire, type ConfirmedBy } from './reacquire.ts';
import {
  namesAnotherOrder,
  refuseExpired,
  refuseOtherOrder,
  refuseTooMuch,
  refuseTransition,
  refuseUnknownReservation,
  refuseWithdrawn,
} from './refuse.ts';

export interface ConfirmCommand extends Asked {
  readonly kind: 'confirm';
  readonly reservationId: string;
  readonly orderId: string | null;
  readonly paymentReference: string | null;
  /** Null: all. */
  readonly parts: readonly LinePart[] | null;
  readonly onExpired: 'reject' | 'reacquire';
  readonly reason?: string | null;
}

export const confirmCommand = defineCommand<ConfirmCommand, ReservationOutcome>({
  targets: ({ reservationId, orderId, onExpired }) => {
    const reservations = [reservationId];
    return {
      ...NO_TARGETS,
      reservations,
      soldReservations: reservations,
      reacquiredReservations: onExpired === 'reacquire' ? reservations : NONE,
      ordersGivenStock: orderId === null ? NONE : [orderId],
      readsRefusedPayments: true,
    };
  },
  decide: confirm,
});

/** Turns a hold into stock that is sold: all of it, or the named parts, the rest being given back. */
export function confirm(draft: Draft, command: ConfirmCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  const next = TRANSITIONS.confirm[stateOf(reservation)];
  switch (next) {
    case 'confirmed':
      return confirmHeld(draft, reservation, command);
    case 'repeat or invalid_transition':
      if (command.parts !== null && !confirmedAlready(reservation.lines, command.parts)) {
        return refuseTransition(
          'confirmed',
          reservation,
          'The reservation is confirmed with other lines. To free a part of it, send those units as `lines` to cancel.',
        );
      }
      return confirmAgain(draft, reservation, command);
    case 'repeat':
      return refuseRepeat(draft, reservation, command) ?? unchanged(draft, reservation);
    case 'reservation_expired or confirmed': // also a due hold, which is `expired` here
      return refuseIfLate(draft, reservation, command, confirmExpired(draft, reservation, command));
    case 'reservation_withdrawn':
      return refuseIfLate(draft, reservation, command, refuseWithdrawn(reservation));
    case 'invalid_transition':
      return refuseIfLate(draft, reservation, command, refuseEnded(draft, reservation, command));
    default:
      return next satisfies never;
  }
}

function confirmExpired(draft: Draft, expired: Reservation, command: ConfirmCommand): ReservationOutcome {
  if (isForCancelledOrder(draft, expired, command.orderId)) return refuseCancelledOrder(expired);
  return command.onExpired === 'reacquire'
    ? reacquire(draft, expired, command)
    : refuseExpired('The hold has expired. Reserve again, or confirm with on_expired "reacquire".');
}

function refuseEnded(draft: Draft, ended: Reservation, { orderId }: ConfirmCommand): Refused {
  return isForCancelledOrder(draft, ended, orderId)
    ? refuseCancelledOrder(ended)
    : refuseTransition('confirmed', ended);
}

/**
 * A refusal is final if a reacquire cannot succeed any more, or was requested and found too little. Lines
 * that ask for too much do not refuse the payment: the caller corrects them.
 */
function refuseIfLate(
  draft: Draft,
  ended: Reservation,
  { paymentReference, orderId }: ConfirmCommand,
  result: ReservationOutcome,
): ReservationOutcome {
  if (!result.ok && !namesAnotherOrder(ended, orderId)) {
    const { refusal } = result;
    if (refusal.code === 'quantity_exceeds_remaining') return result;
    // One in line may still get its stock, and then be paid for.
    const final = refusal.code !== 'reservation_expired' && ended.status !== 'waiting';
    refuseLatePayment(draft, ended, { paymentReference, final, refusal });
  }
  return result;
}

/**
 * A repeat changes nothing, except that a reservation takes the order or the payment that it was confirmed
 * without. That publishes no event: the reservation's next event shows both.
 */
function confirmAgain(draft: Draft, confirmed: Reservation, command: ConfirmCommand): ReservationOutcome {
  const refused = refuseRepeat(draft, confirmed, command);
  if (refused) return refused;
  const orderId = confirmed.orderId ?? command.orderId;
  const paymentReference = confirmed.paymentReference ?? command.paymentReference;
  if (orderId === confirmed.orderId && paymentReference === confirmed.paymentReference) {
    return unchanged(draft, confirmed);
  }
  if (isForCancelledOrder(draft, confirmed, command.orderId)) return refuseCancelledOrder(confirmed);
  return changed(draft, draft.transition(confirmed, { orderId, paymentReference }, []));
}

function refuseRepeat(draft: Draft, sold: Reservation, command: ConfirmCommand): ReservationOutcome | null {
  if (namesAnotherOrder(sold, command.orderId)) return refuseOtherOrder('confirmed', sold);
  const isItsOwn = sold.paymentReference === command.paymentReference;
  return isItsOwn ? null : refuseRefundedPayment(draft, sold, command.paymentReference);
}

function confirmHeld(draft: Draft, held: Reservation, command: ConfirmCommand): ReservationOutcome {
  if (namesAnotherOrder(held, command.orderId)) return refuseOtherOrder('confirmed', held);
  if (isForCancelledOrder(draft, held, command.orderId)) return refuseCancelledOrder(held);
  const shares = sharesOf(held.lines, command.parts);
  if (shares === null) return refuseTooMuch(held, command.parts ?? []);
  if (command.parts === null) return changed(draft, confirmWhole(draft, held, command));
  return changed(draft, confirmShares(draft, held, shares, command));
}

/** Turns all of a hold into stock that is sold. */
export function confirmWhole(draft: Draft, held: Reservation, by: ConfirmedBy): Reservation {
  const why = { reservationId: held.id, reason: by.reason ?? null, caller: by.caller };
  const lines = held.lines.map((line): ReservationLine => {
    for (const { location, quantity } of line.allocations) {
      draft.move({ sku: line.sku, location }, 'confirm', { reserved: -quantity, allocated: quantity }, why);
    }
    return { ...line, confirmedQuantity: line.quantity };
  });
  return asConfirmed(draft, { ...held, lines }, by);
}

function confirmShares(draft: Draft, held: Reservation, shares: Shares, by: ConfirmedBy): Reservation {
  const why = { reservationId: held.id, reason: by.reason ?? null, caller: by.caller };
  const lines = held.lines.map((line, lineIndex): ReservationLine => {
    const confirmed = line.allocations.map((allocation, index) => {
      const quantity = shares[lineIndex]?.[index] ?? 0;
      const rest = allocation.quantity - quantity;
      const at = { sku: line.sku, location: allocation.location };
      if (quantity > 0) draft.move(at, 'confirm', { reserved: -quantity, allocated: quantity }, why);
      if (rest > 0) draft.move(at, 'release', { reserved: -rest }, { ...why, reason: 'not confirmed' });
      return { ...allocation, quantity };
    });
    return {
      ...line,
      confirmedQuantity: confirmed.reduce((sum, { quantity }) => sum + quantity, 0),
      allocations: confirmed.filter(({ quantity }) => quantity > 0),
    };
  });
  return asConfirmed(draft, { ...held, lines }, by);
}
