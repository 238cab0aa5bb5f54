import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import type { OrderEffect } from '../order.ts';
import { NO_TARGETS } from '../targets.ts';
import { cancel } from './cancel.ts';
import {
  ABOUT_ORDER,
  concluded,
  reservationsOf,
  type AboutOrder,
  type OrderOutcome,
} from './order-reservations.ts';
import { refuseTransition } from './refuse.ts';
import { release } from './release.ts';

export interface OrderCancelledCommand extends AboutOrder {
  readonly kind: 'order-cancelled';
  readonly reason: string | null;
}

export const orderCancelledCommand = defineCommand<OrderCancelledCommand, OrderOutcome>({
  ...ABOUT_ORDER,
  targets: ({ orderId }) => {
    const orders = [orderId];
    return { ...NO_TARGETS, orders, cancelledOrders: orders };
  },
  decide: orderCancelled,
});

/**
 * Releases or cancels an order's reservations, and stores that the order is cancelled: nothing is reserved or
 * confirmed for it later. A repeat ends what is held or confirmed by then. Refused when all goods have left:
 * a person has to decide about the return.
 */
function orderCancelled(draft: Draft, { orderId, reason, caller }: OrderCancelledCommand): OrderOutcome {
  const order = draft.order(orderId);
  const all = reservationsOf(draft, orderId);
  const open = all.filter(({ status }) => status === 'held' || status === 'confirmed');
  const isFirst = order.cancelledAt === null;
  if (isFirst) {
    const gone = all.find(({ status, cancelledAt }) => status === 'fulfilled' && cancelledAt === null);
    if (gone && open.length === 0) return refuseTransition('cancelled', gone);
    draft.putOrder({ ...order, cancelledAt: draft.now });
  }
  const effects = open.map(({ id, status }): OrderEffect => {
    const end = { reservationId: id, reason, parts: null, caller };
    if (status === 'held') release(draft, { kind: 'release', releaseId: null, ...end });
    else cancel(draft, { kind: 'cancel', cancellationId: null, ...end });
    return { reservationId: id, effect: status === 'held' ? 'released' : 'cancelled' };
  });
  if (effects.length > 0) return concluded(draft, orderId, { effects });
  return isFirst
    ? concluded(draft, orderId, { effects: [{ reservationId: null, effect: 'remembered' }] })
    : concluded(draft, orderId, {
        note: 'The order was cancelled before, and it has nothing that is held or confirmed.',
      });
}
