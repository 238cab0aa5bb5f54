import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { EARLY_FULFILLMENTS_MAX, type OrderEffect } from '../order.ts';
import type { Refusal } from '../refusals.ts';
import type { Reservation } from '../reservation.ts';
import { NO_TARGETS } from '../targets.ts';
import { fulfill } from './fulfill.ts';
import type { LinePart } from './line-parts.ts';
import {
  ABOUT_ORDER,
  concluded,
  reservationsOf,
  type AboutOrder,
  type OrderChange,
  type OrderOutcome,
} from './order-reservations.ts';
import { refuse, refuseTransition } from './refuse.ts';

type Left = Omit<OrderFulfilledCommand, 'kind'>;

export interface OrderFulfilledCommand extends AboutOrder {
  readonly kind: 'order-fulfilled';
  /** Counts once for each reservation, for ever. */
  readonly fulfillmentId: string;
  /** Null: all that is left. */
  readonly parts: readonly LinePart[] | null;
}

export const orderFulfilledCommand = defineCommand<OrderFulfilledCommand, OrderOutcome>({
  ...ABOUT_ORDER,
  targets: ({ orderId, fulfillmentId }) => ({
    ...NO_TARGETS,
    orders: [orderId],
    orderFulfillments: [{ orderId, fulfillmentId }],
  }),
  decide: orderFulfilled,
});

/** Deducts what has left for an order. Of an order that has nothing reserved yet, it is remembered. */
function orderFulfilled(draft: Draft, command: OrderFulfilledCommand): OrderOutcome {
  const { orderId } = command;
  const hasReservation = reservationsOf(draft, orderId).length > 0;
  const { effects, refusal } = hasReservation ? fulfillOrder(draft, command) : remember(draft, command);
  if (refusal) return refuse(refusal);
  const note = `Fulfillment ${command.fulfillmentId} was recorded before, or nothing is left to deduct.`;
  return concluded(draft, orderId, { effects, note });
}

/** Deducts from all reservations that the event concerns, or from none. */
export function fulfillOrder(draft: Draft, left: Left): OrderChange {
  const targets = targetsOf(draft, left);
  if (targets.length > 1 && left.parts !== null) {
    const which = 'The order has several reservations: deduct from each by its id, with fulfill.';
    return refused(refuseTransition('fulfilled', targets[0] as Reservation, which).refusal);
  }
  // One that is refused changes nothing; of several, those before it are taken back.
  const before = targets.length > 1 ? draft.checkpoint() : null;
  const effects: OrderEffect[] = [];
  for (const { id, status } of targets) {
    const result = fulfill(draft, { ...left, kind: 'fulfill', reservationId: id, reallocate: false });
    if (!result.ok) {
      if (before) draft.rollBack(before);
      return refused(result.refusal);
    }
    if (!result.changed) continue;
    if (status === 'held') effects.push({ reservationId: id, effect: 'confirmed' });
    effects.push({ reservationId: id, effect: 'deducted' });
  }
  return { effects, refusal: null };
}

function refused(refusal: Refusal): OrderChange {
  return { effects: [], refusal };
}

/** The reservation that knows this fulfillment, else all that are open, else the newest that is over. */
function targetsOf(draft: Draft, { orderId, fulfillmentId }: Left): readonly Reservation[] {
  const all = reservationsOf(draft, orderId);
  const known = all.filter(({ id }) =>
    draft.recordedPart({ reservationId: id, kind: 'fulfillment', partId: fulfillmentId }),
  );
  if (known.length > 0) return known;
  const open = all.filter(({ status }) => status === 'held' || status === 'confirmed');
  return open.length > 0
    ? open
    : [all.findLast(({ status }) => status === 'fulfilled') ?? all.at(-1)].filter(
        (each) => each !== undefined,
      );
}

function remember(draft: Draft, { orderId, fulfillmentId, parts }: Left): OrderChange {
  const order = draft.order(orderId);
  if (order.cancelledAt !== null) {
    const detail = 'The order is cancelled, and nothing was reserved for it.';
    return refused({ code: 'invalid_transition', detail, currentStatus: 'cancelled' });
  }
  if (order.fulfillments.some((each) => each.fulfillmentId === fulfillmentId))
    return { effects: [], refusal: null };
  if (order.fulfillments.length >= EARLY_FULFILLMENTS_MAX) {
    const detail = `More than ${EARLY_FULFILLMENTS_MAX} fulfillments of an order that has no reservation.`;
    return refused({ code: 'quantity_limit_exceeded', detail });
  }
  draft.putOrder({ ...order, fulfillments: [...order.fulfillments, { fulfillmentId, parts }] });
  return { effects: [{ reservationId: null, effect: 'remembered' }], refusal: null };
}
