import type { Book } from '../book.ts';
import type { ExpireCommand } from '../commands.ts';
import { asOf, type Reservation } from '../reservation.ts';
import type { StockLevel } from '../stock-level.ts';
import { returnHeldStock } from './release.ts';
import { refuseTransition, refuseUnknownReservation, type Transition } from './transition.ts';

/** Who gives a due hold back: nobody asked for it, its time has come. */
const THE_CLOCK = 'expiry';

/**
 * Answers who asked for a hold to be expired. `decide` has given it back already if it was due.
 *
 * @param givenBack whether this batch gave it back, and this is the first command to hear of it
 */
export function expire(book: Book, command: ExpireCommand, givenBack: boolean): Transition {
  const reservation = book.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  switch (reservation.status) {
    case 'expired':
      return { reservation, changed: givenBack };
    case 'held':
      return refuseTransition('expired', reservation, 'The hold is still alive: its time has not come.');
    case 'confirmed':
    case 'released':
    case 'fulfilled':
    case 'cancelled':
      return refuseTransition('expired', reservation);
    default:
      return reservation.status satisfies never;
  }
}

/**
 * Whether the counters still hold what this hold would give back. They do unless somebody has changed them behind the
 * ledger's back; then the hold stays as it is, dead to everyone, for reconciliation to find, and nobody else is kept
 * from their stock by it.
 */
export function canBeGivenBack(book: Book, due: Reservation): boolean {
  const wanted = new Map<StockLevel, number>();
  for (const { sku, allocations } of due.lines) {
    for (const { location, quantity } of allocations) {
      const level = book.level(sku, location);
      if (!level) return false;
      wanted.set(level, (wanted.get(level) ?? 0) + quantity);
    }
  }
  return [...wanted].every(([level, quantity]) => level.reserved >= quantity);
}

/** Gives the stock of a hold past its time back. It tells both `expired` and, with the reason, `released`. */
export function giveBackDueHold(book: Book, due: Reservation): Reservation {
  returnHeldStock(book, due, 'expire', { reason: 'expired', caller: THE_CLOCK });
  const expired = book.tellWarehouse(
    { ...asOf(due, book.now), version: due.version + 1, updatedAt: book.now },
    'expire',
  );
  book.announce(expired, 'expired', 'released');
  return book.put(expired);
}
