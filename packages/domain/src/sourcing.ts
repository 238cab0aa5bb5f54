import type { ShortLine } from './refusals.ts';
import { RemainingStock, type LevelsOf, type Offer } from './remaining-stock.ts';
import { allocate, type Allocation, type IfShort, type Sourcing } from './reservation.ts';
import { inSourcingOrder } from './sourcing-order.ts';
import type { StockLevel } from './stock-level.ts';

export interface WantedLine {
  readonly sku: string;
  /** The pin: the only location that may give this line. Null: any. */
  readonly location: string | null;
  readonly quantity: number;
}

/** The locations that may give stock, and what happens if it is short. Of a reservation and its create. */
export interface SourcingRules {
  readonly sourcing: Sourcing;
  /** The only locations that may give, in this order. Null: all, by their priority. */
  readonly locations: readonly string[] | null;
  /**
   * Default: `reject`. `partial` takes the available units of each line, and is refused if there are none.
   */
  readonly ifShort?: IfShort;
}

export type SourcingResult =
  | { readonly ok: true; readonly allocations: readonly (readonly Allocation[])[] }
  | { readonly ok: false; readonly short: readonly ShortLine[] };

/**
 * Decides which locations give `lines`: all of them, or says which are short. Changes nothing; the caller
 * does. However the lines are sourced, pinned or listed, together they get no more of a SKU than may be
 * promised (`availableOfSku`).
 *
 * Pinned lines choose first, because they have no choice. A pin outside `locations` gets nothing. Lines of
 * one SKU and location must be added up already (`addUpLines`), so that the check sees the sum.
 *
 * @returns the allocations of each line, in the order of `lines`; of `partial`, what there is
 */
export function source(lines: readonly WantedLine[], levels: LevelsOf, rules: SourcingRules): SourcingResult {
  const { sourcing } = rules;
  switch (sourcing) {
    case 'split':
    case 'no_split':
      return sourceEachLine(lines, levels, rules);
    case 'single_location':
      return sourceFromOneLocation(lines, levels, rules);
    case 'prefer_single_location': {
      const fromOne = sourceFromOneLocation(lines, levels, rules);
      return fromOne.ok ? fromOne : sourceEachLine(lines, levels, rules);
    }
    default:
      return sourcing satisfies never;
  }
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

/** Each line from as many locations as it takes, or, with `no_split`, from one. */
function sourceEachLine(
  lines: readonly WantedLine[],
  levels: LevelsOf,
  { sourcing, locations, ifShort }: SourcingRules,
): SourcingResult {
  const left = new RemainingStock(levels, locations);
  const isWhole = sourcing === 'no_split';
  const takesWhatThereIs = ifShort === 'partial';
  const allocations: Allocation[][] = lines.map(() => []);
  const short: ShortLine[] = [];
  for (const index of pinnedFirst(lines)) {
    const line = lines[index] as WantedLine;
    const offers = left.offers(line);
    const most = isWhole ? largestOf(offers) : Math.min(sumOf(offers), left.ofSku(line.sku));
    if (most < line.quantity) {
      short.push(shortLine(line, most));
      if (!takesWhatThereIs) continue;
    }
    const quantity = Math.min(line.quantity, most);
    const chosen = isWhole ? wholeFromOne(offers, quantity) : inOrder(offers, quantity);
    for (const allocation of chosen) left.take(line.sku, allocation);
    allocations[index] = chosen;
  }
  const isRefused = short.length > 0 && !(takesWhatThereIs && allocations.some((each) => each.length > 0));
  return isRefused ? { ok: false, short } : { ok: true, allocations };
}

/**
 * The first location that can give everything. If none can: the short lines at the one that can give most.
 */
function sourceFromOneLocation(
  lines: readonly WantedLine[],
  levels: LevelsOf,
  { locations }: SourcingRules,
): SourcingResult {
  const candidates = new Map<string, StockLevel>();
  for (const line of lines) for (const level of levels(line.sku)) candidates.set(level.location, level);
  let closest: ShortLine[] | null = null;
  for (const { location } of inSourcingOrder([...candidates.values()], locations)) {
    const left = new RemainingStock(levels, locations);
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
  const offer = wanted > 0 && offers.find(({ quantity }) => quantity >= wanted);
  return offer ? [allocate(offer.location, wanted)] : [];
}

const largestOf = (offers: readonly Offer[]): number =>
  Math.max(0, ...offers.map(({ quantity }) => quantity));

const sumOf = (offers: readonly { readonly quantity: number }[]): number =>
  offers.reduce((sum, { quantity }) => sum + quantity, 0);

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
