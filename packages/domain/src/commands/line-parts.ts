import type { ReservationLine } from '../reservation.ts';

/** A share of a reservation's lines, in a confirm or a fulfill. */
export interface LinePart {
  readonly sku: string;
  /** Names an allocation. Null: all of the SKU, first allocation first. */
  readonly location: string | null;
  readonly quantity: number;
}

/**
 * How much of each allocation of each line `parts` name. A part with a location means that allocation; one
 * without means the SKU's allocations in order. Parts that name a location choose first, because they have no
 * choice.
 *
 * @param parts null: everything
 * @returns quantities as `[line][allocation]`, or null when the parts name more than there is
 */
export function sharesOf(
  lines: readonly ReservationLine[],
  parts: readonly LinePart[] | null,
): number[][] | null {
  const left = lines.map((line) =>
    line.allocations.map(({ quantity, fulfilledQuantity }) => quantity - fulfilledQuantity),
  );
  if (parts === null) return left;
  const shares = left.map((line) => line.map(() => 0));
  const locatedFirst = [
    ...parts.filter(({ location }) => location !== null),
    ...parts.filter(({ location }) => location === null),
  ];
  for (const part of locatedFirst) {
    let missing = part.quantity;
    for (const [lineIndex, line] of lines.entries()) {
      if (line.sku !== part.sku) continue;
      const lineLeft = left[lineIndex] ?? [];
      const lineShares = shares[lineIndex] ?? [];
      for (const [index, { location }] of line.allocations.entries()) {
        if (part.location !== null && part.location !== location) continue;
        const take = Math.min(missing, lineLeft[index] ?? 0);
        lineLeft[index] = (lineLeft[index] ?? 0) - take;
        lineShares[index] = (lineShares[index] ?? 0) + take;
        missing -= take;
      }
    }
    if (missing > 0) return null;
  }
  return shares;
}

/** Whether `parts` name just what a confirm has left of the lines: then it is a repeat of that confirm. */
export function confirmedAlready(lines: readonly ReservationLine[], parts: readonly LinePart[]): boolean {
  const whole = lines.map((line) => ({
    ...line,
    allocations: line.allocations.map((allocation) => ({ ...allocation, fulfilledQuantity: 0 })),
  }));
  const shares = sharesOf(whole, parts);
  if (shares === null) return false;
  const named = shares.flat().reduce((sum, quantity) => sum + quantity, 0);
  return named === lines.reduce((sum, { confirmedQuantity }) => sum + confirmedQuantity, 0);
}
