import type { Book } from '../book.ts';
import type { ExtendCommand } from '../commands.ts';
import type { Reservation } from '../reservation.ts';
import {
  refuse,
  refuseExpired,
  refuseTransition,
  refuseUnknownReservation,
  type Transition,
} from './transition.ts';

/** Lets a hold live until `ttlSeconds` from now: never shorter than it does, and only while it is alive. */
export function extend(book: Book, command: ExtendCommand): Transition {
  const reservation = book.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  switch (reservation.status) {
    case 'held':
      return extendHeld(book, reservation, command);
    case 'expired':
      return refuseExpired('The hold is past its time. Reserve again.');
    case 'confirmed':
    case 'released':
    case 'fulfilled':
    case 'cancelled':
      return refuseTransition('extended', reservation);
    default:
      return reservation.status satisfies never;
  }
}

function extendHeld(book: Book, held: Reservation, command: ExtendCommand): Transition {
  const until = book.now + command.ttlSeconds * 1000;
  if (held.expiresAt !== null && until <= held.expiresAt) return { reservation: held, changed: false };
  if (held.extensions >= command.extensionsMax) {
    return refuseLimit(
      held,
      `The hold was extended ${held.extensions} times, which is as often as it may be.`,
    );
  }
  if (until > held.createdAt + command.holdMaxSeconds * 1000) {
    return refuseLimit(held, `A hold may last ${command.holdMaxSeconds} seconds in all. Ask for less.`);
  }
  const extended: Reservation = {
    ...held,
    expiresAt: until,
    extensions: held.extensions + 1,
    version: held.version + 1,
    updatedAt: book.now,
  };
  book.announce(extended, 'extended');
  return { reservation: book.put(extended), changed: true };
}

function refuseLimit(held: Reservation, detail: string): Transition {
  return refuse({ code: 'extension_limit_reached', detail, currentStatus: held.status });
}
