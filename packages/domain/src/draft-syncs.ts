import type { DraftState } from './draft-state.ts';
import type { Reservation, SyncAction } from './reservation.ts';

/**
 * Adds a sync for the Warehouse Gateway, after all earlier syncs of the reservation: all that it has at its
 * locations and that has not left. Which earlier syncs it supersedes is decided when it is sent
 * (packages/warehouse/src/sync-store.ts).
 *
 * @param now epoch milliseconds
 * @returns the reservation, which shows the sync
 */
export function addSync(
  { syncs, trace }: DraftState,
  id: string,
  now: number,
  reservation: Reservation,
  action: SyncAction,
): Reservation {
  const ordinal = reservation.syncCount + 1;
  const lines = reservation.lines
    .flatMap(({ sku, allocations }) =>
      allocations.map(({ location, quantity, fulfilledQuantity }) => ({
        sku,
        location,
        quantity: quantity - fulfilledQuantity,
      })),
    )
    .filter(({ quantity }) => quantity > 0);
  const of = { reservationId: reservation.id, orderId: reservation.orderId };
  syncs.push({ id, ...of, ordinal, action, lines, ...trace });
  const unsent = { state: 'pending', attempts: 0, lastStatus: null, lastError: null } as const;
  const warehouseSync = { id, action, ...unsent, nextAttemptAt: now };
  return { ...reservation, syncCount: ordinal, warehouseSync };
}
