import type { Book } from '../book.ts';
import type { OrderFulfilledCommand } from '../commands.ts';
import { EARLY_FULFILLMENTS_MAX } from '../order.ts';
import type { Refusal } from '../refusals.ts';
import type { Reservation } from '../reservation.ts';
import { fulfill } from './fulfill.ts';
import { concluded, reservationsOf } from './order-reservations.ts';
import { refuseTransition, type Transition } from './transition.ts';

type Left = Omit<OrderFulfilledCommand, 'kind'>;

/** Deducts what has left for an order. Of an order that has nothing reserved yet, it is remembered. */
export function orderFulfilled(book: Book, command: OrderFulfilledCommand): Transition {
  const { orderId } = command;
  const hasReservation = reservationsOf(book, orderId).length > 0;
  const refusal = hasReservation ? fulfillOrder(book, command) : remember(book, command);
  return refusal ? { refusal } : concluded(book, orderId);
}

/** @returns why it could not be; null when it is done */
export function fulfillOrder(book: Book, left: Left): Refusal | null {
  const targets = targetsOf(book, left);
  if (targets.length > 1 && left.parts !== null) {
    const which = 'The order has several reservations: deduct from each by its id, with fulfill.';
    return refuseTransition('fulfilled', targets[0] as Reservation, which).refusal;
  }
  // One that is refused changes nothing; of several, those before it are taken back.
  const before = targets.length > 1 ? book.checkpoint() : null;
  for (const { id } of targets) {
    const result = fulfill(book, { ...left, kind: 'fulfill', reservationId: id });
    if (!('refusal' in result)) continue;
    if (before) book.rollBack(before);
    return result.refusal;
  }
  return null;
}

/** The reservation that knows this fulfillment, else all that are open, else the newest of those that are over. */
function targetsOf(book: Book, { orderId, fulfillmentId }: Left): readonly Reservation[] {
  const all = reservationsOf(book, orderId);
  const known = all.filter(({ id }) => book.fulfillment(id, fulfillmentId));
  if (known.length > 0) return known;
  const open = all.filter(({ status }) => status === 'held' || status === 'confirmed');
  return open.length > 0
    ? open
    : [all.findLast(({ status }) => status === 'fulfilled') ?? all.at(-1)].filter(
        (each) => each !== undefined,
      );
}

function remember(book: Book, { orderId, fulfillmentId, parts }: Left): Refusal | null {
  const order = book.order(orderId);
  if (order.cancelledAt !== null) {
    const detail = 'The order is cancelled, and nothing was reserved for it.';
    return { code: 'invalid_transition', detail, currentStatus: 'cancelled' };
  }
  if (order.fulfillments.some((each) => each.fulfillmentId === fulfillmentId)) return null;
  if (order.fulfillments.length >= EARLY_FULFILLMENTS_MAX) {
    const detail = `More than ${EARLY_FULFILLMENTS_MAX} fulfillments of an order that has no reservation.`;
    return { code: 'quantity_limit_exceeded', detail };
  }
  book.putOrder({ ...order, fulfillments: [...order.fulfillments, { fulfillmentId, parts }] });
  return null;
}
