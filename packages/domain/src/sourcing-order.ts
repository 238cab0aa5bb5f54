import type { StockLevel } from './stock-level.ts';

/** Which location gives first: the one with the smaller `priority`, then the one whose name comes first. */
export function bySourcingOrder(
  a: Pick<StockLevel, 'priority' | 'location'>,
  b: Pick<StockLevel, 'priority' | 'location'>,
): number {
  return a.priority - b.priority || (a.location < b.location ? -1 : a.location > b.location ? 1 : 0);
}
