import type { Refused } from '../outcome.ts';
import type { ShortLine } from '../refusals.ts';
import {
  openQuantity,
  type Allocation,
  type Reservation,
  type ReservationLine,
  type SyncLine,
} from '../reservation.ts';
import type { WantedLine } from '../sourcing.ts';
import { findUnits, withFree, type AddedUnits, type FoundUnits, type Levels } from './added-units.ts';
import { sum, unitsIn, withCancelled, withoutHeld } from './fewer-units.ts';
import { sharesTaken, takeUnits } from './line-parts.ts';
import { listLines, refuse, refuseShort } from './refuse.ts';

/** What a change of lines does. */
export interface LineChanges {
  readonly ok: true;
  /** Those that stay in their order, then the new ones. A line that is as it was is the same object. */
  readonly lines: readonly ReservationLine[];
  readonly givenBack: readonly SyncLine[];
  readonly taken: readonly SyncLine[];
}

/** Units that the lines of a call count: waiting or held, or confirmed and not cancelled. */
export function presentUnits({ status }: Reservation, line: ReservationLine): number {
  const isSold = status === 'confirmed';
  return isSold ? line.confirmedQuantity - line.cancelledQuantity : line.quantity;
}

export function isLineOf(wanted: WantedLine): (line: ReservationLine) => boolean {
  return ({ sku, location }) => sku === wanted.sku && location === wanted.location;
}

/**
 * From the lines of a hold or a confirmed reservation to those that are wanted. If a line gets fewer units,
 * units are given back, from its last allocation first. If it gets more, units are sourced, and units that
 * this change gives back count as free. All other units stay where they are. Changes nothing itself.
 *
 * @param wanted added up, by SKU and pin
 */
export function changeLines(
  before: Reservation,
  wanted: readonly WantedLine[],
  levels: Levels,
  added: AddedUnits,
): LineChanges | Refused {
  const cut = before.lines.map((line) => {
    const { quantity = line.fulfilledQuantity } = wanted.find((each) => isLineOf(each)(line)) ?? {};
    return giveBack(before, line, quantity);
  });
  const tooFew = cut.filter(({ missing }) => missing > 0);
  if (tooFew.length > 0) return refuseFewerThanLeft(before, tooFew);
  const kept = cut.map(({ line }) => line);
  const givenBack = cut.flatMap((each) => each.givenBack);
  const more = wanted.map((each): WantedLine => {
    const line = kept.find(isLineOf(each));
    return { ...each, quantity: Math.max(0, each.quantity - (line ? presentUnits(before, line) : 0)) };
  });
  const found = findUnits(more, kept, withFree(before, levels, givenBack), added);
  const lacks = found.short.length > 0 && added.ifShort === 'reject';
  const lines = resultOf(before, kept, wanted, found.allocations);
  if (lacks || lines.every((line) => presentUnits(before, line) === 0)) {
    return refuseShort(shortInAll(before, kept, found.short), before);
  }
  const taken = wanted.flatMap(({ sku }, index) =>
    (found.allocations[index] ?? []).map(({ location, quantity }) => ({ sku, location, quantity })),
  );
  return { ok: true, lines, givenBack, taken };
}

/** A line after it gave back all but `quantity` units, those that have left included. */
interface Cut {
  readonly line: ReservationLine;
  readonly givenBack: readonly SyncLine[];
  /** Units that it was to give back and that have left. */
  readonly missing: number;
}

function giveBack(before: Reservation, line: ReservationLine, quantity: number): Cut {
  const units = presentUnits(before, line) - quantity;
  if (units <= 0) return { line, givenBack: [], missing: 0 };
  const open = sum(line.allocations.map(openQuantity));
  const part = { sku: line.sku, location: null, quantity: Math.min(units, open) };
  const [given = []] = sharesTaken([line], takeUnits([line], [part], { from: 'last' }) ?? []);
  const after = before.status === 'held' ? withoutHeld(line, given) : withCancelled(line, given);
  return {
    line: after,
    givenBack: unitsIn([line], [given]).toReversed(),
    missing: units - part.quantity,
  };
}

function refuseFewerThanLeft(before: Reservation, tooFew: readonly Cut[]): Refused {
  const lines = tooFew.map(({ line, missing, givenBack }) => {
    const remaining = givenBack.reduce((sum, { quantity }) => sum + quantity, 0);
    const at = line.location === null ? {} : { location: line.location };
    return { sku: line.sku, ...at, requested: remaining + missing, remaining };
  });
  const least = listLines(
    tooFew.map(({ line }) => ({ sku: line.sku, shipped: line.fulfilledQuantity })),
    ({ shipped }) => `at least ${shipped}`,
  );
  return refuse({
    code: 'quantity_exceeds_remaining',
    detail: `A line must keep the units that have shipped (${least}). Nothing was changed.`,
    lines,
    currentStatus: before.status,
  });
}

/** Short lines as whole lines: the units that a line keeps count as available to it. */
function shortInAll(
  before: Reservation,
  kept: readonly ReservationLine[],
  short: FoundUnits['short'],
): readonly ShortLine[] {
  return short.map(({ line, available }) => {
    const own = kept.find(isLineOf(line));
    const present = own ? presentUnits(before, own) : 0;
    const at = line.location === null ? {} : { location: line.location };
    return { sku: line.sku, ...at, requested: present + line.quantity, available: present + available };
  });
}

/**
 * A line that is not wanted any more is removed from a hold. In a confirmed reservation it stays, as history.
 */
function resultOf(
  before: Reservation,
  kept: readonly ReservationLine[],
  wanted: readonly WantedLine[],
  found: FoundUnits['allocations'],
): readonly ReservationLine[] {
  const grownOf = (index: number, line: ReservationLine, each: WantedLine) =>
    grow(before, line, each, found[index] ?? []);
  const old = kept.flatMap((line) => {
    const index = wanted.findIndex((each) => isLineOf(each)(line));
    const want = wanted[index];
    if (!want) return before.status === 'held' ? [] : [line];
    return [grownOf(index, line, want)];
  });
  const added = wanted.flatMap((each, index) =>
    kept.some(isLineOf(each)) ? [] : [grownOf(index, emptyLine(each), each)],
  );
  return [...old, ...added];
}

export function emptyLine({ sku, location }: WantedLine): ReservationLine {
  return {
    sku,
    location,
    quantity: 0,
    requestedQuantity: 0,
    confirmedQuantity: 0,
    fulfilledQuantity: 0,
    cancelledQuantity: 0,
    returnedQuantity: 0,
    allocations: [],
  };
}

function grow(
  before: Reservation,
  line: ReservationLine,
  wanted: WantedLine,
  found: readonly Allocation[],
): ReservationLine {
  const units = found.reduce((sum, { quantity }) => sum + quantity, 0);
  const asked = wanted.quantity - presentUnits(before, line);
  const allocations = units === 0 ? line.allocations : addUp(line.allocations, found);
  if (before.status === 'held') {
    const isSame = units === 0 && line.requestedQuantity === wanted.quantity;
    if (isSame) return line;
    return { ...line, quantity: line.quantity + units, requestedQuantity: wanted.quantity, allocations };
  }
  if (asked === 0) return line;
  const confirmedQuantity = line.confirmedQuantity + units;
  const requestedQuantity = Math.max(line.requestedQuantity, line.confirmedQuantity + asked);
  if (units === 0 && requestedQuantity === line.requestedQuantity) return line;
  const quantity = Math.max(line.quantity, confirmedQuantity);
  return { ...line, quantity, requestedQuantity, confirmedQuantity, allocations };
}

/** Units from a location that the line has already are added there. */
function addUp(allocations: readonly Allocation[], found: readonly Allocation[]): readonly Allocation[] {
  const left = [...found];
  const grown = allocations.map((allocation) => {
    const index = left.findIndex(({ location }) => location === allocation.location);
    const [more] = index < 0 ? [] : left.splice(index, 1);
    return more ? { ...allocation, quantity: allocation.quantity + more.quantity } : allocation;
  });
  return [...grown, ...left];
}
