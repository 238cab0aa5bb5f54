import type { ReservationLine, SyncLine } from '../reservation.ts';
import type { Shares } from './line-parts.ts';

// Lines that have fewer open units than before. Shares: line-parts.ts.

/** A line of a hold after it gave back units of each allocation. An allocation without units is removed. */
export function withoutHeld(line: ReservationLine, given: readonly number[]): ReservationLine {
  return {
    ...line,
    quantity: line.quantity - sum(given),
    allocations: line.allocations
      .map((allocation, place) => ({ ...allocation, quantity: allocation.quantity - (given[place] ?? 0) }))
      .filter(({ quantity }) => quantity > 0),
  };
}

/** A confirmed line after units of each allocation were cancelled. */
export function withCancelled(line: ReservationLine, cancelled: readonly number[]): ReservationLine {
  return {
    ...line,
    cancelledQuantity: line.cancelledQuantity + sum(cancelled),
    allocations: line.allocations.map((allocation, place) => ({
      ...allocation,
      cancelledQuantity: allocation.cancelledQuantity + (cancelled[place] ?? 0),
    })),
  };
}

/** The units of shares by level, in the order of lines and allocations. */
export function unitsIn(lines: readonly ReservationLine[], shares: Shares): readonly SyncLine[] {
  return lines.flatMap(({ sku, allocations }, index) =>
    allocations.flatMap(({ location }, place) => {
      const quantity = shares[index]?.[place] ?? 0;
      return quantity > 0 ? [{ sku, location, quantity }] : [];
    }),
  );
}

export function sum(quantities: readonly number[]): number {
  return quantities.reduce((total, quantity) => total + quantity, 0);
}
