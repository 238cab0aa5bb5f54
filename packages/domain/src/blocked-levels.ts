import type { Draft } from './draft.ts';
import { isAhead, type PlaceInLine } from './place-in-line.ts';
import type { LevelsOf } from './remaining-stock.ts';
import type { StockLevel } from './stock-level.ts';
import { locationsOfLine } from './waiting-line.ts';

/**
 * The levels as one reservation in line may use them: levels that reservations ahead are short of give
 * nothing, and a paused SKU gives nothing. All reservations in line are ahead of a new one, whatever their
 * priority. (A paused SKU is refused earlier.)
 *
 * @param place null: of a newcomer
 */
export function levelsFor(draft: Draft, place: PlaceInLine | null): LevelsOf {
  return (sku) => {
    const levels = draft.levelsOf(sku);
    if (draft.line.isEmpty) return levels;
    const isPaused = place !== null && draft.skus.get(sku)?.active === false;
    const isBlocked = isPaused ? () => true : blockedLocations(draft, sku, place);
    return levels.map((level) => (isBlocked(level.location) ? givingNothing(level) : level));
  };
}

/** If all units are kept back, the level can give none. A lack of promised units is not changed by this. */
const givingNothing = (level: StockLevel): StockLevel => ({ ...level, safetyStock: Infinity });

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
