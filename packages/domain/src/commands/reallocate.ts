import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { changed, type ReservationOutcome } from '../outcome.ts';
import type { Reservation } from '../reservation.ts';
import { NO_TARGETS } from '../targets.ts';
import { stateOf, TRANSITIONS } from '../transitions.ts';
import { carryOutMoves, planMoves, unitsMoved } from './moved-units.ts';
import {
  refuseExpired,
  refuseShort,
  refuseTooMuch,
  refuseTransition,
  refuseUnknownLocation,
  refuseUnknownReservation,
  refuseWithdrawn,
} from './refuse.ts';
import { shiftsFrom, type WantedMove } from './shifts.ts';

export interface ReallocateCommand extends Asked {
  readonly kind: 'reallocate';
  readonly reservationId: string;
  readonly lines: readonly WantedMove[];
  readonly reason: string | null;
}

export const reallocateCommand = defineCommand<ReallocateCommand, ReservationOutcome>({
  targets: ({ reservationId, lines }) => ({
    ...NO_TARGETS,
    reservations: [reservationId],
    sourced: lines,
    catalogue: lines.map(({ sku, to }) => ({ sku, location: to })),
  }),
  weight: ({ lines }) => Math.max(1, lines.length),
  decide: reallocate,
});

/**
 * Moves units that are held or confirmed to other locations, all or none. The warehouse is notified of
 * confirmed units: it cancels them at the old location and sends them from the new one.
 */
function reallocate(draft: Draft, command: ReallocateCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  const next = TRANSITIONS.reallocate[stateOf(reservation)];
  switch (next) {
    case 'held':
    case 'confirmed':
      return move(draft, reservation, command);
    case 'reservation_expired':
      return refuseExpired('The hold has expired, so it has no stock that could be moved. Reserve again.');
    case 'reservation_withdrawn':
      return refuseWithdrawn(reservation);
    case 'invalid_transition':
      return refuseTransition('reallocated', reservation);
    default:
      return next satisfies never;
  }
}

function move(draft: Draft, reservation: Reservation, command: ReallocateCommand): ReservationOutcome {
  const { lines, reason, caller } = command;
  const unknown = lines.find(({ to }) => to !== null && !draft.locations.has(to));
  if (unknown) return refuseUnknownLocation('unknown_location', unknown.to ?? '');
  const shifts = shiftsFrom(reservation.lines, lines);
  if (shifts === null) {
    // Without a quantity, at least one is meant.
    const asked = lines.map(({ sku, from, quantity }) => ({ sku, location: from, quantity: quantity ?? 1 }));
    return refuseTooMuch(reservation, asked);
  }
  const plan = planMoves(draft, reservation, shifts);
  if (!plan.ok) return refuseShort(plan.short, reservation);
  const why = { reservationId: reservation.id, reason, caller };
  const change = { lines: carryOutMoves(draft, reservation, plan.moves, why) };
  const syncs = [
    { action: 'cancel', lines: unitsMoved(plan.moves, 'from') },
    { action: 'confirm', lines: unitsMoved(plan.moves, 'to') },
  ] as const;
  const isTold = reservation.status === 'confirmed';
  return changed(draft, draft.transition(reservation, change, ['changed'], isTold ? syncs : [], command));
}
