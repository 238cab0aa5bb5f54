import type { DraftState } from './draft-state.ts';
import type { Reservation, ReservationStatus, SyncAction, SyncLine } from './reservation.ts';

/** Units that a change added to those that the warehouse has to ship (`confirm`), or removed from them. */
export interface SyncContent {
  readonly action: SyncAction;
  readonly lines: readonly SyncLine[];
}

/** Ends after which nothing was, or will be, sent. */
const ENDS: ReadonlySet<ReservationStatus> = new Set(['released', 'expired', 'cancelled', 'withdrawn']);

/**
 * Adds a sync for the Warehouse Gateway, after all earlier syncs of the reservation. Earlier syncs may be
 * superseded when it is sent (packages/warehouse/src/superseded-sync-store.ts).
 *
 * @param now epoch milliseconds
 * @param reservation as it is after the change
 * @returns the reservation, which shows the sync
 */
export function addSync(
  { syncs, trace }: DraftState,
  id: string,
  now: number,
  reservation: Reservation,
  { action, lines }: SyncContent,
): Reservation {
  const ordinal = reservation.syncCount + 1;
  const of = { reservationId: reservation.id, orderId: reservation.orderId };
  syncs.push({ id, ...of, ordinal, action, lines, endsReservation: ENDS.has(reservation.status), ...trace });
  const unsent = { state: 'pending', attempts: 0, lastStatus: null, lastError: null } as const;
  const warehouseSync = { id, action, ...unsent, nextAttemptAt: now };
  return { ...reservation, syncCount: ordinal, warehouseSync };
}
