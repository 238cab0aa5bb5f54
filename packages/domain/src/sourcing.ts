import type { ShortLine } from './refusals.ts';
import type { Allocation, Sourcing } from './reservation.ts';
import { available, bySourcingOrder, type StockLevel } from './stock-level.ts';

export interface WantedLine {
  readonly sku: string;
  /** The pin: the only location that may give this line. Null: any. */
  readonly location: string | null;
  readonly quantity: number;
}

export type SourcingResult =
  | { readonly ok: true; readonly allocations: readonly (readonly Allocation[])[] }
  | { readonly ok: false; readonly short: readonly ShortLine[] };

/**
 * Decides which locations give `lines`: all of them, or says which are short. Takes nothing; the caller does.
 *
 * Pinned lines choose first, because they have no choice. Lines of one SKU and location must be added up already
 * (`addUpLines`), so that the check sees the sum.
 *
 * @param levels the levels of a SKU, in any order
 * @returns the allocations of each line, in the order of `lines`
 */
export function source(
  lines: readonly WantedLine[],
  levels: (sku: string) => readonly StockLevel[],
  sourcing: Sourcing,
): SourcingResult {
  if (sourcing === 'single_location') return sourceFromOneLocation(lines, levels);
  const left = new Remaining(levels);
  const allocations: Allocation[][] = lines.map(() => []);
  const short: ShortLine[] = [];
  for (const index of pinnedFirst(lines)) {
    const line = lines[index] as WantedLine;
    const offers = left.offers(line);
    const chosen =
      sourcing === 'no_split' ? wholeFromOne(offers, line.quantity) : inOrder(offers, line.quantity);
    if (chosen === null) {
      const amounts = offers.map((offer) => offer.quantity);
      const most =
        sourcing === 'no_split' ? Math.max(0, ...amounts) : amounts.reduce((sum, each) => sum + each, 0);
      short.push(shortLine(line, most));
      continue;
    }
    for (const allocation of chosen) left.take(line.sku, allocation);
    allocations[index] = chosen;
  }
  return short.length > 0 ? { ok: false, short } : { ok: true, allocations };
}

/** Adds up lines of one SKU and pin, in order of first mention. */
export function addUpLines(lines: readonly WantedLine[]): readonly WantedLine[] {
  if (lines.length === 1) return lines;
  const byTarget = new Map<string, WantedLine>();
  for (const line of lines) {
    const target = JSON.stringify([line.sku, line.location]);
    const sofar = byTarget.get(target);
    byTarget.set(target, sofar ? { ...sofar, quantity: sofar.quantity + line.quantity } : line);
  }
  return [...byTarget.values()];
}

/** The first location that can give everything; else the short lines at the one that comes closest. */
function sourceFromOneLocation(
  lines: readonly WantedLine[],
  levels: (sku: string) => readonly StockLevel[],
): SourcingResult {
  const candidates = new Map<string, StockLevel>();
  for (const line of lines) {
    for (const level of levels(line.sku)) if (level.active) candidates.set(level.location, level);
  }
  let closest: ShortLine[] | null = null;
  for (const { location } of [...candidates.values()].toSorted(bySourcingOrder)) {
    const left = new Remaining(levels);
    const short: ShortLine[] = [];
    for (const line of lines) {
      const pinnedElsewhere = line.location !== null && line.location !== location;
      const offer = pinnedElsewhere ? 0 : left.at(line.sku, location);
      if (offer < line.quantity) short.push(shortLine(line, offer));
      else left.take(line.sku, { location, quantity: line.quantity });
    }
    if (short.length === 0) {
      const whole = (line: WantedLine) => [{ location, quantity: line.quantity, fulfilledQuantity: 0 }];
      return { ok: true, allocations: lines.map(whole) };
    }
    if (closest === null || isCloser(short, closest)) closest = short;
  }
  return { ok: false, short: closest ?? lines.map((line) => shortLine(line, 0)) };
}

/** Fewer lines are short, or, with as many, less is missing. */
function isCloser(a: readonly ShortLine[], b: readonly ShortLine[]): boolean {
  return a.length < b.length || (a.length === b.length && missingUnits(a) < missingUnits(b));
}

function missingUnits(lines: readonly ShortLine[]): number {
  return lines.reduce((sum, line) => sum + line.requested - line.available, 0);
}

/** What is still free while one reservation is being sourced. */
class Remaining {
  readonly #taken = new Map<string, number>();
  readonly #levels: (sku: string) => readonly StockLevel[];

  constructor(levels: (sku: string) => readonly StockLevel[]) {
    this.#levels = levels;
  }

  /** What each location could give to the line, in sourcing order. */
  offers(line: WantedLine): { location: string; quantity: number }[] {
    return this.#levels(line.sku)
      .filter((level) => level.active && (line.location === null || line.location === level.location))
      .toSorted(bySourcingOrder)
      .map((level) => ({ location: level.location, quantity: this.#free(level) }));
  }

  at(sku: string, location: string): number {
    const level = this.#levels(sku).find((each) => each.location === location && each.active);
    return level ? this.#free(level) : 0;
  }

  take(sku: string, { location, quantity }: { location: string; quantity: number }): void {
    const key = JSON.stringify([sku, location]);
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + quantity);
  }

  #free(level: StockLevel): number {
    if (this.#taken.size === 0) return available(level);
    return Math.max(
      0,
      available(level) - (this.#taken.get(JSON.stringify([level.sku, level.location])) ?? 0),
    );
  }
}

function inOrder(
  offers: readonly { location: string; quantity: number }[],
  wanted: number,
): Allocation[] | null {
  const chosen: Allocation[] = [];
  let missing = wanted;
  for (const offer of offers) {
    if (missing === 0) break;
    const quantity = Math.min(offer.quantity, missing);
    if (quantity === 0) continue;
    chosen.push({ location: offer.location, quantity, fulfilledQuantity: 0 });
    missing -= quantity;
  }
  return missing === 0 ? chosen : null;
}

function wholeFromOne(
  offers: readonly { location: string; quantity: number }[],
  wanted: number,
): Allocation[] | null {
  const offer = offers.find((each) => each.quantity >= wanted);
  return offer ? [{ location: offer.location, quantity: wanted, fulfilledQuantity: 0 }] : null;
}

function pinnedFirst(lines: readonly WantedLine[]): number[] {
  const order = lines.map((_line, index) => index);
  const pinned = (index: number) => (lines[index]?.location === null ? 1 : 0);
  return order.toSorted((a, b) => pinned(a) - pinned(b));
}

function shortLine(line: WantedLine, most: number): ShortLine {
  return {
    sku: line.sku,
    ...(line.location === null ? {} : { location: line.location }),
    requested: line.quantity,
    available: most,
  };
}
