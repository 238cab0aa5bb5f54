import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { shipOrder, targetsOfShipment, type Shipment } from './fulfill-order.ts';
import { ABOUT_ORDER, concluded, type OrderOutcome } from './order-reservations.ts';
import { refuse } from './refuse.ts';

export interface OrderFulfilledCommand extends Shipment {
  readonly kind: 'order-fulfilled';
  readonly fulfillmentId: string;
}

export const orderFulfilledCommand = defineCommand<OrderFulfilledCommand, OrderOutcome>({
  ...ABOUT_ORDER,
  targets: targetsOfShipment,
  decide: orderFulfilled,
});

function orderFulfilled(draft: Draft, command: OrderFulfilledCommand): OrderOutcome {
  const { effects, refusal } = shipOrder(draft, command);
  if (refusal) return refuse(refusal);
  const note = `Fulfillment ${command.fulfillmentId} was recorded before, or nothing is left to deduct.`;
  return concluded(draft, command.orderId, { effects, note });
}
