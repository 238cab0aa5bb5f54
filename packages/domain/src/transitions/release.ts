import type { Book } from '../book.ts';
import type { ReleaseCommand } from '../commands.ts';
import type { Reservation } from '../reservation.ts';
import type { MovementKind } from '../stock-level.ts';
import { refuseTransition, refuseUnknownReservation, type Transition } from './transition.ts';

/**
 * Ends a hold and gives its stock back. Holds only: a late "payment failed" can never free stock that was paid for;
 * that is `cancel`.
 */
export function release(book: Book, command: ReleaseCommand): Transition {
  const reservation = book.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  switch (reservation.status) {
    case 'held':
      return { reservation: endHold(book, reservation, command), changed: true };
    case 'released':
      return { reservation, changed: false };
    case 'expired':
    case 'confirmed':
    case 'fulfilled':
    case 'cancelled':
      return refuseTransition('released', reservation);
    default:
      return reservation.status satisfies never;
  }
}

function endHold(book: Book, held: Reservation, command: ReleaseCommand): Reservation {
  returnHeldStock(book, held, 'release', { reason: command.reason, caller: command.caller });
  const released = book.tellWarehouse(
    {
      ...held,
      status: 'released',
      releaseReason: command.reason,
      version: held.version + 1,
      updatedAt: book.now,
      releasedAt: book.now,
    },
    'release',
  );
  book.announce(released, 'released');
  return book.put(released);
}

/** `reserved -= q` at every location that holds a share. The allocations stay, as a record of what was held. */
export function returnHeldStock(
  book: Book,
  held: Reservation,
  kind: Extract<MovementKind, 'release' | 'expire'>,
  why: { readonly reason: string | null; readonly caller: string },
): void {
  for (const { sku, allocations } of held.lines) {
    for (const { location, quantity } of allocations) {
      book.move({ sku, location }, kind, { reserved: -quantity }, { reservationId: held.id, ...why });
    }
  }
}
