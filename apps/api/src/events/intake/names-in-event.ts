import type { OrderCommand } from '@holdfast/domain';
import type { GivenName } from '../../http/given-names.ts';

/** The names in an event, by the type of the event. */
export function namesIn(command: OrderCommand): readonly GivenName[] {
  const order: GivenName = { path: 'data.order_id', name: command.orderId, of: { kind: 'order' } };
  switch (command.kind) {
    case 'order-created': {
      const { cartId, storeId } = command.reserve;
      return [
        order,
        { path: 'data.cart_id', name: cartId, of: { kind: 'cart' } },
        { path: 'data.store_id', name: storeId, of: null },
      ];
    }
    case 'order-fulfilled': {
      const of = { kind: 'order-fulfillment', orderId: command.orderId } as const;
      return [order, { path: 'data.fulfillment_id', name: command.fulfillmentId, of }];
    }
    case 'order-paid':
    case 'order-payment-failed':
    case 'order-cancelled':
      return [order];
    default:
      return command satisfies never;
  }
}
