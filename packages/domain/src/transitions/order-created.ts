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
 * checkout has reserved. Then does what came too early: the payment, and what has left.
 */
export function orderCreated(book: Book, command: OrderCreatedCommand): Transition {
  const { orderId } = command;
  const order = book.order(orderId);
  if (order.cancelledAt !== null || order.reservedAt !== null) return concluded(book, orderId);
  if (!reservationsOf(book, orderId).some(isAlive)) {
    const result = reserve(book, command.reserve);
    if ('refusal' in result) return refused(book, command, result.refusal);
  }
  return catchUp(book, { ...order, reservedAt: book.now }, command.caller);
}

function catchUp(book: Book, order: Order, caller: string): Transition {
  const { orderId, paidAt, paymentReference } = order;
  const payment = { orderId, paymentReference, onExpired: 'reject' as const, caller };
  const unpaid = paidAt === null ? null : confirmOrder(book, payment);
  const refused = order.fulfillments.flatMap((left) => {
    const refusal = fulfillOrder(book, { ...left, orderId, caller });
    return refusal ? [{ left, refusal }] : [];
  });
  book.putOrder({ ...order, fulfillments: refused.map(({ left }) => left) });
  return concluded(book, orderId, unpaid ?? refused[0]?.refusal ?? null);
}

/** What the shop cannot give is told by an event. What the catalogue does not know, somebody has to look at. */
function refused(
  book: Book,
  { orderId, reserve: wanted }: OrderCreatedCommand,
  refusal: Refusal,
): Transition {
  if (refusal.code !== 'insufficient_stock' && refusal.code !== 'quantity_limit_exceeded') return { refusal };
  book.refuseOrder({ orderId, lines: wanted.lines }, refusal);
  return concluded(book, orderId, refusal);
}
