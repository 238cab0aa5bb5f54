import { nameOfLevel } from '../draft-state.ts';
import { openQuantity, type ReservationLine } from '../reservation.ts';
import type { LinePart } from './line-parts.ts';

// Selects the open units of a reservation that are to move. moved-units.ts chooses their new locations.

/** Units of one SKU that are to leave their locations. */
export interface Shift {
  readonly sku: string;
  /** Null: where the reservation's rules find stock, but never where the units are now. */
  readonly to: string | null;
  readonly units: readonly UnitsThere[];
}

/** Open units of a line at a location. */
export interface UnitsThere {
  readonly sku: string;
  /** The index of the line. */
  readonly line: number;
  readonly from: string;
  readonly quantity: number;
}

/** Units of a SKU that are to leave a location. */
export interface WantedMove {
  readonly sku: string;
  readonly from: string;
  /** Null: sourced anew by the reservation's rules. */
  readonly to: string | null;
  /** Null: all that are open there. */
  readonly quantity: number | null;
}

/**
 * The units that a reallocate means. If a SKU has several lines, lines without a pin give their units first.
 * Null: more are named than there are.
 */
export function shiftsFrom(
  lines: readonly ReservationLine[],
  wanted: readonly WantedMove[],
): readonly Shift[] | null {
  const left = lines.map(({ allocations }) => allocations.map(openQuantity));
  const pinnedLast = lines
    .map((line, index) => ({ ...line, index }))
    .toSorted((a, b) => Number(a.location !== null) - Number(b.location !== null));
  const shifts: Shift[] = [];
  for (const { sku, from, to, quantity } of inOrderOfChoice(wanted)) {
    const units: UnitsThere[] = [];
    let missing = quantity ?? Infinity;
    for (const { sku: ofLine, index, allocations } of pinnedLast) {
      const at = allocations.findIndex(({ location }) => location === from);
      const take = Math.min(missing, left[index]?.[at] ?? 0);
      if (ofLine !== sku || take === 0) continue;
      left[index]?.splice(at, 1, (left[index][at] ?? 0) - take);
      units.push({ sku, line: index, from, quantity: take });
      missing -= take;
    }
    if (quantity === null ? units.length === 0 : missing > 0) return null;
    shifts.push({ sku, to, units });
  }
  return shifts;
}

/** Lines with a quantity choose first: lines without one take the rest. */
function inOrderOfChoice(wanted: readonly WantedMove[]): readonly WantedMove[] {
  return wanted.toSorted((a, b) => Number(a.quantity === null) - Number(b.quantity === null));
}

/**
 * The units that have to move so that each part can leave from the location that it names. They come from
 * allocations at other locations, the last allocation first, except units that another part takes there.
 * Null: the SKUs have fewer units left than the parts name.
 */
export function shiftsToShip(
  lines: readonly ReservationLine[],
  parts: readonly LinePart[],
): readonly Shift[] | null {
  const open = lines.flatMap(({ sku, allocations }, line) =>
    allocations.map((each) => ({ sku, line, from: each.location, left: openQuantity(each) })),
  );
  const take = (from: typeof open, quantity: number): UnitsThere[] => {
    let missing = quantity;
    return from.flatMap((each) => {
      const taken = Math.min(missing, each.left);
      each.left -= taken;
      missing -= taken;
      return taken > 0 ? [{ sku: each.sku, line: each.line, from: each.from, quantity: taken }] : [];
    });
  };
  const missing = locatedParts(parts).map(({ sku, to, quantity }) => {
    const there = take(
      open.filter((each) => each.sku === sku && each.from === to),
      quantity,
    );
    return { sku, to, quantity: quantity - sumOf(there) };
  });
  const shifts = missing
    .filter(({ quantity }) => quantity > 0)
    .map(({ sku, to, quantity }) => {
      const elsewhere = open.filter((each) => each.sku === sku).toReversed();
      return { sku, to, quantity, units: take(elsewhere, quantity) };
    });
  return shifts.every(({ units, quantity }) => sumOf(units) === quantity) ? shifts : null;
}

/** Parts that name a location, added up. */
function locatedParts(parts: readonly LinePart[]) {
  const byLevel = new Map<string, { sku: string; to: string; quantity: number }>();
  for (const { sku, location, quantity } of parts) {
    if (location === null) continue;
    const name = nameOfLevel({ sku, location });
    byLevel.set(name, { sku, to: location, quantity: quantity + (byLevel.get(name)?.quantity ?? 0) });
  }
  return [...byLevel.values()];
}

function sumOf(units: readonly UnitsThere[]): number {
  return units.reduce((sum, { quantity }) => sum + quantity, 0);
}
