import type { Quantities, QuantityLine } from '../../actions/action.ts';
import type { Reservation } from '../../api/types.ts';

/** Units of one SKU from one location, as the verbs of a reservation name them. */
export interface Allocation {
  readonly key: string;
  readonly sku: string;
  readonly location: string;
  /** Held or confirmed, and neither shipped nor cancelled. */
  readonly open: number;
  /** Shipped, and not come back. */
  readonly out: number;
}

/** The allocations of all lines, each SKU and location once. */
export function allocationsOf({ lines }: Reservation): Allocation[] {
  const found = new Map<string, Allocation>();
  for (const { sku, allocations } of lines) {
    for (const each of allocations) {
      const key = JSON.stringify([sku, each.location]);
      const before = found.get(key);
      found.set(key, {
        key,
        sku,
        location: each.location,
        open: (before?.open ?? 0) + each.quantity - each.fulfilled_quantity - each.cancelled_quantity,
        out: (before?.out ?? 0) + each.fulfilled_quantity - each.returned_quantity,
      });
    }
  }
  return [...found.values()];
}

type Counted = 'open' | 'out';

export const nameOf = ({ sku, location }: Allocation): string => `${sku} at ${location}`;

/** Inputs for units of allocations, each up to what there is. */
export const quantityLines = (allocations: readonly Allocation[], counted: Counted): QuantityLine[] =>
  allocations
    .filter((each) => each[counted] > 0)
    .map((each) => ({ key: each.key, label: nameOf(each), max: each[counted], hint: `of ${each[counted]}` }));

export const allUnits = (lines: readonly QuantityLine[]): Quantities =>
  Object.fromEntries(lines.map(({ key, max }) => [key, max]));

/** What was entered, as the lines of a call. */
export const partsOf = (allocations: readonly Allocation[], units: Quantities) =>
  allocations.flatMap((each) => {
    const quantity = units[each.key] ?? 0;
    return quantity > 0 ? [{ ...each, quantity }] : [];
  });

/** Whether the units are all that there are: then the call names no lines, and the reservation ends. */
export const isAll = (lines: readonly QuantityLine[], units: Quantities): boolean =>
  lines.every(({ key, max }) => units[key] === max);
