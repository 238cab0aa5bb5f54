import type { Changes } from './changes.ts';
import type { Reservation } from './reservation.ts';
import type { Snapshot } from './snapshot.ts';
import { isAlive } from './commands/order-reservations.ts';

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

/**
 * Not for a live reservation that has the order already: the cancel ends it, as it locks it before or after
 * this decision.
 */
function gainsStock(before: Reservation | undefined, after: Reservation): boolean {
  const hadStock = before !== undefined && before.orderId === after.orderId && isAlive(before);
  return isAlive(after) && !hadStock;
}
