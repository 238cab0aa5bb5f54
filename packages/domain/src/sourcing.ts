import type { ShortLine } from './refusals.ts';
import { allocate, type Allocation, type Sourcing } from './reservation.ts';
import { bySourcingOrder } from './sourcing-order.ts';
import { available, availableOfSku, type StockLevel } from './stock-level.ts';

export interface WantedLine {
  readonly sku: string;
  /** The pin: the only location that may give this line. Null: any. */
  readonly location: string | null;
  readonly quantity: number;
}

export type SourcingResult =
  | { readonly ok: true; readonly allocations: readonly (readonly Allocation[])[] }
  | { readonly ok: false; readonly short: readonly ShortLine[] };

/** What a location can give to a line. */
interface Offer {
  readonly location: string;
  readonly quantity: number;
}

/**
 * Decides which locations give `lines`: all of them, or says which are short. Changes nothing; the caller
 * does. However the lines are sourced or pinned, together they get no more of a SKU than may be promised
 * (`availableOfSku`).
 *
 * Pinned lines choose first, because they have no choice. Lines of one SKU and location must be added up
 * already (`addUpLines`), so that the check sees the sum.
 *
 * @param levels all levels of a SKU, those at inactive locations too, in any order
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
    const most = sourcing === 'no_split' ? largestOf(offers) : Math.min(sumOf(offers), left.ofSku(line.sku));
    if (most < line.quantity) {
      short.push(shortLine(line, most));
      continue;
    }
    const chosen =
      sourcing === 'no_split' ? wholeFromOne(offers, line.quantity) : inOrder(offers, line.quantity);
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
      const offer = left.offers(line).find((each) => each.location === location)?.quantity ?? 0;
      if (offer < line.quantity) short.push(shortLine(line, offer));
      else left.take(line.sku, { location, quantity: line.quantity });
    }
    if (short.length === 0) {
      const whole = (line: WantedLine) => [allocate(location, line.quantity)];
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
  readonly #levelsOf: (sku: string) => readonly StockLevel[];
  readonly #skus = new Map<string, RemainingOfSku>();

  constructor(levels: (sku: string) => readonly StockLevel[]) {
    this.#levelsOf = levels;
  }

  /** Units of the SKU that may still be promised, from any location. */
  ofSku(sku: string): number {
    return this.#of(sku).units;
  }

  /** What each location alone could give to the line, in sourcing order. */
  offers(line: WantedLine): Offer[] {
    const { levels, units, taken } = this.#of(line.sku);
    return levels
      .filter((level) => level.active && (line.location === null || line.location === level.location))
      .toSorted(bySourcingOrder)
      .map((level) => ({ location: level.location, quantity: Math.min(freeAt(level, taken), units) }));
  }

  take(sku: string, { location, quantity }: Offer): void {
    const remaining = this.#of(sku);
    remaining.units -= quantity;
    remaining.taken.set(location, (remaining.taken.get(location) ?? 0) + quantity);
  }

  #of(sku: string): RemainingOfSku {
    const known = this.#skus.get(sku);
    if (known) return known;
    const levels = this.#levelsOf(sku);
    const remaining = { levels, units: availableOfSku(levels), taken: new Map<string, number>() };
    this.#skus.set(sku, remaining);
    return remaining;
  }
}

interface RemainingOfSku {
  readonly levels: readonly StockLevel[];
  /** Units of the SKU that may still be promised. */
  units: number;
  /** By location. */
  readonly taken: Map<string, number>;
}

function freeAt(level: StockLevel, taken: ReadonlyMap<string, number>): number {
  return available(level) - (taken.get(level.location) ?? 0);
}

/** @param wanted at most the sum of the offers */
function inOrder(offers: readonly Offer[], wanted: number): Allocation[] {
  const chosen: Allocation[] = [];
  let missing = wanted;
  for (const offer of offers) {
    if (missing === 0) break;
    const quantity = Math.min(offer.quantity, missing);
    if (quantity === 0) continue;
    chosen.push(allocate(offer.location, quantity));
    missing -= quantity;
  }
  return chosen;
}

/** @param wanted at most the largest offer */
function wholeFromOne(offers: readonly Offer[], wanted: number): Allocation[] {
  const offer = offers.find(({ quantity }) => quantity >= wanted);
  return offer ? [allocate(offer.location, wanted)] : [];
}

const largestOf = (offers: readonly Offer[]): number =>
  Math.max(0, ...offers.map(({ quantity }) => quantity));

const sumOf = (offers: readonly Offer[]): number => offers.reduce((sum, { quantity }) => sum + quantity, 0);

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
