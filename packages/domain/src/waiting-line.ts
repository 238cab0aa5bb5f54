import type { Draft } from './draft.ts';
import type { LevelsOf } from './remaining-stock.ts';
import type { Reservation, ReservationLine } from './reservation.ts';
import type { ShortLine } from './refusals.ts';
import { isAhead, type PlaceInLine, type Wait } from './place-in-line.ts';
import type { WantedLine } from './sourcing.ts';

// Who waits in line for stock, in which order, and what the line keeps others from taking. A waiting
// reservation counts on no level: what it is short of is blocked for those behind it, wherever it may use it,
// and nothing else is.

/** In the order of the line. */
export function byPlace(a: Waiting, b: Waiting): number {
  if (isAhead(a.wait, b.wait)) return -1;
  if (isAhead(b.wait, a.wait)) return 1;
  return a.id < b.id ? -1 : 1;
}

/** A reservation in line. */
export interface Waiting extends Reservation {
  readonly wait: Wait;
}

export function isWaiting(reservation: Reservation): reservation is Waiting {
  return reservation.status === 'waiting' && reservation.wait !== null;
}

/** The locations that may give a line: its pin, those listed, or any (null). */
export function locationsOfLine(
  { locations }: Pick<Reservation, 'locations'>,
  { location }: Pick<ReservationLine, 'location'>,
): readonly (string | null)[] {
  return location === null ? (locations ?? [null]) : [location];
}

/** The SKUs of which a waiting reservation is short. */
export function skusBlockedBy({ lines, wait }: Waiting): readonly string[] {
  return [...new Set(wait.shortLines.flatMap((index) => lines[index]?.sku ?? []))];
}

/**
 * The levels as they are for one in line: what those ahead are short of gives nothing, nor does a paused SKU.
 * All in line are ahead of a newcomer, whatever their priority; it is refused a paused SKU before.
 *
 * @param place null: of a newcomer
 */
export function levelsFor(draft: Draft, place: PlaceInLine | null): LevelsOf {
  return (sku) => {
    const levels = draft.levelsOf(sku);
    if (draft.line.isEmpty) return levels;
    const isPaused = place !== null && draft.skus.get(sku)?.active === false;
    const isBlocked = isPaused ? () => true : blockedLocations(draft, sku, place);
    // With all of it kept back, it has none to give; that it lacks units that are promised stays as it is.
    return levels.map((level) => (isBlocked(level.location) ? { ...level, safetyStock: Infinity } : level));
  };
}

function blockedLocations(
  draft: Draft,
  sku: string,
  place: PlaceInLine | null,
): (location: string) => boolean {
  const blocks = (blocker: PlaceInLine) => place === null || isAhead(blocker, place);
  const blocked = new Set<string | null>();
  for (const blocker of draft.line.blockers) {
    if (blocker.sku === sku && blocks(blocker)) blocked.add(blocker.location);
  }
  for (const waiting of draft.line.waiting()) {
    if (!blocks(waiting.wait)) continue;
    for (const index of waiting.wait.shortLines) {
      const line = waiting.lines[index];
      if (line?.sku !== sku) continue;
      for (const location of locationsOfLine(waiting, line)) blocked.add(location);
    }
  }
  return (location) => blocked.has(null) || blocked.has(location);
}

/** The indexes of short lines among those that were sourced. */
export function shortLinesOf(lines: readonly WantedLine[], short: readonly ShortLine[]): readonly number[] {
  return lines.flatMap(({ sku, location }, index) =>
    short.some((each) => each.sku === sku && (each.location ?? null) === location) ? [index] : [],
  );
}
