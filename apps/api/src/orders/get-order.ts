import { isKnown, showOrder } from '@holdfast/domain';
import { readOrder } from '@holdfast/reservations';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { orderAnswer, orderParams } from './order-schema.ts';

export const getOrder = () =>
  defineRoute({
    method: 'get',
    path: '/v1/orders/{order_id}',
    tag: 'Orders',
    scope: 'reservations:read',
    readFrom: 'reached',
    summary: 'Read an order and its reservations',
    description:
      'An order is known from its first reservation, payment, cancel or fulfillment on. Events of an order without a reservation are kept for `ORDER_RETENTION_DAYS`.',
    params: orderParams,
    answers: { 200: { description: 'The order', schema: orderAnswer } },
    refusals: ['not_found'],
    async handle({ params: { order_id: orderId }, from }) {
      const { order, reservations, now } = await readOrder(from.prisma, orderId);
      if (reservations.length === 0 && !(order && isKnown(order))) {
        throw new Problem('not_found', `Nothing is known of an order ${orderId}.`);
      }
      const said = order ?? { orderId, paidAt: null, cancelledAt: null };
      return { status: 200, body: showOrder(said, reservations, now) };
    },
  });
