import type { Book } from '../book.ts';
import type { ReserveCommand } from '../commands.ts';
import type { Refusal } from '../refusals.ts';
import type { Allocation, Reservation, ReservationLine } from '../reservation.ts';
import { addUpLines, source, type WantedLine } from '../sourcing.ts';
import { refuse, refuseShort, type SingleTransition } from './transition.ts';

/** Holds stock for an order, all lines or none; without a time to live it is confirmed at once. */
export function reserve(book: Book, command: ReserveCommand): SingleTransition {
  const wanted = addUpLines(command.lines);
  const mistake = findMistake(book, wanted);
  if (mistake) return refuse(mistake);
  const sourced = source(wanted, (sku) => book.levelsOf(sku), command.sourcing);
  if (!sourced.ok) return refuseShort(sourced.short);

  const confirmedAtOnce = command.ttlSeconds === null;
  const lines = wanted.map((line, index) => newLine(line, sourced.allocations[index] ?? [], confirmedAtOnce));
  takeStock(book, command, lines, confirmedAtOnce);

  const held: Reservation = {
    id: command.reservationId,
    status: confirmedAtOnce ? 'confirmed' : 'held',
    orderId: command.orderId,
    cartId: command.cartId,
    storeId: command.storeId,
    source: command.source,
    sourcing: command.sourcing,
    releaseReason: null,
    paymentReference: null,
    expiresAt: command.ttlSeconds === null ? null : book.now + command.ttlSeconds * 1000,
    extensions: 0,
    lines,
    warehouseSync: null,
    metadata: command.metadata,
    version: 1,
    syncCount: 0,
    createdAt: book.now,
    updatedAt: book.now,
    confirmedAt: confirmedAtOnce ? book.now : null,
    releasedAt: null,
    expiredAt: null,
    cancelledAt: null,
    fulfilledAt: null,
  };
  const reservation = confirmedAtOnce ? book.tellWarehouse(held, 'confirm') : held;
  book.announce(reservation, confirmedAtOnce ? 'confirmed' : 'reserved');
  return { reservation: book.put(reservation), changed: true };
}

/** What the caller must mend before stock is even looked at. */
function findMistake(book: Book, wanted: readonly WantedLine[]): Refusal | null {
  const quantities = new Map<string, number>();
  for (const { sku, location, quantity } of wanted) {
    if (!book.skus.has(sku)) return { code: 'unknown_sku', detail: `There is no SKU ${sku}.` };
    if (location !== null && !book.locations.has(location)) {
      return { code: 'unknown_location', detail: `There is no location ${location}.` };
    }
    quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  }
  for (const [sku, quantity] of quantities) {
    const most = book.skus.get(sku)?.maxPerReservation ?? null;
    if (most !== null && quantity > most) {
      return {
        code: 'quantity_limit_exceeded',
        detail: `A reservation may have at most ${most} of ${sku}; this one asks for ${quantity}.`,
      };
    }
  }
  return null;
}

function newLine(
  wanted: WantedLine,
  allocations: readonly Allocation[],
  confirmed: boolean,
): ReservationLine {
  return {
    sku: wanted.sku,
    location: wanted.location,
    quantity: wanted.quantity,
    confirmedQuantity: confirmed ? wanted.quantity : 0,
    fulfilledQuantity: 0,
    cancelledQuantity: 0,
    allocations,
  };
}

function takeStock(
  book: Book,
  command: ReserveCommand,
  lines: readonly ReservationLine[],
  confirmed: boolean,
): void {
  const why = { reservationId: command.reservationId, reason: null, caller: command.caller };
  for (const { sku, allocations } of lines) {
    for (const { location, quantity } of allocations) {
      if (confirmed) book.move({ sku, location }, 'confirm', { allocated: quantity }, why);
      else book.move({ sku, location }, 'reserve', { reserved: quantity }, why);
    }
  }
}
