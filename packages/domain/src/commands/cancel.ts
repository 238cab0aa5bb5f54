import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { changed, unchanged, type ReservationOutcome } from '../outcome.ts';
import { openQuantity, openUnits, type Reservation, type ReservationLine } from '../reservation.ts';
import { NO_TARGETS } from '../targets.ts';
import { stateOf, TRANSITIONS } from '../transitions.ts';
import { unitsIn, withCancelled } from './fewer-units.ts';
import { sharesOf, type LinePart, type Shares } from './line-parts.ts';
import { answerRecorded, namesOfPart, recordNamed } from './recorded-part.ts';
import { refuseTooMuch, refuseTransition, refuseUnknownReservation, refuseWithdrawn } from './refuse.ts';

export interface CancelCommand extends Asked {
  readonly kind: 'cancel';
  readonly reservationId: string;
  readonly reason: string | null;
  /** Counts once for each reservation, for ever. Null: each call counts. */
  readonly cancellationId: string | null;
  /** Null: all that has not left. */
  readonly parts: readonly LinePart[] | null;
}

export const cancelCommand = defineCommand<CancelCommand, ReservationOutcome>({
  targets: ({ reservationId, cancellationId }) => ({
    ...NO_TARGETS,
    reservations: [reservationId],
    recordedParts: namesOfPart(reservationId, 'cancellation', cancellationId),
  }),
  decide: cancel,
});

/**
 * Frees units that were confirmed and not fulfilled: all of them, or the named parts. When nothing is open
 * any more and nothing went out, the reservation is `cancelled`. A part was fulfilled: the rest is cancelled,
 * and the reservation becomes `fulfilled`.
 */
export function cancel(draft: Draft, command: CancelCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  const { parts } = command;
  const earlier = answerRecorded(draft, reservation, 'cancellation', {
    partId: command.cancellationId,
    parts,
  });
  if (earlier) return earlier;
  const next = TRANSITIONS.cancel[stateOf(reservation)];
  switch (next) {
    case 'cancelled or fulfilled or confirmed':
      return cancelConfirmed(draft, reservation, command);
    case 'repeat':
      return unchanged(draft, reservation);
    case 'repeat or invalid_transition or quantity_exceeds_remaining':
      if (parts !== null) return refuseTooMuch(reservation, parts);
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

function cancelConfirmed(draft: Draft, confirmed: Reservation, command: CancelCommand): ReservationOutcome {
  const { reason, cancellationId: partId, parts, caller } = command;
  const shares = sharesOf(confirmed.lines, parts, 'last');
  if (shares === null) return refuseTooMuch(confirmed, parts ?? []);
  recordNamed(draft, confirmed, 'cancellation', { partId, parts });
  return changed(draft, cancelShares(draft, confirmed, shares, { reason, caller }));
}

type Why = Pick<CancelCommand, 'reason' | 'caller'>;

/** Cancels all that has not left. */
export function cancelOpen(draft: Draft, confirmed: Reservation, why: Why): Reservation {
  return cancelShares(
    draft,
    confirmed,
    confirmed.lines.map(({ allocations }) => allocations.map(openQuantity)),
    why,
  );
}

function cancelShares(draft: Draft, confirmed: Reservation, shares: Shares, cause: Why): Reservation {
  const units = unitsIn(confirmed.lines, shares);
  for (const { sku, location, quantity } of units) {
    const why = { reservationId: confirmed.id, reason: cause.reason, caller: cause.caller };
    draft.move({ sku, location }, 'cancel', { allocated: -quantity }, why);
  }
  const lines = confirmed.lines.map((line, index) => withCancelled(line, shares[index] ?? []));
  const syncs = [{ action: 'cancel', lines: units }] as const;
  return openUnits({ lines }).length === 0
    ? draft.transition(confirmed, endOf(draft, lines, cause.reason), ['cancelled', 'released'], syncs, cause)
    : draft.transition(confirmed, { lines }, ['changed'], syncs, cause);
}

/** The change of a confirmed reservation that has no open units any more. */
export function endOf(
  draft: Draft,
  lines: readonly ReservationLine[],
  releaseReason: string | null,
): Partial<Reservation> {
  const isPartOut = lines.some(({ fulfilledQuantity }) => fulfilledQuantity > 0);
  return {
    status: isPartOut ? 'fulfilled' : 'cancelled',
    releaseReason,
    lines,
    cancelledAt: draft.now,
    fulfilledAt: isPartOut ? draft.now : null,
  };
}
