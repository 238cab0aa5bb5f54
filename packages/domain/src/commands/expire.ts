import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { asOf } from '../hold-lifetime.ts';
import { changed, unchanged, type ReservationOutcome } from '../outcome.ts';
import { openUnits, type Reservation } from '../reservation.ts';
import type { StockLevel } from '../stock-level.ts';
import { NO_TARGETS } from '../targets.ts';
import { TRANSITIONS } from '../transitions.ts';
import { refuseTransition, refuseUnknownReservation } from './refuse.ts';
import { giveBackHeldStock } from './release.ts';
import { isWaiting } from '../waiting-line.ts';
import { unblock } from './attempt.ts';

/** The caller of an expiry: no client asked for it, the hold was due. */
const THE_CLOCK = 'expiry';

export interface ExpireCommand {
  readonly kind: 'expire';
  readonly reservationId: string;
}

export const expireCommand = defineCommand<ExpireCommand, ReservationOutcome>({
  targets: ({ reservationId }) => ({ ...NO_TARGETS, reservations: [reservationId] }),
  decide: expire,
});

/**
 * Refused while the hold is alive: expiry is never early. `decide` has given a due hold back already. The
 * first command about it reports the change.
 */
function expire(draft: Draft, command: ExpireCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  const next = TRANSITIONS.expire[reservation.status];
  switch (next) {
    case 'repeat':
      return draft.takeGivenBack(reservation.id)
        ? changed(draft, reservation)
        : unchanged(draft, reservation);
    case 'invalid_transition':
      return reservation.status === 'held' || reservation.status === 'waiting'
        ? refuseTransition('expired', reservation, 'It is still held: its end is in the future.')
        : refuseTransition('expired', reservation);
    default:
      return next satisfies never;
  }
}

/**
 * Whether the counters still have the units that this hold would give back. They do unless a session other
 * than the ledger's changed them. Then the hold keeps its stock until reconciliation finds it. For every call
 * it is expired, and it delays no other command.
 */
export function canBeGivenBack(draft: Draft, due: Reservation): boolean {
  const wanted = new Map<StockLevel, number>();
  for (const { sku, allocations } of due.lines) {
    for (const { location, quantity } of allocations) {
      const level = draft.level(sku, location);
      if (!level) return false;
      wanted.set(level, (wanted.get(level) ?? 0) + quantity);
    }
  }
  return [...wanted].every(([level, quantity]) => level.reserved >= quantity);
}

/**
 * Gives the stock of a due hold back. It publishes `expired` and, with the reason, `released`. One that has
 * waited for too long has nothing to give back.
 */
export function giveBackDueHold(draft: Draft, due: Reservation): Reservation {
  if (isWaiting(due)) {
    draft.noteGivenBack(due.id);
    unblock(draft, due);
    return draft.transition(asOf(due, draft.now), {}, ['expired']);
  }
  giveBackHeldStock(draft, due, 'expire', { reason: 'expired', caller: THE_CLOCK });
  draft.noteGivenBack(due.id);
  const sync = { action: 'expire', lines: openUnits(due) } as const;
  return draft.transition(asOf(due, draft.now), {}, ['expired', 'released'], [sync]);
}
