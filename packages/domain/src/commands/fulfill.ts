import { defineCommand, type Asked } from '../command-module.ts';
import type { MovementCause } from '../draft-movements.ts';
import { nameOfLevel } from '../draft-state.ts';
import type { Draft } from '../draft.ts';
import { changed, unchanged, type ReservationOutcome } from '../outcome.ts';
import type { ShortLine } from '../refusals.ts';
import type { Reservation, ReservationLine } from '../reservation.ts';
import { NO_TARGETS, NONE } from '../targets.ts';
import { TRANSITIONS } from '../transitions.ts';
import { isForCancelledOrder, refuseCancelledOrder } from './cancelled-order.ts';
import { confirmWhole } from './confirm.ts';
import { sharesOf, type LinePart } from './line-parts.ts';
import { answerRecorded, namesOfPart, recordNamed } from './recorded-part.ts';
import {
  namesAnotherOrder,
  refuseExpired,
  refuseOtherOrder,
  refuseShort,
  refuseTooMuch,
  refuseTransition,
  refuseUnknownReservation,
} from './refuse.ts';

export interface FulfillCommand extends Asked {
  readonly kind: 'fulfill';
  readonly reservationId: string;
  readonly orderId: string | null;
  /** Counts once for each reservation, for ever. Null: each call counts. */
  readonly fulfillmentId: string | null;
  /** Null: all that is left. */
  readonly parts: readonly LinePart[] | null;
}

export const fulfillCommand = defineCommand<FulfillCommand, ReservationOutcome>({
  targets: ({ reservationId, orderId, fulfillmentId }) => {
    const reservations = [reservationId];
    return {
      ...NO_TARGETS,
      reservations,
      soldReservations: reservations,
      ordersGivenStock: orderId === null ? NONE : [orderId],
      recordedParts: namesOfPart(reservationId, 'fulfillment', fulfillmentId),
    };
  },
  decide: fulfill,
});

/** Deducts what left the warehouse: all, or the named parts. A live hold is confirmed whole first. */
export function fulfill(draft: Draft, command: FulfillCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  const next = TRANSITIONS.fulfill[reservation.status];
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
  const shares = sharesOf(reservation.lines, command.parts);
  if (shares === null) return refuseTooMuch(reservation, command.parts ?? []);
  const short = notOnHand(draft, reservation.lines, shares);
  if (short.length > 0) {
    const { sku } = short[0] ?? {};
    return refuseShort(
      short,
      reservation,
      `Fewer of ${sku} are on hand than were promised. Count them, or fulfill what is there.`,
    );
  }
  const confirmed =
    reservation.status === 'held'
      ? confirmWhole(draft, reservation, { ...command, paymentReference: null })
      : reservation;
  const why = { reservationId: reservation.id, reason: command.fulfillmentId, caller: command.caller };
  const lines = confirmed.lines.map((line, index) => deductFromLine(draft, line, shares[index] ?? [], why));
  const isWhole = lines.every(
    ({ confirmedQuantity, fulfilledQuantity, cancelledQuantity }) =>
      fulfilledQuantity + cancelledQuantity === confirmedQuantity,
  );
  recordNamed(draft, reservation, 'fulfillment', { partId: command.fulfillmentId, parts: command.parts });
  const change: Partial<Reservation> = {
    status: isWhole ? 'fulfilled' : 'confirmed',
    orderId: confirmed.orderId ?? command.orderId,
    lines,
    fulfilledAt: isWhole ? draft.now : null,
  };
  return changed(draft, draft.transition(confirmed, change, ['deducted']));
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

function sum(quantities: readonly number[]): number {
  return quantities.reduce((total, quantity) => total + quantity, 0);
}
