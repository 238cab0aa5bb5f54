import type { Book } from '../book.ts';
import { nameOfLevel } from '../book-pages.ts';
import type { FulfillCommand, LinePart } from '../commands.ts';
import type { ShortLine } from '../refusals.ts';
import type { Reservation, ReservationLine } from '../reservation.ts';
import { confirmWhole } from './confirm.ts';
import { sharesOf } from './line-parts.ts';
import {
  namesAnotherOrder,
  refuse,
  refuseExpired,
  refuseOtherOrder,
  refuseShort,
  refuseTooMuch,
  refuseTransition,
  refuseUnknownReservation,
  type Transition,
} from './transition.ts';

/** Deducts what left the warehouse, all that is left or the named parts. A live hold is confirmed whole first. */
export function fulfill(book: Book, command: FulfillCommand): Transition {
  const reservation = book.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  switch (reservation.status) {
    case 'held':
    case 'confirmed':
    case 'fulfilled':
      return deductOnce(book, reservation, command);
    case 'expired':
      return refuseExpired('The hold is past its time. Confirm it with on_expired "reacquire" first.');
    case 'released':
    case 'cancelled':
      return refuseTransition('fulfilled', reservation);
    default:
      return reservation.status satisfies never;
  }
}

function deductOnce(book: Book, reservation: Reservation, command: FulfillCommand): Transition {
  if (namesAnotherOrder(reservation, command.orderId)) return refuseOtherOrder('fulfilled', reservation);
  const earlier = command.fulfillmentId && book.fulfillment(reservation.id, command.fulfillmentId);
  if (earlier) {
    return isSame(earlier.parts, command.parts) ? { reservation, changed: false } : refuseReused(command);
  }
  if (reservation.status !== 'fulfilled') return deduct(book, reservation, command);
  return command.parts === null ? { reservation, changed: false } : refuseTooMuch(reservation);
}

function deduct(book: Book, reservation: Reservation, command: FulfillCommand): Transition {
  const shares = sharesOf(reservation.lines, command.parts);
  if (shares === null) return refuseTooMuch(reservation);
  const short = notOnHand(book, reservation.lines, shares);
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
      ? confirmWhole(book, reservation, { ...command, paymentReference: null })
      : reservation;
  const why = { reservationId: reservation.id, reason: command.fulfillmentId, caller: command.caller };
  const lines = confirmed.lines.map((line, lineIndex): ReservationLine => {
    const deducted = shares[lineIndex] ?? [];
    const total = sum(deducted);
    if (total === 0) return line;
    for (const [index, { location }] of line.allocations.entries()) {
      const quantity = deducted[index] ?? 0;
      if (quantity === 0) continue;
      book.move({ sku: line.sku, location }, 'fulfill', { onHand: -quantity, allocated: -quantity }, why);
    }
    return {
      ...line,
      fulfilledQuantity: line.fulfilledQuantity + total,
      allocations: line.allocations.map((allocation, index) => ({
        ...allocation,
        fulfilledQuantity: allocation.fulfilledQuantity + (deducted[index] ?? 0),
      })),
    };
  });
  const isWhole = lines.every(
    ({ confirmedQuantity, fulfilledQuantity }) => fulfilledQuantity === confirmedQuantity,
  );
  const fulfilled: Reservation = {
    ...confirmed,
    status: isWhole ? 'fulfilled' : 'confirmed',
    orderId: confirmed.orderId ?? command.orderId,
    lines,
    version: confirmed.version + 1,
    updatedAt: book.now,
    fulfilledAt: isWhole ? book.now : null,
  };
  if (command.fulfillmentId !== null) {
    book.recordFulfillment({
      reservationId: fulfilled.id,
      fulfillmentId: command.fulfillmentId,
      parts: command.parts,
    });
  }
  book.announce(fulfilled, 'deducted');
  return { reservation: book.put(fulfilled), changed: true };
}

/** The lines that cannot go out, because less is on hand than was promised (a shortfall). */
function notOnHand(
  book: Book,
  lines: readonly ReservationLine[],
  shares: readonly (readonly number[])[],
): ShortLine[] {
  const taken = new Map<string, number>();
  return lines.flatMap((line, lineIndex) => {
    const asked = shares[lineIndex] ?? [];
    const there = line.allocations.map(({ location }, index) => {
      const level = nameOfLevel({ sku: line.sku, location });
      const left = (book.level(line.sku, location)?.onHand ?? 0) - (taken.get(level) ?? 0);
      const quantity = Math.min(left, asked[index] ?? 0);
      taken.set(level, (taken.get(level) ?? 0) + quantity);
      return quantity;
    });
    if (sum(there) === sum(asked)) return [];
    const pin = line.location === null ? {} : { location: line.location };
    return [{ sku: line.sku, ...pin, requested: sum(asked), available: sum(there) }];
  });
}

/** Whether two fulfillments name the same quantities, in whatever order. */
function isSame(a: readonly LinePart[] | null, b: readonly LinePart[] | null): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));
}

function inOrder(parts: readonly LinePart[] | null): readonly (readonly [string, number])[] | null {
  if (parts === null) return null;
  const quantities = new Map<string, number>();
  for (const { sku, location, quantity } of parts) {
    const name = JSON.stringify([sku, location]);
    quantities.set(name, (quantities.get(name) ?? 0) + quantity);
  }
  return [...quantities].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function refuseReused({ fulfillmentId }: FulfillCommand): Transition {
  return refuse({
    code: 'idempotency_key_reused',
    detail: `Fulfillment ${fulfillmentId} was recorded with other lines. Use a new fulfillment_id for other goods.`,
  });
}

function sum(quantities: readonly number[]): number {
  return quantities.reduce((total, quantity) => total + quantity, 0);
}
