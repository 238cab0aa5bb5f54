import type { Draft } from '../draft.ts';
import { changed, type ReservationOutcome } from '../outcome.ts';
import { openUnits, type Reservation, type ReservationLine } from '../reservation.ts';
import { source } from '../sourcing.ts';
import { levelsFor } from '../blocked-levels.ts';
import { refuseRefundedPayment } from './late-payment.ts';
import { sharesOf, type LinePart } from './line-parts.ts';
import { refusePromise } from './new-promises.ts';
import { namesAnotherOrder, refuseExpired, refuseOtherOrder, refuseShort, refuseTooMuch } from './refuse.ts';

export interface ConfirmedBy {
  readonly orderId: string | null;
  readonly paymentReference: string | null;
  readonly reason?: string | null;
  readonly caller: string;
}

interface Reacquiring extends ConfirmedBy {
  /** Null: all. */
  readonly parts: readonly LinePart[] | null;
}

/**
 * Sources an expired reservation again by its own sourcing, and confirms it: all units that it had, even if
 * they were fewer than requested. If the stock is gone, it stays expired.
 */
export function reacquire(draft: Draft, expired: Reservation, command: Reacquiring): ReservationOutcome {
  if (namesAnotherOrder(expired, command.orderId)) return refuseOtherOrder('confirmed', expired);
  const paymentReference = command.paymentReference ?? expired.paymentReference;
  const refunded = refuseRefundedPayment(draft, expired, paymentReference);
  if (refunded) return refunded;
  if (draft.isStuck(expired.id)) {
    return refuseExpired('The hold has expired, and its stock is being reconciled. Reserve again.');
  }
  const totals = wantedTotals(expired, command);
  if (totals === null) return refuseTooMuch(expired, command.parts ?? []);
  const wanted = expired.lines.map((line, index) => ({ ...line, quantity: totals[index] ?? 0 }));
  const asked = wanted.filter(({ quantity }) => quantity > 0);
  const refused = refusePromise(draft, {
    customerId: expired.customerId,
    added: asked,
    reservation: expired,
  });
  if (refused) return refused;
  const { sourcing, locations } = expired;
  const sourced = source(asked, levelsFor(draft, null), { sourcing, locations });
  if (!sourced.ok) return refuseShort(sourced.short, expired);
  const why = { reservationId: expired.id, reason: command.reason ?? 'reacquired', caller: command.caller };
  const lines = expired.lines.map((line, index): ReservationLine => {
    const want = wanted[index];
    const allocations = (want && sourced.allocations[asked.indexOf(want)]) ?? [];
    for (const { location, quantity } of allocations) {
      draft.move({ sku: line.sku, location }, 'confirm', { allocated: quantity }, why);
    }
    return { ...line, confirmedQuantity: want?.quantity ?? 0, allocations };
  });
  const reservation = asConfirmed(draft, { ...expired, lines, releaseReason: null }, command);
  return changed(draft, reservation);
}

/** How many units of each line to reacquire. Null: more than the line has. */
function wantedTotals(expired: Reservation, command: Reacquiring): number[] | null {
  if (command.parts === null) return expired.lines.map(({ quantity }) => quantity);
  const shares = sharesOf(expired.lines, command.parts);
  return shares && shares.map((line) => line.reduce((sum, quantity) => sum + quantity, 0));
}

/** Makes a reservation whose stock is allocated `confirmed`, and publishes it. */
export function asConfirmed(draft: Draft, reservation: Reservation, by: ConfirmedBy): Reservation {
  const change = {
    status: 'confirmed',
    orderId: reservation.orderId ?? by.orderId,
    paymentReference: by.paymentReference ?? reservation.paymentReference,
    confirmedAt: draft.now,
  } as const;
  const sync = { action: 'confirm', lines: openUnits(reservation) } as const;
  return draft.transition(reservation, change, ['confirmed'], [sync], by);
}
