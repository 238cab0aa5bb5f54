import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { changed, unchanged, type ReservationOutcome } from '../outcome.ts';
import { openUnits, type Reservation } from '../reservation.ts';
import { NO_TARGETS } from '../targets.ts';
import { stateOf, TRANSITIONS } from '../transitions.ts';
import { refuseTransition, refuseUnknownReservation, refuseWithdrawn } from './refuse.ts';

export interface CancelCommand extends Asked {
  readonly kind: 'cancel';
  readonly reservationId: string;
  readonly reason: string | null;
}

export const cancelCommand = defineCommand<CancelCommand, ReservationOutcome>({
  targets: ({ reservationId }) => ({ ...NO_TARGETS, reservations: [reservationId] }),
  decide: cancel,
});

/**
 * Frees what was confirmed and has not been fulfilled. Nothing went out: `cancelled`. A part went out: the
 * rest is cancelled, and what is left of the reservation is `fulfilled`.
 */
export function cancel(draft: Draft, command: CancelCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  const next = TRANSITIONS.cancel[stateOf(reservation)];
  switch (next) {
    case 'cancelled or fulfilled':
      return changed(draft, cancelConfirmed(draft, reservation, command));
    case 'repeat':
      return unchanged(draft, reservation);
    case 'repeat or invalid_transition':
      return reservation.cancelledAt === null
        ? refuseTransition('cancelled', reservation)
        : unchanged(draft, reservation);
    case 'repeat or reservation_withdrawn':
      return reservation.status === 'cancelled'
        ? unchanged(draft, reservation)
        : refuseWithdrawn(reservation);
    case 'invalid_transition':
      return refuseTransition('cancelled', reservation);
    default:
      return next satisfies never;
  }
}

export function cancelConfirmed(
  draft: Draft,
  confirmed: Reservation,
  command: Pick<CancelCommand, 'reason' | 'caller'>,
): Reservation {
  const why = { reservationId: confirmed.id, reason: command.reason, caller: command.caller };
  const open = openUnits(confirmed);
  for (const { sku, location, quantity } of open) {
    draft.move({ sku, location }, 'cancel', { allocated: -quantity }, why);
  }
  const isPartOut = confirmed.lines.some(({ fulfilledQuantity }) => fulfilledQuantity > 0);
  const change: Partial<Reservation> = {
    status: isPartOut ? 'fulfilled' : 'cancelled',
    releaseReason: command.reason,
    lines: confirmed.lines.map((line) => ({
      ...line,
      cancelledQuantity: line.confirmedQuantity - line.fulfilledQuantity,
      allocations: line.allocations.map((allocation) => ({
        ...allocation,
        cancelledQuantity: allocation.quantity - allocation.fulfilledQuantity,
      })),
    })),
    cancelledAt: draft.now,
    fulfilledAt: isPartOut ? draft.now : null,
  };
  return draft.transition(confirmed, change, ['cancelled', 'released'], [{ action: 'cancel', lines: open }]);
}
