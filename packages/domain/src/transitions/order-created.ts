import type { Book } from '../book.ts';
import type { OrderCreatedCommand } from '../commands.ts';
import type { Order } from '../order.ts';
import type { Refusal } from '../refusals.ts';
import { fulfillOrder } from './order-fulfilled.ts';
import { confirmOrder } from './order-paid.ts';
import { concluded, isAlive, reservationsOf } from './order-reservations.ts';
import { reserve } from './reserve.ts';
import type { Transition } from './transition.ts';

/**
 * Reserves for an order, once: not when it was cancelled before, and not when something lives for it already, which
 * checkout has reserved. Then does what came too early: the payment, and what has left. What of that cannot be deducted stays
 * remembered, and is tried again when this is.
 */
export function orderCreated(book: Book, command: OrderCreatedCommand): Transition {
  const { orderId, caller } = command;
  const order = book.order(orderId);
  if (order.cancelledAt !== null) return concluded(book, orderId);
  if (order.reservedAt !== null) return deductEarly(book, order, caller);
  if (!reservationsOf(book, orderId).some(isAlive)) {
    const result = reserve(book, command.reserve);
    if ('refusal' in result) return refused(book, command, result.refusal);
  }
  const reserved = book.putOrder({ ...order, reservedAt: book.now });
  if (order.paidAt !== null) {
    confirmOrder(book, { orderId, paymentReference: order.paymentReference, onExpired: 'reject', caller });
  }
  return deductEarly(book, reserved, caller);
}

function deductEarly(book: Book, order: Order, caller: string): Transition {
  const { orderId, fulfillments } = order;
  const refused = fulfillments.flatMap((left) => {
    const refusal = fulfillOrder(book, { ...left, orderId, caller });
    return refusal ? [{ left, refusal }] : [];
  });
  if (refused.length < fulfillments.length) {
    book.putOrder({ ...order, fulfillments: refused.map(({ left }) => left) });
  }
  const [first] = refused;
  if (!first) return concluded(book, orderId);
  const detail = `Fulfillment ${first.left.fulfillmentId} came before this event, and cannot be deducted. ${first.refusal.detail}`;
  return concluded(book, orderId, { ...first.refusal, detail }, { isUnfinished: true });
}

/** What the shop cannot give is told by an event. What the catalogue does not know, somebody has to look at. */
function refused(
  book: Book,
  { orderId, reserve: wanted }: OrderCreatedCommand,
  refusal: Refusal,
): Transition {
  if (refusal.code !== 'insufficient_stock' && refusal.code !== 'quantity_limit_exceeded') return { refusal };
  const order = book.order(orderId);
  book.refuseOrder({ orderId, lines: wanted.lines, paymentReference: order.paymentReference }, refusal);
  // It is given back by then: it must not confirm what a later try may get.
  if (order.paidAt !== null) book.putOrder({ ...order, paidAt: null, paymentReference: null });
  return concluded(book, orderId, refusal);
}
