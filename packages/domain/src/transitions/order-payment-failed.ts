import type { Book } from '../book.ts';
import type { OrderPaymentFailedCommand } from '../commands.ts';
import { concluded, reservationsOf } from './order-reservations.ts';
import { release } from './release.ts';
import type { Transition } from './transition.ts';

/** Releases what an order holds. What is confirmed was paid for, and stays. */
export function orderPaymentFailed(book: Book, { orderId, caller }: OrderPaymentFailedCommand): Transition {
  const held = reservationsOf(book, orderId).filter(({ status }) => status === 'held');
  for (const { id } of held) {
    release(book, { kind: 'release', reservationId: id, reason: 'payment failed', caller });
  }
  return concluded(book, orderId);
}
