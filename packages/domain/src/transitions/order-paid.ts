import type { Book } from '../book.ts';
import type { OrderPaidCommand } from '../commands.ts';
import type { Refusal } from '../refusals.ts';
import { confirm } from './confirm.ts';
import { concluded, isAlive, reservationsOf } from './order-reservations.ts';
import type { Transition } from './transition.ts';

/** Remembers that an order is paid, and confirms what it holds. */
export function orderPaid(book: Book, command: OrderPaidCommand): Transition {
  const order = book.order(command.orderId);
  if (order.paidAt === null) {
    book.putOrder({ ...order, paidAt: book.now, paymentReference: command.paymentReference });
  }
  return concluded(book, command.orderId, confirmOrder(book, command));
}

/**
 * Confirms all that an order holds. Where nothing lives any more, the payment came too late for the newest of its
 * reservations. An order that has none waits for its `created`.
 *
 * @returns why it could not be; null when there is nothing in the way
 */
export function confirmOrder(book: Book, payment: Omit<OrderPaidCommand, 'kind'>): Refusal | null {
  const all = reservationsOf(book, payment.orderId);
  const open = all.some(isAlive) ? all.filter(({ status }) => status === 'held') : all.slice(-1);
  for (const { id } of open) {
    const result = confirm(book, { ...payment, kind: 'confirm', reservationId: id, parts: null });
    if ('refusal' in result) return result.refusal;
  }
  return null;
}
