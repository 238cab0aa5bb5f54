import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { payOrder, targetsOfPayment, type Payment } from './confirm-order.ts';
import { ABOUT_ORDER, concluded, type OrderOutcome } from './order-reservations.ts';

export interface OrderPaidCommand extends Payment {
  readonly kind: 'order-paid';
}

export const orderPaidCommand = defineCommand<OrderPaidCommand, OrderOutcome>({
  ...ABOUT_ORDER,
  targets: targetsOfPayment,
  decide: orderPaid,
});

/** A payment may come before its order does: then it is stored. */
function orderPaid(draft: Draft, command: OrderPaidCommand): OrderOutcome {
  const { orderId } = command;
  const note =
    draft.order(orderId).cancelledAt === null
      ? 'The order was paid before, and it has nothing that is left to confirm.'
      : 'The payment arrived before the order was cancelled, so it was known at the cancel.';
  return concluded(draft, orderId, { ...payOrder(draft, command), note });
}
