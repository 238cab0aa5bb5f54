import type { Book } from '../book.ts';
import type { CancelCommand } from '../commands.ts';
import type { Reservation } from '../reservation.ts';
import { refuseTransition, refuseUnknownReservation, type Transition } from './transition.ts';

/**
 * Frees what was confirmed and has not been fulfilled. Nothing went out: `cancelled`. A part went out: the rest is
 * cancelled, and what is left of the reservation is `fulfilled`.
 */
export function cancel(book: Book, command: CancelCommand): Transition {
  const reservation = book.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  switch (reservation.status) {
    case 'confirmed':
      return { reservation: cancelConfirmed(book, reservation, command), changed: true };
    case 'cancelled':
      return { reservation, changed: false };
    case 'fulfilled':
      return reservation.cancelledAt === null
        ? refuseTransition('cancelled', reservation)
        : { reservation, changed: false };
    case 'held':
    case 'expired':
    case 'released':
      return refuseTransition('cancelled', reservation);
    default:
      return reservation.status satisfies never;
  }
}

function cancelConfirmed(book: Book, confirmed: Reservation, command: CancelCommand): Reservation {
  const why = { reservationId: confirmed.id, reason: command.reason, caller: command.caller };
  for (const { sku, allocations } of confirmed.lines) {
    for (const { location, quantity, fulfilledQuantity } of allocations) {
      const rest = quantity - fulfilledQuantity;
      if (rest > 0) book.move({ sku, location }, 'cancel', { allocated: -rest }, why);
    }
  }
  const isPartOut = confirmed.lines.some(({ fulfilledQuantity }) => fulfilledQuantity > 0);
  const cancelled = book.tellWarehouse(
    {
      ...confirmed,
      status: isPartOut ? 'fulfilled' : 'cancelled',
      releaseReason: command.reason,
      lines: confirmed.lines.map((line) => ({
        ...line,
        cancelledQuantity: line.confirmedQuantity - line.fulfilledQuantity,
      })),
      version: confirmed.version + 1,
      updatedAt: book.now,
      cancelledAt: book.now,
      fulfilledAt: isPartOut ? book.now : null,
    },
    'cancel',
  );
  book.announce(cancelled, 'cancelled', 'released');
  return book.put(cancelled);
}
