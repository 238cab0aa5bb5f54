import type { NewSync } from './changes.ts';
import type { Reservation, SyncAction, WarehouseSync } from './reservation.ts';

/** A sync for the Warehouse Gateway: all that the reservation has at its locations and that has not left. */
export function newSync(id: string, reservation: Reservation, action: SyncAction): NewSync {
  const lines = reservation.lines
    .flatMap(({ sku, allocations }) =>
      allocations.map(({ location, quantity, fulfilledQuantity }) => ({
        sku,
        location,
        quantity: quantity - fulfilledQuantity,
      })),
    )
    .filter(({ quantity }) => quantity > 0);
  return {
    id,
    reservationId: reservation.id,
    ordinal: reservation.syncCount + 1,
    action,
    orderId: reservation.orderId,
    lines,
  };
}

/** How a reservation shows a sync that waits. @param now epoch milliseconds */
export function asPending({ id, action }: NewSync, now: number): WarehouseSync {
  return {
    id,
    action,
    state: 'pending',
    attempts: 0,
    lastStatus: null,
    lastError: null,
    nextAttemptAt: now,
  };
}
