import type { ExcessLine } from '../refusals.ts';
import { allocate, openQuantity, type ReservationLine } from '../reservation.ts';

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
  const left = lines.map((line) => line.allocations.map(openQuantity));
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

/** What `parts` name of each SKU, and location if named, beyond what is left of the lines. */
export function excessOf(
  lines: readonly ReservationLine[],
  parts: readonly LinePart[],
): readonly ExcessLine[] {
  const asked = new Map<string, LinePart>();
  for (const part of parts) {
    const name = JSON.stringify([part.sku, part.location]);
    asked.set(name, { ...part, quantity: part.quantity + (asked.get(name)?.quantity ?? 0) });
  }
  const wanted = [...asked.values()];
  const leftOf = ({ sku, location }: LinePart) =>
    lines
      .filter((line) => line.sku === sku)
      .flatMap(({ allocations }) => allocations)
      .filter((each) => location === null || each.location === location)
      .reduce((sum, allocation) => sum + openQuantity(allocation), 0);
  return wanted.flatMap((part): ExcessLine[] => {
    // Parts that name a location choose first: what they take is not left for one that names none.
    const taken = wanted.filter(
      ({ sku, location }) => part.location === null && sku === part.sku && location !== null,
    );
    const remaining =
      leftOf(part) - taken.reduce((sum, each) => sum + Math.min(each.quantity, leftOf(each)), 0);
    if (part.quantity <= remaining) return [];
    const at = part.location === null ? {} : { location: part.location };
    return [{ sku: part.sku, ...at, requested: part.quantity, remaining }];
  });
}

/** Whether `parts` name just what a confirm has left of the lines: then it is a repeat of that confirm. */
export function confirmedAlready(lines: readonly ReservationLine[], parts: readonly LinePart[]): boolean {
  const whole = lines.map((line) => ({
    ...line,
    allocations: line.allocations.map(({ location, quantity }) => allocate(location, quantity)),
  }));
  const shares = sharesOf(whole, parts);
  if (shares === null) return false;
  const named = shares.flat().reduce((sum, quantity) => sum + quantity, 0);
  return named === lines.reduce((sum, { confirmedQuantity }) => sum + confirmedQuantity, 0);
}
