import type { Book } from '../book.ts';
import { reservationRefusedEvent } from '../book-events.ts';
import type { OrderPaidCommand } from '../commands.ts';
import type { Order } from '../order.ts';
import type { Refusal } from '../refusals.ts';
import type { Reservation } from '../reservation.ts';
import { confirm, refuseLatePayment } from './confirm.ts';
import { concluded, isAlive, reservationsOf } from './order-reservations.ts';
import type { Transition } from './transition.ts';

/** Confirms what an order holds, and remembers that it is paid: unless the payment is refused, which gives it back. */
export function orderPaid(book: Book, command: OrderPaidCommand): Transition {
  const { orderId, paymentReference } = command;
  const order = book.order(orderId);
  const refusal = confirmOrder(book, command);
  if (refusal === null && order.paidAt === null) {
    book.putOrder({ ...order, paidAt: book.now, paymentReference });
  }
  return concluded(book, orderId, refusal);
}

/**
 * Confirms all that an order holds. Where nothing lives any more, the payment came too late for the newest of its
 * reservations. An order that has none waits for its `created`.
 *
 * @returns why it could not be; null when there is nothing in the way
 */
export function confirmOrder(book: Book, payment: Omit<OrderPaidCommand, 'kind'>): Refusal | null {
  const all = reservationsOf(book, payment.orderId);
  const order = book.order(payment.orderId);
  if (order.cancelledAt !== null)
    return refuseForCancelled(book, { ...order, cancelledAt: order.cancelledAt }, all, payment);
  const open = all.some(isAlive) ? all.filter(({ status }) => status === 'held') : all.slice(-1);
  for (const { id } of open) {
    const result = confirm(book, { ...payment, kind: 'confirm', reservationId: id, parts: null });
    if ('refusal' in result) return result.refusal;
  }
  return null;
}

/** Nothing is sold for an order that is cancelled: no dead hold taken again, nor what checkout has held for it since. */
function refuseForCancelled(
  book: Book,
  order: Order & { readonly cancelledAt: number },
  all: readonly Reservation[],
  { paymentReference }: Pick<OrderPaidCommand, 'paymentReference'>,
): Refusal | null {
  const cameInTime = order.paidAt !== null && order.paymentReference === paymentReference;
  if (cameInTime || all.some(isSold)) return null;
  const newest = all.at(-1);
  const refusal: Refusal = {
    code: 'invalid_transition',
    detail: 'The order is cancelled: nothing is sold for it any more.',
    currentStatus: newest?.status ?? 'cancelled',
  };
  if (newest) {
    refuseLatePayment(book, newest, paymentReference, refusal);
  } else {
    const { orderId, cancelledAt } = order;
    book.announceOnce(['reservation_refused', orderId, paymentReference], cancelledAt, (id) =>
      reservationRefusedEvent(id, { orderId, lines: [], paymentReference }, refusal),
    );
  }
  return refusal;
}

function isSold({ status }: Reservation): boolean {
  return status === 'confirmed' || status === 'fulfilled';
}
