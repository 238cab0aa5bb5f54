import type { Book } from '../book.ts';
import { confirmRefusedEvent } from '../book-events.ts';
import type { ConfirmCommand } from '../commands.ts';
import type { Refusal } from '../refusals.ts';
import type { Reservation, ReservationLine } from '../reservation.ts';
import { source } from '../sourcing.ts';
import { confirmedAlready, sharesOf } from './line-parts.ts';
import {
  namesAnotherOrder,
  refuseExpired,
  refuseOtherOrder,
  refuseShort,
  refuseTooMuch,
  refuseTransition,
  refuseUnknownReservation,
  type Transition,
} from './transition.ts';

/** Who confirms, for which order, and with which payment. */
type ConfirmedBy = Pick<ConfirmCommand, 'orderId' | 'paymentReference' | 'caller'>;

/** Turns a hold into stock that is sold: all of it, or the named parts, the rest being given back. */
export function confirm(book: Book, command: ConfirmCommand): Transition {
  const reservation = book.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  switch (reservation.status) {
    case 'held':
      return confirmHeld(book, reservation, command);
    case 'expired':
      return tellIfLate(book, reservation, command, confirmExpired(book, reservation, command));
    case 'confirmed':
      if (command.parts !== null && !confirmedAlready(reservation.lines, command.parts)) {
        return refuseTransition('confirmed', reservation, 'The reservation is confirmed with other lines.');
      }
      return repeated(reservation, command);
    case 'fulfilled':
      return repeated(reservation, command);
    case 'released':
    case 'cancelled':
      return tellIfLate(book, reservation, command, refuseTransition('confirmed', reservation));
    default:
      return reservation.status satisfies never;
  }
}

function tellIfLate(
  book: Book,
  ended: Reservation,
  { paymentReference, orderId }: ConfirmCommand,
  result: Transition,
): Transition {
  if ('refusal' in result && !namesAnotherOrder(ended, orderId)) {
    refuseLatePayment(book, ended, paymentReference, result.refusal);
  }
  return result;
}

/**
 * Tells of a payment that came when nothing is held any more: whoever took it has to give it back. The one that a
 * cancelled reservation was sold with came in time, and whoever cancelled knew of it: it is not told when it is repeated.
 */
export function refuseLatePayment(
  book: Book,
  ended: Reservation,
  paymentReference: string | null,
  refusal: Refusal,
): void {
  const cameInTime = ended.status === 'cancelled' && ended.paymentReference === paymentReference;
  if (paymentReference !== null && cameInTime) return;
  book.announceOnce(['confirm_refused', ended.id, ended.version, paymentReference], ended.updatedAt, (id) =>
    confirmRefusedEvent(id, ended, { paymentReference, refusal }, book.now),
  );
}

function confirmExpired(book: Book, expired: Reservation, command: ConfirmCommand): Transition {
  return command.onExpired === 'reacquire'
    ? reacquire(book, expired, command)
    : refuseExpired('The hold is past its time. Reserve again, or confirm with on_expired "reacquire".');
}

function repeated(reservation: Reservation, command: ConfirmCommand): Transition {
  return namesAnotherOrder(reservation, command.orderId)
    ? refuseOtherOrder('confirmed', reservation)
    : { reservation, changed: false };
}

function confirmHeld(book: Book, held: Reservation, command: ConfirmCommand): Transition {
  if (namesAnotherOrder(held, command.orderId)) return refuseOtherOrder('confirmed', held);
  const shares = sharesOf(held.lines, command.parts);
  if (shares === null) return refuseTooMuch(held);
  if (command.parts === null) return { reservation: confirmWhole(book, held, command), changed: true };
  return { reservation: confirmShares(book, held, shares, command), changed: true };
}

/** Turns all of a hold into stock that is sold. */
export function confirmWhole(book: Book, held: Reservation, by: ConfirmedBy): Reservation {
  const why = { reservationId: held.id, reason: null, caller: by.caller };
  const lines = held.lines.map((line): ReservationLine => {
    for (const { location, quantity } of line.allocations) {
      book.move({ sku: line.sku, location }, 'confirm', { reserved: -quantity, allocated: quantity }, why);
    }
    return { ...line, confirmedQuantity: line.quantity };
  });
  return asConfirmed(book, { ...held, lines }, by);
}

function confirmShares(
  book: Book,
  held: Reservation,
  shares: readonly (readonly number[])[],
  by: ConfirmedBy,
): Reservation {
  const why = { reservationId: held.id, reason: null, caller: by.caller };
  const lines = held.lines.map((line, lineIndex): ReservationLine => {
    const confirmed = line.allocations.map((allocation, index) => {
      const quantity = shares[lineIndex]?.[index] ?? 0;
      const rest = allocation.quantity - quantity;
      const at = { sku: line.sku, location: allocation.location };
      if (quantity > 0) book.move(at, 'confirm', { reserved: -quantity, allocated: quantity }, why);
      if (rest > 0) book.move(at, 'release', { reserved: -rest }, { ...why, reason: 'not confirmed' });
      return { ...allocation, quantity };
    });
    return {
      ...line,
      confirmedQuantity: confirmed.reduce((sum, { quantity }) => sum + quantity, 0),
      allocations: confirmed.filter(({ quantity }) => quantity > 0),
    };
  });
  return asConfirmed(book, { ...held, lines }, by);
}

/** Sources an expired reservation anew and confirms it, in one decision. If the stock is gone, it stays expired. */
function reacquire(book: Book, expired: Reservation, command: ConfirmCommand): Transition {
  if (namesAnotherOrder(expired, command.orderId)) return refuseOtherOrder('confirmed', expired);
  if (book.isStuck(expired.id)) {
    return refuseExpired('The hold is past its time, and its stock is being reconciled. Reserve again.');
  }
  const totals = wantedTotals(expired, command);
  if (totals === null) return refuseTooMuch(expired);
  const wanted = expired.lines.map((line, index) => ({ ...line, quantity: totals[index] ?? 0 }));
  const asked = wanted.filter(({ quantity }) => quantity > 0);
  const sourced = source(asked, (sku) => book.levelsOf(sku), expired.sourcing);
  if (!sourced.ok) return refuseShort(sourced.short, expired);
  const why = { reservationId: expired.id, reason: 'reacquired', caller: command.caller };
  const lines = expired.lines.map((line, index): ReservationLine => {
    const want = wanted[index];
    const allocations = (want && sourced.allocations[asked.indexOf(want)]) ?? [];
    for (const { location, quantity } of allocations) {
      book.move({ sku: line.sku, location }, 'confirm', { allocated: quantity }, why);
    }
    return { ...line, confirmedQuantity: want?.quantity ?? 0, allocations };
  });
  const reservation = asConfirmed(book, { ...expired, lines, releaseReason: null }, command);
  return { reservation, changed: true };
}

/** How many units of each line are to be had again. Null: more than the line has. */
function wantedTotals(expired: Reservation, command: ConfirmCommand): number[] | null {
  if (command.parts === null) return expired.lines.map(({ quantity }) => quantity);
  const shares = sharesOf(expired.lines, command.parts);
  return shares && shares.map((line) => line.reduce((sum, quantity) => sum + quantity, 0));
}

function asConfirmed(book: Book, reservation: Reservation, by: ConfirmedBy): Reservation {
  const confirmed = book.tellWarehouse(
    {
      ...reservation,
      status: 'confirmed',
      orderId: reservation.orderId ?? by.orderId,
      paymentReference: by.paymentReference,
      version: reservation.version + 1,
      updatedAt: book.now,
      confirmedAt: book.now,
    },
    'confirm',
  );
  book.announce(confirmed, 'confirmed');
  return book.put(confirmed);
}
