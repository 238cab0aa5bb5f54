import type { StockLevel } from './stock-level.ts';

/**
 * The levels that may give stock, in the order in which they do: at active locations only.
 *
 * @param locations the only ones that may give, in this order. Null: all, the smaller `priority` first, then
 * by name
 */
export function inSourcingOrder(
  levels: readonly StockLevel[],
  locations: readonly string[] | null,
): readonly StockLevel[] {
  const active = levels.filter((level) => level.active);
  if (locations === null) return active.toSorted(byPriority);
  return locations.flatMap((location) => active.filter((level) => level.location === location));
}

function byPriority(a: StockLevel, b: StockLevel): number {
  return a.priority - b.priority || (a.location < b.location ? -1 : a.location > b.location ? 1 : 0);
}
