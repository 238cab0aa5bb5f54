import { defineCommand } from '../command-module.ts';
import { reservationRefusedEvent } from '../draft-events.ts';
import type { Draft } from '../draft.ts';
import type { Order, OrderEffect } from '../order.ts';
import type { Refusal } from '../refusals.ts';
import type { Reservation } from '../reservation.ts';
import { NO_TARGETS, NONE } from '../targets.ts';
import { refuseCancelledOrder } from './cancelled-order.ts';
import { confirm } from './confirm.ts';
import { refuseLatePayment } from './late-payment.ts';
import {
  ABOUT_ORDER,
  concluded,
  isAlive,
  reservationsOf,
  type AboutOrder,
  type OrderChange,
  type OrderOutcome,
} from './order-reservations.ts';

type Payment = Omit<OrderPaidCommand, 'kind'>;

export interface OrderPaidCommand extends AboutOrder {
  readonly kind: 'order-paid';
  readonly paymentReference: string | null;
  readonly onExpired: 'reject' | 'reacquire';
}

export const orderPaidCommand = defineCommand<OrderPaidCommand, OrderOutcome>({
  ...ABOUT_ORDER,
  targets: ({ orderId, onExpired }) => {
    const orders = [orderId];
    return {
      ...NO_TARGETS,
      orders,
      reacquiredOrders: onExpired === 'reacquire' ? orders : NONE,
      readsRefusedPayments: true,
    };
  },
  decide: orderPaid,
});

/** Confirms what an order holds, and stores that it is paid, unless the whole payment is refused. */
function orderPaid(draft: Draft, command: OrderPaidCommand): OrderOutcome {
  const { orderId, paymentReference } = command;
  const order = draft.order(orderId);
  const { effects, refusal } = confirmOrder(draft, command);
  const isUsed = refusal === null || effects.some(({ effect }) => effect !== 'refused');
  const isRemembered = isUsed && order.cancelledAt === null && order.paidAt === null;
  if (isRemembered) draft.putOrder({ ...order, paidAt: draft.now, paymentReference });
  const remembered: OrderEffect = { reservationId: null, effect: 'remembered' };
  return concluded(draft, orderId, {
    effects: isRemembered && effects.length === 0 ? [remembered] : effects,
    refusal,
    note:
      order.cancelledAt === null
        ? 'The order was paid before, and it has nothing that is left to confirm.'
        : 'The payment arrived before the order was cancelled, so it was known at the cancel.',
  });
}

/**
 * Confirms all holds of an order, each separately. The payment also covers expired holds: they are reacquired
 * if the payment asks for it, unless something was reserved for the order after their end, as that replaces
 * them. If the order has neither, the payment is too late for its newest reservation. If the order has no
 * reservation, the payment is stored for its `created`.
 */
export function confirmOrder(draft: Draft, payment: Payment): OrderChange {
  const all = reservationsOf(draft, payment.orderId);
  const order = draft.order(payment.orderId);
  if (order.cancelledAt !== null) {
    return refuseForCancelled(draft, order, order.cancelledAt, all, payment);
  }
  const effects: OrderEffect[] = [];
  const refusals: Refusal[] = [];
  for (const { id, status } of paidFor(all, payment)) {
    const result = confirm(draft, { ...payment, kind: 'confirm', reservationId: id, parts: null });
    if (!result.ok) {
      refusals.push(result.refusal);
      effects.push({ reservationId: id, effect: 'refused' });
    } else {
      effects.push({ reservationId: id, effect: status === 'confirmed' ? 'changed' : 'confirmed' });
    }
  }
  const short = refusals.find(({ code }) => code === 'insufficient_stock');
  return { effects, refusal: short ?? refusals[0] ?? null };
}

/** The reservations that a payment is for, oldest first. */
function paidFor(all: readonly Reservation[], { paymentReference }: Payment): readonly Reservation[] {
  const open = all.filter((each) => {
    if (each.status === 'held') return true;
    if (each.status === 'expired') return each.withdrawnAt === null && !isReplaced(each, all);
    return each.status === 'confirmed' && each.paymentReference === null && paymentReference !== null;
  });
  return open.length > 0 || all.some(isAlive) ? open : all.slice(-1);
}

function isReplaced({ id, expiredAt }: Reservation, all: readonly Reservation[]): boolean {
  return expiredAt !== null && all.some((other) => other.id !== id && other.createdAt >= expiredAt);
}

/** Nothing is confirmed for an order that is cancelled, and no expired hold is taken again. */
function refuseForCancelled(
  draft: Draft,
  order: Order,
  cancelledAt: number,
  all: readonly Reservation[],
  { paymentReference }: Payment,
): OrderChange {
  const cameInTime = order.paidAt !== null && order.paymentReference === paymentReference;
  if (cameInTime || all.some(isSold)) return { effects: [], refusal: null };
  const newest = all.at(-1);
  const { refusal } = refuseCancelledOrder(newest);
  if (newest) {
    refuseLatePayment(draft, newest, { paymentReference, final: true, refusal });
  } else {
    const { orderId } = order;
    draft.addEventOnce(['reservation_refused', orderId, paymentReference], cancelledAt, (id) =>
      reservationRefusedEvent(id, { orderId, lines: [], paymentReference }, refusal),
    );
  }
  return { effects: [{ reservationId: newest?.id ?? null, effect: 'refused' }], refusal };
}

function isSold({ status }: Reservation): boolean {
  return status === 'confirmed' || status === 'fulfilled';
}
