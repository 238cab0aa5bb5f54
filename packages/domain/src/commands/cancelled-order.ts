import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import type { Reservation } from '../reservation.ts';
import { refuse } from './refuse.ts';

// A cancelled order gets no stock, from whichever call.

/** Whether a reservation belongs to a cancelled order, or would be assigned to one. */
export function isForCancelledOrder(
  draft: Draft,
  { orderId }: Pick<Reservation, 'orderId'>,
  namedOrderId: string | null,
): boolean {
  const order = orderId ?? namedOrderId;
  return order !== null && draft.isOrderCancelled(order);
}

/** @param reservation the one that was to be confirmed for it, where there was one already */
export function refuseCancelledOrder(reservation?: Reservation): Refused {
  return refuse({
    code: 'order_cancelled',
    detail: 'The order was cancelled: nothing is reserved or confirmed for it any more.',
    ...(reservation ? { currentStatus: reservation.status } : {}),
  });
}
