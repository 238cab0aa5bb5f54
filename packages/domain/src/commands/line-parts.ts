import type { ExcessLine } from '../refusals.ts';
import { allocate, openQuantity, type Allocation, type ReservationLine } from '../reservation.ts';

/** A share of a reservation's lines: to confirm, fulfill, give back, cancel or return. */
export interface LinePart {
  readonly sku: string;
  /** Names an allocation. Null: all of the SKU. */
  readonly location: string | null;
  readonly quantity: number;
}

/** Units of one allocation that a part takes. */
export interface Taken<Part extends LinePart = LinePart> {
  readonly part: Part;
  readonly line: number;
  readonly allocation: number;
  readonly quantity: number;
}

/** How many units of an allocation a call may take. */
export type UnitsOf = (allocation: Allocation) => number;

/**
 * From which allocation a part without a location takes first: goods leave from the first, and are given back
 * from the last.
 */
type From = 'first' | 'last';

/**
 * The units of each allocation that `parts` take. A part with a location means that allocation; one without
 * means the SKU's allocations. Parts that name a location choose first, because they have no choice.
 *
 * @returns null when the parts name more than there is
 */
export function takeUnits<Part extends LinePart>(
  lines: readonly ReservationLine[],
  parts: readonly Part[],
  { unitsOf = openQuantity, from = 'first' }: { readonly unitsOf?: UnitsOf; readonly from?: From } = {},
): readonly Taken<Part>[] | null {
  const sources = lines.flatMap(({ sku, allocations }, line) =>
    allocations.map((each, allocation) => ({
      sku,
      location: each.location,
      line,
      allocation,
      left: unitsOf(each),
    })),
  );
  if (from === 'last') sources.reverse();
  const taken: Taken<Part>[] = [];
  for (const part of parts.toSorted((a, b) => Number(a.location === null) - Number(b.location === null))) {
    let missing = part.quantity;
    for (const source of sources) {
      if (source.sku !== part.sku || (part.location !== null && part.location !== source.location)) continue;
      const quantity = Math.min(missing, source.left);
      if (quantity === 0) continue;
      source.left -= quantity;
      missing -= quantity;
      taken.push({ part, line: source.line, allocation: source.allocation, quantity });
    }
    if (missing > 0) return null;
  }
  return taken;
}

/** Quantities as `[line][allocation]`. */
export type Shares = readonly (readonly number[])[];

export function sharesTaken(lines: readonly ReservationLine[], taken: readonly Taken[]): Shares {
  const shares = lines.map(({ allocations }) => allocations.map(() => 0));
  for (const { line, allocation, quantity } of taken) {
    const ofLine = shares[line] ?? [];
    ofLine[allocation] = (ofLine[allocation] ?? 0) + quantity;
  }
  return shares;
}

/**
 * The open units of each allocation of each line that `parts` name.
 *
 * @param parts null: everything
 * @returns null when the parts name more than there is
 */
export function sharesOf(
  lines: readonly ReservationLine[],
  parts: readonly LinePart[] | null,
  from: From = 'first',
): Shares | null {
  if (parts === null) return lines.map((line) => line.allocations.map(openQuantity));
  const taken = takeUnits(lines, parts, { from });
  return taken && sharesTaken(lines, taken);
}

/** Units that `parts` name in excess of the lines, for each SKU, and location if named. */
export function excessOf(
  lines: readonly ReservationLine[],
  parts: readonly LinePart[],
  unitsOf: UnitsOf = openQuantity,
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
      .reduce((sum, allocation) => sum + unitsOf(allocation), 0);
  return wanted.flatMap((part): ExcessLine[] => {
    // Parts that name a location choose first. Parts without one get the rest.
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

/** Whether `parts` name exactly the confirmed units: then it is a repeat of that confirm. */
export function confirmedAlready(lines: readonly ReservationLine[], parts: readonly LinePart[]): boolean {
  const whole = lines.map((line) => ({
    ...line,
    allocations: line.allocations.map(({ location, quantity }) => allocate(location, quantity)),
  }));
  const taken = takeUnits(whole, parts);
  if (taken === null) return false;
  const named = taken.reduce((sum, { quantity }) => sum + quantity, 0);
  return named === lines.reduce((sum, { confirmedQuantity }) => sum + confirmedQuantity, 0);
}
