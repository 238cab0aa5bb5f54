import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { changed, unchanged, type ReservationOutcome } from '../outcome.ts';
import { openUnits, type Reservation } from '../reservation.ts';
import type { MovementKind } from '../stock-level.ts';
import { NO_TARGETS } from '../targets.ts';
import { stateOf, TRANSITIONS } from '../transitions.ts';
import { refuseTransition, refuseUnknownReservation, refuseWithdrawn } from './refuse.ts';

export interface ReleaseCommand extends Asked {
  readonly kind: 'release';
  readonly reservationId: string;
  readonly reason: string | null;
}

export const releaseCommand = defineCommand<ReleaseCommand, ReservationOutcome>({
  targets: ({ reservationId }) => ({ ...NO_TARGETS, reservations: [reservationId] }),
  decide: release,
});

/** Ends a hold and gives its stock back. */
export function release(draft: Draft, command: ReleaseCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  const next = TRANSITIONS.release[stateOf(reservation)];
  switch (next) {
    case 'released':
      return changed(draft, endHold(draft, reservation, command));
    case 'repeat':
      return unchanged(draft, reservation);
    case 'repeat or reservation_withdrawn':
      return reservation.status === 'released' ? unchanged(draft, reservation) : refuseWithdrawn(reservation);
    case 'invalid_transition':
      return refuseTransition('released', reservation);
    default:
      return next satisfies never;
  }
}

export function endHold(
  draft: Draft,
  held: Reservation,
  command: Pick<ReleaseCommand, 'reason' | 'caller'>,
): Reservation {
  returnHeldStock(draft, held, 'release', { reason: command.reason, caller: command.caller });
  const change = { status: 'released', releaseReason: command.reason, releasedAt: draft.now } as const;
  const sync = { action: 'release', lines: openUnits(held) } as const;
  return draft.transition(held, change, ['released'], [sync]);
}

/** `reserved -= q` wherever a share is held. The allocations stay, as a record of what was held. */
export function returnHeldStock(
  draft: Draft,
  held: Reservation,
  kind: Extract<MovementKind, 'release' | 'expire'>,
  why: { readonly reason: string | null; readonly caller: string },
): void {
  for (const { sku, allocations } of held.lines) {
    for (const { location, quantity } of allocations) {
      draft.move({ sku, location }, kind, { reserved: -quantity }, { reservationId: held.id, ...why });
    }
  }
}
