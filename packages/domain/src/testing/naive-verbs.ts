import type { ConfirmCommand } from '../commands/confirm.ts';
import type { ExtendCommand } from '../commands/extend.ts';
import type { FulfillCommand } from '../commands/fulfill.ts';
import { no, type Expected } from './expected.ts';
import { refusePromise } from './naive-limits.ts';
import { moveToShip } from './naive-moves.ts';
import { answerKnown, remember, unitsNamed } from './naive-parts.ts';
import {
  change,
  changed,
  isOfAnotherOrder,
  isOpen,
  setFate,
  unchanged,
  viewOf,
  type NaiveReservation,
} from './naive-reservation.ts';
import { withoutIndex, type NaiveUnit } from './naive-sourcing.ts';
import type { NaiveStock } from './naive-stock.ts';

/** What a verb needs besides its reservation. */
export interface Around {
  readonly stock: NaiveStock;
  isCancelled(orderId: string | null): boolean;
}

type ConfirmedBy = Pick<ConfirmCommand, 'orderId' | 'paymentReference'>;

export function answerConfirm(
  it: NaiveReservation,
  command: ConfirmCommand,
  now: number,
  orders: Around,
): Expected {
  const isWithdrawn = it.withdrawnAt !== null;
  const isOver = isWithdrawn || ['waiting', 'expired', 'released', 'cancelled'].includes(it.status);
  const wasPaidInTime =
    it.status === 'cancelled' && command.paymentReference !== null && it.payment === command.paymentReference;
  const answer = isWithdrawn ? no('reservation_withdrawn', it) : confirmNow(it, command, now, orders);
  if (answer.ok || !isOver || wasPaidInTime || isOfAnotherOrder(it, command.orderId)) return answer;
  if (answer.code === 'quantity_exceeds_remaining') return answer; // the call is wrong, not the payment
  const isForGood = answer.code !== 'reservation_expired' && it.status !== 'waiting';
  const wasForGood = it.refusedPayments.get(command.paymentReference) === 'for good';
  it.refusedPayments.set(command.paymentReference, isForGood || wasForGood ? 'for good' : 'for now');
  return answer;
}

/** It was to be refunded, so it can no longer confirm this reservation. */
export function isRefusedForGood(it: NaiveReservation, payment: string | null): boolean {
  return payment !== null && it.refusedPayments.get(payment) === 'for good';
}

function confirmNow(it: NaiveReservation, command: ConfirmCommand, now: number, orders: Around): Expected {
  const isOfCancelledOrder = orders.isCancelled(it.orderId ?? command.orderId);
  const isSold = it.status === 'confirmed' || it.status === 'fulfilled';
  // A payment with which it was sold was not refused, and a repeat of it is no other payment.
  const payment = isSold && command.paymentReference === it.payment ? null : command.paymentReference;
  const isRefunded = isRefusedForGood(it, isSold ? payment : (payment ?? it.payment));
  if (['waiting', 'released', 'cancelled', 'expired'].includes(it.status)) {
    if (isOfCancelledOrder) return no('order_cancelled', it);
    if (it.status !== 'expired') return no('invalid_transition', it);
    if (command.onExpired === 'reject') return no('reservation_expired', it);
  }
  const named = unitsNamed(it, it.units, command.parts);
  if (it.status === 'confirmed' && named?.length !== it.units.length) return no('invalid_transition', it);
  if (isOfAnotherOrder(it, command.orderId)) return no('invalid_transition', it);
  if (it.status === 'held') {
    if (isOfCancelledOrder) return no('order_cancelled', it);
    return named ? sell(it, named, command, now) : no('quantity_exceeds_remaining', it);
  }
  if (isRefunded) return no('invalid_transition', it);
  if (it.status === 'fulfilled') return unchanged(it);
  if (it.status === 'confirmed') return takeNames(it, command, isOfCancelledOrder);
  if (!named) return no('quantity_exceeds_remaining', it);

  const hasWaited = it.units.length === 0;
  const quantityOf = (index: number) =>
    hasWaited ? (it.lines[index]?.quantity ?? 0) : named.filter(({ line }) => line === index).length;
  const again = it.lines.map((line, index) => ({ ...line, quantity: quantityOf(index) }));
  const refused = refusePromise(orders.stock, {
    customerId: it.customerId,
    added: again,
    given: again,
    by: it,
  });
  if (refused) return refused;
  const { sourcing, locations } = it;
  const chosen = orders.stock.choose(again, { sourcing, locations, ifShort: 'reject' });
  if ('short' in chosen) return no('insufficient_stock', it, withoutIndex(chosen.short));
  it.reason = null;
  return sell(it, chosen.units, command, now);
}

/** A reservation that was confirmed without an order or a payment takes the one of a later confirm. */
function takeNames(it: NaiveReservation, by: ConfirmedBy, isOfCancelledOrder: boolean): Expected {
  const takesOrder = it.orderId === null && by.orderId !== null;
  const takesPayment = it.payment === null && by.paymentReference !== null;
  if (!takesOrder && !takesPayment) return unchanged(it);
  if (isOfCancelledOrder) return no('order_cancelled', it);
  change(it, { orderId: it.orderId ?? by.orderId, payment: it.payment ?? by.paymentReference });
  return changed(it);
}

/** The others of its units are given back. */
function sell(it: NaiveReservation, units: readonly NaiveUnit[], by: ConfirmedBy, now: number): Expected {
  setFate(units, 'sold');
  change(it, {
    status: 'confirmed',
    units,
    orderId: it.orderId ?? by.orderId,
    payment: by.paymentReference ?? it.payment,
    confirmedAt: now,
    warehouseAction: 'confirm',
  });
  return changed(it);
}

export function answerExtend(it: NaiveReservation, command: ExtendCommand, now: number): Expected {
  if (it.status === 'expired') return no('reservation_expired', it);
  if (it.status !== 'held' || it.expiresAt === null) return no('invalid_transition', it);
  const until = now + command.ttlSeconds * 1000;
  if (until <= it.expiresAt) return unchanged(it);
  const isPastTheLongest = until > (it.heldAt ?? it.createdAt) + command.holdMaxSeconds * 1000;
  const isOnceTooOften = it.extensions + 1 > command.extensionsMax;
  if (isPastTheLongest || isOnceTooOften) return no('extension_limit_reached', it);
  change(it, { expiresAt: until, extensions: it.extensions + 1 });
  return changed(it);
}

export function answerFulfill(
  it: NaiveReservation,
  { orderId, parts, fulfillmentId, reallocate }: FulfillCommand,
  now: number,
  orders: Around,
): Expected {
  const { stock } = orders;
  if (it.status === 'expired') return no('reservation_expired', it);
  if (isOfAnotherOrder(it, orderId)) return no('invalid_transition', it);
  const part = { kind: 'fulfillment', id: fulfillmentId, parts };
  const known = answerKnown(it, part);
  if (known) return known;
  if (it.status === 'fulfilled') return parts ? no('quantity_exceeds_remaining', it) : unchanged(it);
  if (['waiting', 'released', 'cancelled'].includes(it.status)) return no('invalid_transition', it);
  const getsAnOrder = it.orderId === null || it.status === 'held';
  if (getsAnOrder && orders.isCancelled(it.orderId ?? orderId)) return no('order_cancelled', it);

  const before = structuredClone(it.units);
  const moved = reallocate && parts ? moveToShip(it, parts, stock) : { units: 0 };
  const named = unitsNamed(it, it.units.filter(isOpen), parts);
  const refused = 'ok' in moved ? moved : refuseToShip(it, named, stock);
  if (refused || !named) {
    it.units = before;
    return refused ?? no('quantity_exceeds_remaining', it);
  }
  if (it.status === 'held') sell(it, it.units, { orderId, paymentReference: null }, now);
  if ('units' in moved && moved.units > 0) it.warehouseAction = 'cancel';
  stock.takeOut(it, named);
  remember(it, part);
  change(it, { orderId: it.orderId ?? orderId });
  if (!it.units.some(isOpen)) {
    it.status = 'fulfilled';
    it.fulfilledAt = now;
  }
  return changed(it);
}

function refuseToShip(
  it: NaiveReservation,
  named: readonly NaiveUnit[] | null,
  stock: NaiveStock,
): Expected | null {
  const short = named ? stock.notOnHand(it, named) : [];
  return short.length > 0 ? no('insufficient_stock', it, short) : null;
}

export function answerExpire(it: NaiveReservation): Expected {
  return it.status === 'expired' ? { ok: true, reservation: viewOf(it) } : no('invalid_transition', it);
}
