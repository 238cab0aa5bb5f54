import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { latestEnd, type ExtensionLimits } from '../hold-lifetime.ts';
import { changed, unchanged, type ReservationOutcome } from '../outcome.ts';
import type { Reservation } from '../reservation.ts';
import { NO_TARGETS } from '../targets.ts';
import { stateOf, TRANSITIONS } from '../transitions.ts';
import {
  refuse,
  refuseExpired,
  refuseTransition,
  refuseUnknownReservation,
  refuseWithdrawn,
} from './refuse.ts';

export interface ExtendCommand extends Asked, ExtensionLimits {
  readonly kind: 'extend';
  readonly reservationId: string;
  /** From now. */
  readonly ttlSeconds: number;
  readonly reason?: string | null;
}

export const extendCommand = defineCommand<ExtendCommand, ReservationOutcome>({
  targets: ({ reservationId }) => ({ ...NO_TARGETS, reservations: [reservationId] }),
  decide: extend,
});

/** Lets a hold live until `ttlSeconds` from now: never shorter than it does, and only while it is alive. */
function extend(draft: Draft, command: ExtendCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  const next = TRANSITIONS.extend[stateOf(reservation)];
  switch (next) {
    case 'held or extension_limit_reached':
      return extendHeld(draft, reservation, command);
    case 'reservation_expired':
      return refuseExpired('The hold has expired. Reserve again.');
    case 'reservation_withdrawn':
      return refuseWithdrawn(reservation);
    case 'invalid_transition':
      return refuseTransition('extended', reservation);
    default:
      return next satisfies never;
  }
}

function extendHeld(draft: Draft, held: Reservation, command: ExtendCommand): ReservationOutcome {
  const until = draft.now + command.ttlSeconds * 1000;
  if (held.expiresAt !== null && until <= held.expiresAt) return unchanged(draft, held);
  if (held.extensions >= command.extensionsMax) {
    return refuseLimit(
      held,
      `The hold was extended ${held.extensions} times, which is as often as it may be.`,
    );
  }
  if (until > latestEnd(held, command)) {
    return refuseLimit(held, `A hold may last ${command.holdMaxSeconds} seconds in all. Ask for less.`);
  }
  const change = { expiresAt: until, extensions: held.extensions + 1 };
  return changed(draft, draft.transition(held, change, ['extended'], [], command));
}

function refuseLimit(held: Reservation, detail: string): ReservationOutcome {
  return refuse({ code: 'extension_limit_reached', detail, currentStatus: held.status });
}
