import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import type { OrderEffect } from '../order.ts';
import { NO_TARGETS, type Targets } from '../targets.ts';
import { cancel } from './cancel.ts';
import { answered, ORDER_CALL, type OrderCallOutcome } from './order-calls.ts';
import { isAlive, reservationsOf, type AboutOrder, type OrderChange } from './order-reservations.ts';
import { refuse, refuseTransition } from './refuse.ts';
import { release } from './release.ts';

/** The end of an order, as an event or a call names it. */
export interface OrderEnd extends AboutOrder {
  readonly reason: string | null;
}

export interface CancelOrderCommand extends OrderEnd {
  readonly kind: 'cancel-order';
}

export const cancelOrderCommand = defineCommand<CancelOrderCommand, OrderCallOutcome>({
  ...ORDER_CALL,
  targets: targetsOfEnd,
  decide: callCancel,
});

export function targetsOfEnd({ orderId }: OrderEnd): Targets {
  const orders = [orderId];
  return { ...NO_TARGETS, orders, cancelledOrders: orders };
}

function callCancel(draft: Draft, command: CancelOrderCommand): OrderCallOutcome {
  const change = cancelOrder(draft, command);
  return change.refusal ? refuse(change.refusal) : answered(draft, command.orderId, change);
}

/**
 * Releases or cancels an order's reservations, and stores that the order is cancelled: nothing is reserved or
 * confirmed for it later. A repeat ends reservations that were held or confirmed since the first call.
 * Refused when all goods have left: a person has to decide about the return.
 */
export function cancelOrder(draft: Draft, { orderId, reason, caller }: OrderEnd): OrderChange {
  const order = draft.order(orderId);
  const all = reservationsOf(draft, orderId);
  const open = all.filter((each) => isAlive(each) && each.status !== 'fulfilled');
  const isFirst = order.cancelledAt === null;
  if (isFirst) {
    const gone = all.find(({ status, cancelledAt }) => status === 'fulfilled' && cancelledAt === null);
    if (gone && open.length === 0) {
      return { effects: [], refusal: refuseTransition('cancelled', gone).refusal };
    }
    draft.putOrder({ ...order, cancelledAt: draft.now });
  }
  const effects = open.map(({ id, status }): OrderEffect => {
    const end = { reservationId: id, reason, parts: null, caller };
    if (status === 'confirmed') cancel(draft, { kind: 'cancel', cancellationId: null, ...end });
    else release(draft, { kind: 'release', releaseId: null, ...end });
    return { reservationId: id, effect: status === 'confirmed' ? 'cancelled' : 'released' };
  });
  const remembered: OrderEffect = { reservationId: null, effect: 'remembered' };
  return { effects: isFirst && effects.length === 0 ? [remembered] : effects, refusal: null };
}
