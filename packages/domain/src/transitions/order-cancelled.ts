import type { Book } from '../book.ts';
import type { OrderCancelledCommand } from '../commands.ts';
import { cancel } from './cancel.ts';
import { concluded, reservationsOf } from './order-reservations.ts';
import { release } from './release.ts';
import { refuseTransition, type Transition } from './transition.ts';

/**
 * Frees what an order holds or has bought, and remembers that it is cancelled, so that nothing is reserved for it later.
 * Refused when all of it has left: somebody has to look what comes back.
 */
export function orderCancelled(book: Book, { orderId, reason, caller }: OrderCancelledCommand): Transition {
  const order = book.order(orderId);
  if (order.cancelledAt !== null) return concluded(book, orderId);
  const all = reservationsOf(book, orderId);
  const isOpen = all.some(({ status }) => status === 'held' || status === 'confirmed');
  const gone = all.find(({ status, cancelledAt }) => status === 'fulfilled' && cancelledAt === null);
  if (gone && !isOpen) return refuseTransition('cancelled', gone);
  book.putOrder({ ...order, cancelledAt: book.now });
  for (const { id, status } of all) {
    const end = { reservationId: id, reason, caller };
    if (status === 'held') release(book, { kind: 'release', ...end });
    if (status === 'confirmed') cancel(book, { kind: 'cancel', ...end });
  }
  return concluded(book, orderId);
}
