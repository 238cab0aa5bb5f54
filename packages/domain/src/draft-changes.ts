import type { DraftState } from './draft-state.ts';
import type { Changes } from './changes.ts';
import type { Reservation } from './reservation.ts';
import type { StockLevel } from './stock-level.ts';

/** The levels of which something was written, as they are now. */
export function touchedLevels(state: DraftState): readonly StockLevel[] {
  return [...state.touchedLevels.values()].flatMap(
    ({ sku, location }) => state.levels.get(sku)?.get(location) ?? [],
  );
}

/** What has to be written. @param read the reservations as they were read */
export function changesOf(state: DraftState, read: readonly Reservation[]): Changes {
  const known = new Map(read.map((reservation) => [reservation.id, reservation]));
  const changed = [...state.changed].flatMap((id) => state.reservations.get(id) ?? []);
  return {
    levels: touchedLevels(state),
    movements: state.movements,
    created: changed.filter(({ id }) => !known.has(id)),
    updated: changed.filter(({ id }) => known.has(id)),
    linesChanged: changed.filter(({ id, lines }) => {
      const before = known.get(id);
      return before !== undefined && before.lines !== lines;
    }),
    reallocated: changed.filter(({ id, lines }) => {
      const before = known.get(id);
      return before?.lines.some((line, index) => line.allocations !== lines[index]?.allocations) ?? false;
    }),
    events: state.events,
    refusals: state.refusals,
    orders: [...state.changedOrders].flatMap((orderId) => state.orders.get(orderId) ?? []),
    syncs: state.syncs,
    fulfillments: state.newFulfillments,
    refusedPayments: state.newRefusedPayments,
    importedChunks: state.importedChunks,
    toReview: state.toReview,
  };
}
