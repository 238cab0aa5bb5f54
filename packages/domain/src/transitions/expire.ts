import type { Book } from '../book.ts';
import type { ExpireCommand } from '../commands.ts';
import { asOf, type Reservation } from '../reservation.ts';
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

/** Gives the stock of a hold past its time back. It tells both `expired` and, with the reason, `released`. */
export function giveBackDueHold(book: Book, due: Reservation): Reservation {
  returnHeldStock(book, due, 'expire', { reason: 'expired', caller: THE_CLOCK });
  const expired = book.tellWarehouse(
    { ...asOf(due, book.now), version: due.version + 1, updatedAt: book.now },
    'expire',
  );
  book.announce(expired, 'expired');
  book.announce(expired, 'released');
  return book.put(expired);
}
