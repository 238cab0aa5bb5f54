import { defineCommand } from '../command-module.ts';
import { reservationRefusedEvent } from '../draft-events.ts';
import type { Draft } from '../draft.ts';
import type { Order, OrderEffect } from '../order.ts';
import type { Refusal } from '../refusals.ts';
import type { Reservation } from '../reservation.ts';
import { NO_TARGETS, NONE, type Targets } from '../targets.ts';
import { refuseCancelledOrder } from './cancelled-order.ts';
import { confirm } from './confirm.ts';
import { refuseLatePayment } from './late-payment.ts';
import { answered, ORDER_CALL, refuseUnknownOrder, type OrderCallOutcome } from './order-calls.ts';
import { isAlive, reservationsOf, type AboutOrder, type OrderChange } from './order-reservations.ts';
import { refuse } from './refuse.ts';

/** A payment of an order, as an event or a call names it. */
export interface Payment extends AboutOrder {
  readonly paymentReference: string | null;
  readonly onExpired: 'reject' | 'reacquire';
  readonly reason?: string | null;
}

export interface ConfirmOrderCommand extends Payment {
  readonly kind: 'confirm-order';
  /** Whether one reservation that is refused refuses all. */
  readonly atomic: boolean;
}

export const confirmOrderCommand = defineCommand<ConfirmOrderCommand, OrderCallOutcome>({
  ...ORDER_CALL,
  targets: targetsOfPayment,
  decide: callConfirm,
});

export function targetsOfPayment({ orderId, onExpired }: Payment): Targets {
  const orders = [orderId];
  return {
    ...NO_TARGETS,
    orders,
    reacquiredOrders: onExpired === 'reacquire' ? orders : NONE,
    readsRefusedPayments: true,
  };
}

/** Like the event of a payment, but all or none, unless the call accepts a part. */
function callConfirm(draft: Draft, command: ConfirmOrderCommand): OrderCallOutcome {
  const unknown = refuseUnknownOrder(draft, command.orderId);
  if (unknown) return unknown;
  const before = draft.checkpoint();
  const change = payOrder(draft, command);
  const isCancelled = draft.order(command.orderId).cancelledAt !== null;
  if (!isCancelled && (change.refusal === null || !command.atomic)) {
    return answered(draft, command.orderId, change);
  }
  // The payments stay refused: each is published as for a confirm of that reservation.
  draft.rollBackButRefusals(before);
  return isCancelled ? refuseCancelledOrder() : refuse(refusalIn(change));
}

/** The refusal of a change, with the reservation that it is about. */
function refusalIn({ effects, refusal }: OrderChange): Refusal {
  if (refusal === null) throw new Error('nothing was refused');
  const of = effects.find((each) => each.refusal === refusal)?.reservationId;
  return of ? { ...refusal, detail: `Reservation ${of}: ${refusal.detail}` } : refusal;
}

/** Confirms what an order holds, and stores that it is paid, unless the whole payment is refused. */
export function payOrder(draft: Draft, payment: Payment): OrderChange {
  const order = draft.order(payment.orderId);
  const { effects, refusal } = confirmOrder(draft, payment);
  const isUsed = refusal === null || effects.some(({ effect }) => effect !== 'refused');
  const isRemembered = isUsed && order.cancelledAt === null && order.paidAt === null;
  if (!isRemembered) return { effects, refusal };
  draft.putOrder({ ...order, paidAt: draft.now, paymentReference: payment.paymentReference });
  const remembered: OrderEffect = { reservationId: null, effect: 'remembered' };
  return { effects: effects.length === 0 ? [remembered] : effects, refusal };
}

/**
 * Confirms all holds of an order, each separately. The payment also covers expired holds. They are reacquired
 * if the payment asks for it, unless a later reservation replaces them. If the order has neither, the payment
 * is too late for its newest reservation. If the order has no reservation, the payment is stored for its
 * `created`.
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
      effects.push({ reservationId: id, effect: 'refused', refusal: result.refusal });
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
    if (each.status === 'held' || each.status === 'waiting') return true;
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
  return { effects: [{ reservationId: newest?.id ?? null, effect: 'refused', refusal }], refusal };
}

function isSold({ status }: Reservation): boolean {
  return status === 'confirmed' || status === 'fulfilled';
}
