import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { changed, unchanged, type ReservationOutcome } from '../outcome.ts';
import type { Reservation } from '../reservation.ts';
import type { MovementKind } from '../stock-level.ts';
import { NO_TARGETS } from '../targets.ts';
import { TRANSITIONS } from '../transitions.ts';
import { refuseTransition, refuseUnknownReservation } from './refuse.ts';

export interface ReleaseCommand extends Asked {
  readonly kind: 'release';
  readonly reservationId: string;
  readonly reason: string | null;
}

export const releaseCommand = defineCommand<ReleaseCommand, ReservationOutcome>({
  targets: ({ reservationId }) => ({ ...NO_TARGETS, reservations: [reservationId] }),
  weight: () => 1,
  decide: release,
});

/** Ends a hold and gives its stock back. */
export function release(draft: Draft, command: ReleaseCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  const next = TRANSITIONS.release[reservation.status];
  switch (next) {
    case 'released':
      return changed(draft, endHold(draft, reservation, command));
    case 'repeat':
      return unchanged(draft, reservation);
    case 'invalid_transition':
      return refuseTransition('released', reservation);
    default:
      return next satisfies never;
  }
}

function endHold(draft: Draft, held: Reservation, command: ReleaseCommand): Reservation {
  returnHeldStock(draft, held, 'release', { reason: command.reason, caller: command.caller });
  const released = draft.addSync(
    {
      ...held,
      status: 'released',
      releaseReason: command.reason,
      version: held.version + 1,
      updatedAt: draft.now,
      releasedAt: draft.now,
    },
    'release',
  );
  draft.addEvents(released, 'released');
  return draft.put(released);
}

/**
 * `reserved -= q` at every location that holds a share. The allocations stay, as a record of what was held.
 */
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
