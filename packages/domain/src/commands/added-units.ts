import {
  openQuantity,
  type Allocation,
  type IfShort,
  type Reservation,
  type ReservationLine,
  type Sourcing,
  type SyncLine,
} from '../reservation.ts';
import { source, type SourcingRules, type WantedLine } from '../sourcing.ts';
import type { StockLevel } from '../stock-level.ts';

/** How the units that a change adds are found. */
export interface AddedUnits extends SourcingRules {
  readonly ifShort: IfShort;
}

export type Levels = (sku: string) => readonly StockLevel[];

/** The levels as they are once this change has given its units back. */
export function withFree({ status }: Reservation, levels: Levels, givenBack: readonly SyncLine[]): Levels {
  if (givenBack.length === 0) return levels;
  const counter = status === 'held' ? 'reserved' : 'allocated';
  const freeAt = (level: StockLevel): StockLevel => {
    const ofLevel = givenBack.filter(({ sku, location }) => sku === level.sku && location === level.location);
    const units = ofLevel.reduce((sum, { quantity }) => sum + quantity, 0);
    return { ...level, [counter]: level[counter] - units };
  };
  return (sku) => levels(sku).map(freeAt);
}

export interface FoundUnits {
  /** By line. */
  readonly allocations: readonly (readonly Allocation[])[];
  readonly short: readonly { readonly line: WantedLine; readonly available: number }[];
}

/** Sources added units. With `partial`, short lines are sourced again with the available units. */
export function findUnits(
  more: readonly WantedLine[],
  kept: readonly ReservationLine[],
  levels: Levels,
  { sourcing, locations, ifShort }: AddedUnits,
): FoundUnits {
  const asked = more.map((line) => ({
    line,
    sku: line.sku,
    location: line.location ?? locationToKeep(line, kept, sourcing),
    quantity: line.quantity,
  }));
  const short = new Map<WantedLine, number>();
  for (;;) {
    const wanted = asked.filter(({ quantity }) => quantity > 0);
    const sourced =
      wanted.length > 0
        ? source(wanted, levels, { sourcing, locations })
        : { ok: true as const, allocations: [] };
    if (sourced.ok) {
      return {
        allocations: asked.map((each) => sourced.allocations[wanted.indexOf(each)] ?? []),
        short: shortLines(short),
      };
    }
    // The first of two equal lines is served first. Searching from the last, each line finds its own.
    const lacking = sourced.short.toReversed().map(({ sku, location = null, requested, available }) => {
      const isShort = (each: WantedLine) =>
        each.sku === sku && each.location === location && each.quantity === requested;
      const each = asked.findLast(isShort);
      if (!each) throw new Error(`a short line was not asked for: ${sku}`);
      each.quantity = available;
      return { line: each.line, available };
    });
    for (const { line, available } of lacking.toReversed()) short.set(line, available);
    if (ifShort === 'reject') return { allocations: [], short: shortLines(short) };
  }
}

function shortLines(short: ReadonlyMap<WantedLine, number>): FoundUnits['short'] {
  return [...short].map(([line, available]) => ({ line, available }));
}

/**
 * If the units of a line, or of all lines, have to be together, added units come from the location of the
 * others. Null: the sourcing decides.
 */
function locationToKeep(
  wanted: WantedLine,
  kept: readonly ReservationLine[],
  sourcing: Sourcing,
): string | null {
  if (sourcing !== 'no_split' && sourcing !== 'single_location') return null;
  const together =
    sourcing === 'no_split'
      ? kept.filter(({ sku, location }) => sku === wanted.sku && location === wanted.location)
      : kept;
  const open = together.flatMap(({ allocations }) => allocations.filter((each) => openQuantity(each) > 0));
  const locations = new Set(open.map(({ location }) => location));
  const [only = null] = locations;
  return locations.size === 1 ? only : null;
}
