import type { Changes } from '../changes.ts';
import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import type { Reservation } from '../reservation.ts';
import type { Snapshot } from '../snapshot.ts';
import { isAlive } from './order-reservations.ts';
import { refuse } from './refuse.ts';

// A cancelled order gets no stock, from any call.

/** Whether a reservation belongs to a cancelled order, or would be assigned to one. */
export function isForCancelledOrder(
  draft: Draft,
  { orderId }: Pick<Reservation, 'orderId'>,
  namedOrderId: string | null,
): boolean {
  const order = orderId ?? namedOrderId;
  return order !== null && draft.isOrderCancelled(order);
}

/** @param reservation the one to be confirmed for it, if there is one */
export function refuseCancelledOrder(reservation?: Reservation): Refused {
  return refuse({
    code: 'order_cancelled',
    detail: 'The order was cancelled: nothing is reserved or confirmed for it any more.',
    ...(reservation ? { currentStatus: reservation.status } : {}),
  });
}

/** The orders that a decision gives stock because it found them not cancelled. */
export function ordersGivenStock(changes: Changes, { reservations }: Snapshot): readonly string[] {
  const before = new Map(reservations.map((each) => [each.id, each]));
  const given = [...changes.created, ...changes.updated].flatMap((after) =>
    gainsStock(before.get(after.id), after) && after.orderId !== null ? [after.orderId] : [],
  );
  const cancelledHere = new Set(
    changes.orders.filter(({ cancelledAt }) => cancelledAt !== null).map(({ orderId }) => orderId),
  );
  return [...new Set(given)].filter((orderId) => !cancelledHere.has(orderId));
}

/** A reservation of the order that was alive before does not count: the cancel locks it too, and ends it. */
function gainsStock(before: Reservation | undefined, after: Reservation): boolean {
  const hadStock = before !== undefined && before.orderId === after.orderId && isAlive(before);
  return isAlive(after) && !hadStock;
}
