import type { Pages } from './book-pages.ts';
import type { Changes } from './changes.ts';
import type { Reservation } from './reservation.ts';
import type { StockLevel } from './stock-level.ts';

/** The levels of which something was written, as they are now. */
export function touchedLevels(pages: Pages): readonly StockLevel[] {
  return [...pages.touchedLevels.values()].flatMap(
    ({ sku, location }) => pages.levels.get(sku)?.get(location) ?? [],
  );
}

/** What has to be written of a book. @param known its reservations as they were read */
export function changesOf(pages: Pages, known: ReadonlyMap<string, Reservation>): Changes {
  const changed = [...pages.changed].flatMap((id) => pages.reservations.get(id) ?? []);
  return {
    levels: touchedLevels(pages),
    movements: pages.movements,
    created: changed.filter(({ id }) => !known.has(id)),
    updated: changed.filter(({ id }) => known.has(id)),
    relined: changed.filter(({ id, lines }) => {
      const before = known.get(id);
      return before !== undefined && before.lines !== lines;
    }),
    reallocated: changed.filter(({ id, lines }) => {
      const before = known.get(id);
      return before?.lines.some((line, index) => line.allocations !== lines[index]?.allocations) ?? false;
    }),
    events: pages.events,
    refusals: pages.refusals,
    orders: [...pages.changedOrders].flatMap((orderId) => pages.orders.get(orderId) ?? []),
    syncs: pages.syncs,
    fulfillments: pages.newFulfillments,
    importedChunks: pages.importedChunks,
    toReview: pages.toReview,
  };
}
