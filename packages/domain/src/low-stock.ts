import type { Book } from './book.ts';
import type { StockStand } from './changes.ts';
import type { Snapshot } from './snapshot.ts';
import { available, type StockLevel } from './stock-level.ts';

/**
 * Says of each SKU that is watched whether it is low, where that is another thing than before the batch, or was asked.
 * What a batch brings down and up again nobody has seen: it is not told.
 *
 * All levels of such a SKU are locked, so the numbers are exact; `isLow` and the threshold were read before the wait for
 * the locks, so it is the write that decides whether a stand is news.
 */
export function stockStands({ levels, watches }: Snapshot, book: Book): readonly StockStand[] {
  const asRead = new Map<string, StockLevel[]>(watches.map(({ sku }) => [sku, []]));
  for (const level of levels) asRead.get(level.sku)?.push(level);
  return watches.flatMap((watch): StockStand[] => {
    const { sku, threshold } = watch;
    const before = isLow(threshold, asRead.get(sku) ?? []);
    const after = book.levelsOf(sku);
    const now = isLow(threshold, after);
    if (now === before && now === watch.isLow && watch.reviewAskedAt === null) return [];
    const type = now ? 'warehouse.inventory.stock_low' : 'warehouse.inventory.stock_recovered';
    const data = threshold !== null && {
      sku,
      available: availableAmong(after),
      low_stock_threshold: threshold,
    };
    return [{ sku, isLow: now, watch, event: data ? { id: book.newId(), type, data } : null }];
  });
}

/** A SKU that never had stock is not low: there is nothing that it fell from. */
function isLow(threshold: number | null, levels: readonly StockLevel[]): boolean {
  return (
    threshold !== null && levels.some(({ version }) => version > 0) && availableAmong(levels) <= threshold
  );
}

/** An inactive location gives nothing. */
function availableAmong(levels: readonly StockLevel[]): number {
  return levels.reduce((sum, level) => sum + (level.active ? available(level) : 0), 0);
}
