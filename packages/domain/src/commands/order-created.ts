import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import type { Order, OrderEffect } from '../order.ts';
import { isAboutLines, type Refusal } from '../refusals.ts';
import { customerOf, NO_TARGETS, NONE, type Targets } from '../targets.ts';
import { confirmOrder } from './confirm-order.ts';
import { fulfillOrder } from './fulfill-order.ts';
import {
  ABOUT_ORDER,
  concluded,
  isAlive,
  newestOf,
  reservationsOf,
  type AboutOrder,
  type OrderOutcome,
} from './order-reservations.ts';
import { refuse } from './refuse.ts';
import { reserve, type ReserveCommand } from './reserve.ts';

/** What an order is to have. */
export interface OrderWithLines extends AboutOrder {
  readonly reserve: ReserveCommand;
}

export interface OrderCreatedCommand extends OrderWithLines {
  readonly kind: 'order-created';
}

/** Shared by events that may reserve. */
export const WITH_LINES = {
  ...ABOUT_ORDER,
  targets: ({ orderId, reserve: { customerId, lines, locations } }: OrderWithLines): Targets => ({
    ...NO_TARGETS,
    customers: customerOf(customerId, lines),
    orders: [orderId],
    sourced: lines,
    catalogue: lines,
    listedLocations: locations ?? NONE,
    readsRefusedPayments: true,
  }),
  weight: ({ reserve: { lines } }: OrderWithLines) => Math.max(1, lines.length),
};

export const orderCreatedCommand = defineCommand<OrderCreatedCommand, OrderOutcome>({
  ...WITH_LINES,
  decide: orderCreated,
});

/**
 * Reserves for an order, once: not if it was cancelled before, and not if checkout has a live reservation for
 * it. Then carries out the events that came too early: the payment, and fulfilments. Units that cannot be
 * deducted stay recorded, and are tried again with this event.
 */
export function orderCreated(draft: Draft, command: OrderWithLines): OrderOutcome {
  const { orderId, caller } = command;
  const order = draft.order(orderId);
  if (order.cancelledAt !== null) {
    return concluded(draft, orderId, {
      note: 'The order was cancelled: nothing is reserved for it any more.',
    });
  }
  if (order.reservedAt !== null) return deductEarly(draft, order, { caller, effects: [] });
  const effects: OrderEffect[] = [];
  if (!reservationsOf(draft, orderId).some(isAlive)) {
    const result = reserve(draft, command.reserve);
    if (!result.ok) {
      const outcome = refuseOrder(draft, command, result.refusal);
      // The payment is refunded: it must not confirm units that a later try may get.
      if (outcome.ok && order.paidAt !== null)
        draft.putOrder({ ...order, paidAt: null, paymentReference: null });
      return outcome;
    }
    effects.push({ reservationId: command.reserve.reservationId, effect: 'reserved' });
  }
  const reserved = draft.putOrder({ ...order, reservedAt: draft.now });
  if (order.paidAt !== null) {
    const payment = { paymentReference: order.paymentReference, onExpired: 'reject', caller } as const;
    effects.push(...confirmOrder(draft, { ...payment, orderId }).effects);
  }
  return deductEarly(draft, reserved, { caller, effects });
}

function deductEarly(
  draft: Draft,
  order: Order,
  { caller, effects }: { readonly caller: string; readonly effects: readonly OrderEffect[] },
): OrderOutcome {
  const { orderId, fulfillments } = order;
  const tried = fulfillments.map((left) => ({ left, ...fulfillOrder(draft, { ...left, orderId, caller }) }));
  const refused = tried.flatMap(({ left, refusal }) => (refusal ? [{ left, refusal }] : []));
  if (refused.length < fulfillments.length) {
    draft.putOrder({ ...order, fulfillments: refused.map(({ left }) => left) });
  }
  const done = [...effects, ...tried.flatMap((each) => each.effects)];
  const [first] = refused;
  if (!first) return concluded(draft, orderId, { effects: done, note: whyNothing(draft, orderId) });
  const detail = `Fulfillment ${first.left.fulfillmentId} came before this event, and cannot be deducted. ${first.refusal.detail}`;
  return concluded(draft, orderId, {
    effects: done,
    refusal: { ...first.refusal, detail },
    isUnfinished: true,
  });
}

/** Why a `created` has not reserved: stock was reserved for the order before. */
function whyNothing(draft: Draft, orderId: string): string {
  const newest = newestOf(draft, orderId);
  const before = newest ? `: reservation ${newest.id}, which is ${newest.status}` : '';
  return `Stock was reserved for the order before${before}. It is reserved once.`;
}

/**
 * Units that are not promised are published as an event. A SKU that the catalogue does not have needs a
 * person.
 */
export function refuseOrder(
  draft: Draft,
  { orderId, reserve: wanted }: OrderWithLines,
  refusal: Refusal,
): OrderOutcome {
  const isPublished =
    isAboutLines(refusal) ||
    refusal.code === 'quantity_limit_exceeded' ||
    refusal.code === 'customer_required';
  if (!isPublished) return refuse(refusal);
  const order = draft.order(orderId);
  draft.refuseOrder({ orderId, lines: wanted.lines, paymentReference: order.paymentReference }, refusal);
  return concluded(draft, orderId, { effects: [{ reservationId: null, effect: 'refused' }], refusal });
}
