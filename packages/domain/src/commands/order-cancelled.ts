import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { cancelOrder, targetsOfEnd, type OrderEnd } from './cancel-order.ts';
import { ABOUT_ORDER, concluded, type OrderOutcome } from './order-reservations.ts';
import { refuse } from './refuse.ts';

export interface OrderCancelledCommand extends OrderEnd {
  readonly kind: 'order-cancelled';
}

export const orderCancelledCommand = defineCommand<OrderCancelledCommand, OrderOutcome>({
  ...ABOUT_ORDER,
  targets: targetsOfEnd,
  decide: orderCancelled,
});

function orderCancelled(draft: Draft, command: OrderCancelledCommand): OrderOutcome {
  const { effects, refusal } = cancelOrder(draft, command);
  if (refusal) return refuse(refusal);
  const note = 'The order was cancelled before, and it has nothing that is held or confirmed.';
  return concluded(draft, command.orderId, { effects, note });
}
