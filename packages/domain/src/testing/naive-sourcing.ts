import type { ShortLine } from '../refusals.ts';
import type { SourcingRules, WantedLine } from '../sourcing.ts';

/** One unit of one line, at its location: the model knows no quantities, only units. */
export interface NaiveUnit {
  /** Index of its line. */
  line: number;
  location: string;
  fate: 'held' | 'given back' | 'sold' | 'out' | 'returned' | 'cancelled';
}

/** The result: all units, by line and then in sourcing order, or the short lines. */
export type Chosen = { readonly units: readonly NaiveUnit[] } | { readonly short: readonly ShortOf[] };

/** A short line, and its index. */
export type ShortOf = ShortLine & { readonly of: number };

export function withoutIndex(short: readonly ShortOf[]): readonly ShortLine[] {
  return short.map(({ of: _of, ...line }) => line);
}

/** What sourcing must know. */
export interface Offer {
  /** Active locations that may give, in sourcing order. */
  readonly locations: readonly string[];
  readonly available: (sku: string, location: string) => number;
  /** Units of the SKU for sale, less those that are promised and missing at other locations. */
  readonly unowed: (sku: string) => number;
}

/** Chooses unit by unit, and counts the remaining units before each. Lines of nothing choose nothing. */
export function chooseUnits(lines: readonly WantedLine[], rules: SourcingRules, stock: Offer): Chosen {
  const { sourcing } = rules;
  const triesOne = sourcing === 'single_location' || sourcing === 'prefer_single_location';
  let chosen = triesOne ? chooseOneForAll(lines, stock) : chooseLineByLine(lines, rules, stock);
  if ('short' in chosen && sourcing === 'prefer_single_location') {
    chosen = chooseLineByLine(lines, { ...rules, sourcing: 'split' }, stock);
  }
  if ('short' in chosen) return chosen;
  return { units: chosen.units.toSorted((one, other) => one.line - other.line) };
}

function chooseLineByLine(
  lines: readonly WantedLine[],
  { sourcing, ifShort }: SourcingRules,
  stock: Offer,
): Chosen {
  const units: NaiveUnit[] = [];
  const short: ShortOf[] = [];
  const indexes = lines.map((_line, index) => index);
  const isPinned = (index: number) => lines[index]?.location !== null;
  for (const index of [...indexes.filter(isPinned), ...indexes.filter((each) => !isPinned(each))]) {
    const line = lineAt(lines, index);
    const left = (location: string) => leftAt(location, lines, units, line, stock);
    const places = stock.locations.filter((each) => line.location === null || line.location === each);
    const mine: NaiveUnit[] = [];
    if (sourcing === 'no_split') {
      const place = places.find((each) => left(each) >= line.quantity);
      if (place !== undefined) mine.push(...unitsAt(place, index, line.quantity));
    } else {
      for (const place of places) {
        const unowed = stock.unowed(line.sku) - count(lines, [...units, ...mine], line);
        mine.push(...unitsAt(place, index, Math.min(left(place), unowed, line.quantity - mine.length)));
      }
    }
    if (mine.length < line.quantity) {
      const most = sourcing === 'no_split' ? Math.max(0, ...places.map(left)) : mine.length;
      short.push(shortLine(line, most, index));
    }
    if (mine.length === line.quantity || ifShort === 'partial') units.push(...mine);
  }
  if (ifShort === 'partial' && units.length > 0) return { units };
  return short.length > 0 ? { short } : { units };
}

/** The first location that can give all; otherwise the short lines at the location that lacks least. */
function chooseOneForAll(lines: readonly WantedLine[], stock: Offer): Chosen {
  const tries = stock.locations.map((location) => tryOne(lines, location, stock));
  const whole = tries.find(({ short }) => short.length === 0);
  if (whole) return { units: whole.units };
  const [closest] = tries.toSorted(
    (one, other) =>
      one.short.length - other.short.length || unitsMissing(one.short) - unitsMissing(other.short),
  );
  const all = lines.map((line, index) => shortLine(line, 0, index));
  const short = closest?.short ?? all.filter(({ requested }) => requested > 0);
  return short.length > 0 ? { short } : { units: [] };
}

function unitsMissing(short: readonly ShortLine[]): number {
  return short.reduce((sum, { requested, available }) => sum + requested - available, 0);
}

function tryOne(lines: readonly WantedLine[], location: string, stock: Offer) {
  const units: NaiveUnit[] = [];
  const short: ShortOf[] = [];
  for (const [index, line] of lines.entries()) {
    const isElsewhere = line.location !== null && line.location !== location;
    const left = isElsewhere ? 0 : leftAt(location, lines, units, line, stock);
    if (left >= line.quantity) units.push(...unitsAt(location, index, line.quantity));
    else short.push(shortLine(line, left, index));
  }
  return { units, short };
}

/** The remaining units of a location for one line, without chosen ones. */
function leftAt(
  location: string,
  lines: readonly WantedLine[],
  units: readonly NaiveUnit[],
  line: WantedLine,
  stock: Offer,
): number {
  const chosenHere = units.filter((unit) => unit.location === location);
  return Math.min(
    stock.available(line.sku, location) - count(lines, chosenHere, line),
    stock.unowed(line.sku) - count(lines, units, line),
  );
}

/** How many of the units are of the line's SKU. */
function count(lines: readonly WantedLine[], units: readonly NaiveUnit[], { sku }: WantedLine): number {
  return units.filter(({ line }) => lines[line]?.sku === sku).length;
}

function unitsAt(location: string, line: number, quantity: number): NaiveUnit[] {
  return Array.from({ length: quantity }, () => ({ line, location, fate: 'held' }));
}

function lineAt(lines: readonly WantedLine[], index: number): WantedLine {
  const line = lines[index];
  if (!line) throw new Error(`no line ${index}`);
  return line;
}

function shortLine({ sku, location, quantity }: WantedLine, available: number, of: number): ShortOf {
  return { sku, ...(location === null ? {} : { location }), requested: quantity, available, of };
}
