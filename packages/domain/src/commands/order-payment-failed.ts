import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import type { OrderEffect } from '../order.ts';
import { NO_TARGETS } from '../targets.ts';
import {
  ABOUT_ORDER,
  concluded,
  reservationsOf,
  type AboutOrder,
  type OrderOutcome,
} from './order-reservations.ts';
import { release } from './release.ts';

export interface OrderPaymentFailedCommand extends AboutOrder {
  readonly kind: 'order-payment-failed';
}

export const orderPaymentFailedCommand = defineCommand<OrderPaymentFailedCommand, OrderOutcome>({
  ...ABOUT_ORDER,
  targets: ({ orderId }) => ({ ...NO_TARGETS, orders: [orderId] }),
  decide: orderPaymentFailed,
});

/** Releases what an order holds or waits for. Confirmed reservations were paid for, and stay. */
function orderPaymentFailed(draft: Draft, { orderId, caller }: OrderPaymentFailedCommand): OrderOutcome {
  const held = reservationsOf(draft, orderId).filter(
    ({ status }) => status === 'held' || status === 'waiting',
  );
  const effects = held.map(({ id }): OrderEffect => {
    const end = { reservationId: id, reason: 'payment failed', releaseId: null, parts: null, caller };
    release(draft, { kind: 'release', ...end });
    return { reservationId: id, effect: 'released' };
  });
  return concluded(draft, orderId, { effects, note: 'The order holds nothing that could be released.' });
}
