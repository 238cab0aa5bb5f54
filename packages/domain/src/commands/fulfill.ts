import { defineCommand, type Asked } from '../command-module.ts';
import type { MovementCause } from '../draft-movements.ts';
import { nameOfLevel } from '../draft-state.ts';
import type { Draft } from '../draft.ts';
import { changed, unchanged, type Refused, type ReservationOutcome } from '../outcome.ts';
import type { ShortLine } from '../refusals.ts';
import type { Reservation, ReservationLine } from '../reservation.ts';
import { NO_TARGETS, NONE } from '../targets.ts';
import { stateOf, TRANSITIONS } from '../transitions.ts';
import { isForCancelledOrder, refuseCancelledOrder } from './cancelled-order.ts';
import { confirmWhole } from './confirm.ts';
import { sum } from './fewer-units.ts';
import { sharesOf, type LinePart } from './line-parts.ts';
import { carryOutMoves, linesAfter, planMoves, unitsMoved, type Move, type MovePlan } from './moved-units.ts';
import { answerRecorded, namesOfPart, recordNamed } from './recorded-part.ts';
import {
  namesAnotherOrder,
  refuseExpired,
  refuseOtherOrder,
  refuseShort,
  refuseTooMuch,
  refuseTransition,
  refuseUnknownLocation,
  refuseUnknownReservation,
  refuseWithdrawn,
} from './refuse.ts';
import { shiftsToShip } from './shifts.ts';

export interface FulfillCommand extends Asked {
  readonly kind: 'fulfill';
  readonly reservationId: string;
  readonly orderId: string | null;
  /** Counts once for each reservation, for ever. Null: each call counts. */
  readonly fulfillmentId: string | null;
  /** Null: all that is left. */
  readonly parts: readonly LinePart[] | null;
  /** Whether a named location may ship units that are allocated elsewhere, from its free stock. */
  readonly reallocate: boolean;
}

export const fulfillCommand = defineCommand<FulfillCommand, ReservationOutcome>({
  targets: ({ reservationId, orderId, fulfillmentId, parts, reallocate }) => {
    const reservations = [reservationId];
    const moved = reallocate ? (parts ?? NONE).filter(({ location }) => location !== null) : NONE;
    return {
      ...NO_TARGETS,
      sourced: moved,
      catalogue: moved,
      reservations,
      soldReservations: reservations,
      ordersGivenStock: orderId === null ? NONE : [orderId],
      recordedParts: namesOfPart(reservationId, 'fulfillment', fulfillmentId),
    };
  },
  decide: fulfill,
});

/**
 * Deducts units that left the warehouse: all, or the named parts. A live hold is confirmed whole first. With
 * `reallocate`, units that leave from another location than theirs are moved there first.
 */
export function fulfill(draft: Draft, command: FulfillCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  const next = TRANSITIONS.fulfill[stateOf(reservation)];
  switch (next) {
    case 'fulfilled or confirmed':
      return answerEarlier(draft, reservation, command) ?? deduct(draft, reservation, command);
    case 'repeat or quantity_exceeds_remaining':
      return (
        answerEarlier(draft, reservation, command) ??
        (command.parts === null ? unchanged(draft, reservation) : refuseTooMuch(reservation, command.parts))
      );
    case 'reservation_expired':
      return refuseExpired('The hold has expired. Confirm it with on_expired "reacquire" first.');
    case 'reservation_withdrawn':
      return refuseWithdrawn(reservation);
    case 'invalid_transition':
      return refuseTransition('fulfilled', reservation);
    default:
      return next satisfies never;
  }
}

/** The answer if the call names another order, or a fulfillment that was recorded. Null: neither. */
function answerEarlier(
  draft: Draft,
  reservation: Reservation,
  command: FulfillCommand,
): ReservationOutcome | null {
  if (namesAnotherOrder(reservation, command.orderId)) return refuseOtherOrder('fulfilled', reservation);
  return answerRecorded(draft, reservation, 'fulfillment', {
    partId: command.fulfillmentId,
    parts: command.parts,
  });
}

function deduct(draft: Draft, reservation: Reservation, command: FulfillCommand): ReservationOutcome {
  // Goods that were sold before their order was cancelled may still have left: that is deducted.
  const isSoldToItsOrder = reservation.orderId !== null && reservation.status !== 'held';
  if (!isSoldToItsOrder && isForCancelledOrder(draft, reservation, command.orderId)) {
    return refuseCancelledOrder(reservation);
  }
  const plan = movesTo(draft, reservation, command);
  if (!plan.ok) return plan;
  const planned = linesAfter(reservation.lines, plan.moves);
  const shares = sharesOf(planned, command.parts);
  if (shares === null) return refuseTooMuch({ ...reservation, lines: planned }, command.parts ?? []);
  const short = notOnHand(draft, planned, shares);
  if (short.length > 0) {
    const { sku } = short[0] ?? {};
    return refuseShort(
      short,
      reservation,
      `Fewer of ${sku} are on hand than were promised. Count them, or fulfill the units that are there.`,
    );
  }
  const confirmed =
    reservation.status === 'held'
      ? confirmWhole(draft, reservation, { ...command, paymentReference: null })
      : reservation;
  return changed(draft, deductShares(draft, confirmed, { ...command, moves: plan.moves, shares }));
}

/** The moves that let parts leave from the locations that they name. */
function movesTo(
  draft: Draft,
  reservation: Reservation,
  { parts, reallocate }: FulfillCommand,
): (MovePlan & { readonly ok: true }) | Refused {
  if (!reallocate || parts === null) return { ok: true, moves: NONE };
  const unknown = parts.find(({ location }) => location !== null && !draft.locations.has(location));
  if (unknown) return refuseUnknownLocation('unknown_location', unknown.location ?? '');
  const shifts = shiftsToShip(reservation.lines, parts);
  if (shifts === null) {
    return refuseTooMuch(
      reservation,
      parts.map((part) => ({ ...part, location: null })),
    );
  }
  const plan = planMoves(draft, reservation, shifts);
  return plan.ok ? plan : refuseShort(plan.short, reservation);
}

interface Deduction extends FulfillCommand {
  readonly moves: readonly Move[];
  /** Units of each allocation, after the moves. */
  readonly shares: readonly (readonly number[])[];
}

function deductShares(draft: Draft, confirmed: Reservation, deduction: Deduction): Reservation {
  const { moves, shares, fulfillmentId, parts } = deduction;
  const { id: reservationId } = confirmed;
  const why = { reservationId, reason: fulfillmentId, caller: deduction.caller };
  const moved = carryOutMoves(draft, confirmed, moves, why);
  const lines = moved.map((line, index) => deductFromLine(draft, line, shares[index] ?? [], why));
  const isWhole = lines.every(
    ({ confirmedQuantity, fulfilledQuantity, cancelledQuantity }) =>
      fulfilledQuantity + cancelledQuantity === confirmedQuantity,
  );
  recordNamed(draft, confirmed, 'fulfillment', { partId: fulfillmentId, parts });
  const change: Partial<Reservation> = {
    status: isWhole ? 'fulfilled' : 'confirmed',
    orderId: confirmed.orderId ?? deduction.orderId,
    lines,
    fulfilledAt: isWhole ? draft.now : null,
  };
  // The goods leave from their new location: only the old one still has to hear of it.
  const cancelled = { action: 'cancel', lines: unitsMoved(moves, 'from') } as const;
  return draft.transition(confirmed, change, ['deducted'], moves.length > 0 ? [cancelled] : []);
}

/** @param deducted units of each allocation */
function deductFromLine(
  draft: Draft,
  line: ReservationLine,
  deducted: readonly number[],
  why: MovementCause,
): ReservationLine {
  const total = sum(deducted);
  if (total === 0) return line;
  for (const [index, { location }] of line.allocations.entries()) {
    const quantity = deducted[index] ?? 0;
    if (quantity === 0) continue;
    draft.move({ sku: line.sku, location }, 'fulfill', { onHand: -quantity, allocated: -quantity }, why);
  }
  return {
    ...line,
    fulfilledQuantity: line.fulfilledQuantity + total,
    allocations: line.allocations.map((allocation, index) => ({
      ...allocation,
      fulfilledQuantity: allocation.fulfilledQuantity + (deducted[index] ?? 0),
    })),
  };
}

/** The lines that cannot go out, because less is on hand than was promised (a shortfall). */
function notOnHand(
  draft: Draft,
  lines: readonly ReservationLine[],
  shares: readonly (readonly number[])[],
): ShortLine[] {
  const taken = new Map<string, number>();
  return lines.flatMap((line, lineIndex) => {
    const asked = shares[lineIndex] ?? [];
    const there = line.allocations.map(({ location }, index) => {
      const level = nameOfLevel({ sku: line.sku, location });
      const left = (draft.level(line.sku, location)?.onHand ?? 0) - (taken.get(level) ?? 0);
      const quantity = Math.min(left, asked[index] ?? 0);
      taken.set(level, (taken.get(level) ?? 0) + quantity);
      return quantity;
    });
    if (sum(there) === sum(asked)) return [];
    const pin = line.location === null ? {} : { location: line.location };
    return [{ sku: line.sku, ...pin, requested: sum(asked), available: sum(there) }];
  });
}
