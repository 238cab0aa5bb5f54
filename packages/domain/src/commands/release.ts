import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { changed, unchanged, type ReservationOutcome } from '../outcome.ts';
import { openUnits, type Reservation, type ReservationLine } from '../reservation.ts';
import type { MovementKind } from '../stock-level.ts';
import { NO_TARGETS } from '../targets.ts';
import { stateOf, TRANSITIONS } from '../transitions.ts';
import { sum, withoutHeld } from './fewer-units.ts';
import { sharesOf, type LinePart, type Shares } from './line-parts.ts';
import { answerRecorded, namesOfPart, recordNamed } from './recorded-part.ts';
import { refuseTooMuch, refuseTransition, refuseUnknownReservation, refuseWithdrawn } from './refuse.ts';
import { isWaiting } from '../waiting-line.ts';
import { unblock } from './attempt.ts';

export interface ReleaseCommand extends Asked {
  readonly kind: 'release';
  readonly reservationId: string;
  readonly reason: string | null;
  /** Counts once for each reservation, for ever. Null: each call counts. */
  readonly releaseId: string | null;
  /** Null: all of the hold. */
  readonly parts: readonly LinePart[] | null;
}

export const releaseCommand = defineCommand<ReleaseCommand, ReservationOutcome>({
  targets: ({ reservationId, releaseId }) => ({
    ...NO_TARGETS,
    reservations: [reservationId],
    recordedParts: namesOfPart(reservationId, 'release', releaseId),
  }),
  decide: release,
});

/** Ends a hold and gives its stock back, or gives a part of it back. A part that names everything ends it. */
export function release(draft: Draft, command: ReleaseCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  const part = { partId: command.releaseId, parts: command.parts };
  const earlier = answerRecorded(draft, reservation, 'release', part);
  if (earlier) return earlier;
  const next = TRANSITIONS.release[stateOf(reservation)];
  switch (next) {
    case 'released or held': {
      const shares = sharesOf(reservation.lines, command.parts, 'last');
      if (shares === null) return refuseTooMuch(reservation, command.parts ?? []);
      recordNamed(draft, reservation, 'release', part);
      const lines = linesWithout(reservation.lines, shares);
      return changed(
        draft,
        openUnits({ lines }).length === 0
          ? endHold(draft, reservation, command)
          : releasePart(draft, reservation, { shares, lines }, command),
      );
    }
    case 'released or quantity_exceeds_remaining':
      if (command.parts !== null) return refuseTooMuch(reservation, command.parts);
      recordNamed(draft, reservation, 'release', part);
      return changed(draft, leaveLine(draft, reservation, command));
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

type Why = Pick<ReleaseCommand, 'reason' | 'caller'>;

/** Ends the waiting. No stock is given back, and the warehouse does not know the reservation. */
export function leaveLine(draft: Draft, reservation: Reservation, why: Why): Reservation {
  if (isWaiting(reservation)) unblock(draft, reservation);
  const change = { status: 'released', releaseReason: why.reason, releasedAt: draft.now } as const;
  return draft.transition(reservation, change, ['released'], [], why);
}

export function endHold(draft: Draft, held: Reservation, why: Why): Reservation {
  giveBackHeldStock(draft, held, 'release', why);
  const change = { status: 'released', releaseReason: why.reason, releasedAt: draft.now } as const;
  const sync = { action: 'release', lines: openUnits(held) } as const;
  return draft.transition(held, change, ['released'], [sync], why);
}

function releasePart(
  draft: Draft,
  held: Reservation,
  { shares, lines }: { readonly shares: Shares; readonly lines: readonly ReservationLine[] },
  why: Why,
): Reservation {
  giveBackHeldStock(draft, held, 'release', why, shares);
  return draft.transition(held, { lines }, ['changed'], [], why);
}

/** What is left of a hold's lines. A line without units left is removed. */
function linesWithout(lines: readonly ReservationLine[], shares: Shares): readonly ReservationLine[] {
  return lines.flatMap((line, index) => {
    const given = shares[index] ?? [];
    if (sum(given) === 0) return [line];
    return sum(given) === line.quantity ? [] : [withoutHeld(line, given)];
  });
}

/** `reserved -= q` wherever a share is held. When a hold ends, its allocations stay, as a record of it. */
export function giveBackHeldStock(
  draft: Draft,
  held: Reservation,
  kind: Extract<MovementKind, 'release' | 'expire'>,
  why: Why,
  shares?: Shares,
): void {
  for (const [index, { sku, allocations }] of held.lines.entries()) {
    for (const [place, { location, quantity }] of allocations.entries()) {
      const units = shares ? (shares[index]?.[place] ?? 0) : quantity;
      if (units === 0) continue;
      const { reason, caller } = why;
      draft.move({ sku, location }, kind, { reserved: -units }, { reservationId: held.id, reason, caller });
    }
  }
}
