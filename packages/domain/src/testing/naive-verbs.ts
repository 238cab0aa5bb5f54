import type { CancelCommand } from '../commands/cancel.ts';
import type { ConfirmCommand } from '../commands/confirm.ts';
import type { ExtendCommand } from '../commands/extend.ts';
import type { FulfillCommand } from '../commands/fulfill.ts';
import type { ReleaseCommand } from '../commands/release.ts';
import { no, type Expected } from './expected.ts';
import {
  change,
  goodsIn,
  setFate,
  unitsNamed,
  viewOf,
  withFate,
  type NaiveReservation,
} from './naive-reservation.ts';
import type { NaiveUnit } from './naive-sourcing.ts';
import type { NaiveStock } from './naive-stock.ts';

/** What a verb needs besides its reservation. */
interface Around {
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
  const isOver = it.status === 'expired' || it.status === 'released' || it.status === 'cancelled';
  const wasPaidInTime =
    it.status === 'cancelled' && command.paymentReference !== null && it.payment === command.paymentReference;
  const answer = confirmNow(it, command, now, orders);
  if (answer.ok || !isOver || wasPaidInTime || isOfAnotherOrder(it, command.orderId)) return answer;
  if (answer.code === 'quantity_exceeds_remaining') return answer; // the call is wrong, not the payment
  const isForGood = answer.code !== 'reservation_expired';
  const isRefusedForGood = it.refusedPayments.get(command.paymentReference) === 'for good';
  it.refusedPayments.set(command.paymentReference, isForGood || isRefusedForGood ? 'for good' : 'for now');
  return answer;
}

function confirmNow(it: NaiveReservation, command: ConfirmCommand, now: number, orders: Around): Expected {
  const isOfCancelledOrder = orders.isCancelled(it.orderId ?? command.orderId);
  const isRefunded =
    command.paymentReference !== null &&
    command.paymentReference !== it.payment &&
    it.refusedPayments.get(command.paymentReference) === 'for good';
  if (it.status === 'released' || it.status === 'cancelled' || it.status === 'expired') {
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

  const quantityOf = (index: number) => named.filter(({ line }) => line === index).length;
  const again = it.lines.map((line, index) => ({ ...line, quantity: quantityOf(index) }));
  const chosen = orders.stock.choose(again, { ...it.asked, ifShort: 'reject' });
  if ('short' in chosen) return no('insufficient_stock', it, chosen.short);
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
    payment: by.paymentReference,
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
  const isPastTheLongest = until > it.createdAt + command.holdMaxSeconds * 1000;
  const isOnceTooOften = it.extensions + 1 > command.extensionsMax;
  if (isPastTheLongest || isOnceTooOften) return no('extension_limit_reached', it);
  change(it, { expiresAt: until, extensions: it.extensions + 1 });
  return changed(it);
}

export function answerRelease(it: NaiveReservation, { reason }: ReleaseCommand, now: number): Expected {
  if (it.status === 'released') return unchanged(it);
  if (it.status !== 'held') return no('invalid_transition', it);
  setFate(it.units, 'given back');
  change(it, { status: 'released', reason, releasedAt: now, warehouseAction: 'release' });
  return changed(it);
}

export function answerFulfill(
  it: NaiveReservation,
  { orderId, parts, fulfillmentId }: FulfillCommand,
  now: number,
  orders: Around,
): Expected {
  const { stock } = orders;
  if (it.status === 'expired') return no('reservation_expired', it);
  if (isOfAnotherOrder(it, orderId)) return no('invalid_transition', it);
  const earlier = fulfillmentId === null ? undefined : it.fulfillments.get(fulfillmentId);
  if (earlier !== undefined) return earlier === goodsIn(parts) ? unchanged(it) : no('idempotency_key_reused');
  if (it.status === 'fulfilled') return parts ? no('quantity_exceeds_remaining', it) : unchanged(it);
  if (it.status === 'released' || it.status === 'cancelled') return no('invalid_transition', it);
  const getsAnOrder = it.orderId === null || it.status === 'held';
  if (getsAnOrder && orders.isCancelled(it.orderId ?? orderId)) return no('order_cancelled', it);

  const left = it.units.filter(({ fate }) => fate !== 'out');
  const named = unitsNamed(it, left, parts);
  if (!named) return no('quantity_exceeds_remaining', it);
  const short = stock.notOnHand(it, named);
  if (short.length > 0) return no('insufficient_stock', it, short);

  if (it.status === 'held') sell(it, it.units, { orderId, paymentReference: null }, now);
  stock.takeOut(it, named);
  if (fulfillmentId !== null) it.fulfillments.set(fulfillmentId, goodsIn(parts));
  change(it, { orderId: it.orderId ?? orderId });
  if (it.units.every(({ fate }) => fate === 'out')) {
    it.status = 'fulfilled';
    it.fulfilledAt = now;
  }
  return changed(it);
}

export function answerCancel(it: NaiveReservation, { reason }: CancelCommand, now: number): Expected {
  if (it.cancelledAt !== null) return unchanged(it);
  if (it.status !== 'confirmed') return no('invalid_transition', it);
  setFate(withFate(it.units, 'sold'), 'cancelled');
  change(it, { reason, cancelledAt: now, warehouseAction: 'cancel', status: 'cancelled' });
  if (withFate(it.units, 'out').length > 0) {
    it.status = 'fulfilled';
    it.fulfilledAt = now;
  }
  return changed(it);
}

export function answerExpire(it: NaiveReservation): Expected {
  return it.status === 'expired' ? { ok: true, reservation: viewOf(it) } : no('invalid_transition', it);
}

function isOfAnotherOrder(it: NaiveReservation, orderId: string | null): boolean {
  return orderId !== null && it.orderId !== null && it.orderId !== orderId;
}

function changed(it: NaiveReservation): Expected {
  return { ok: true, reservation: viewOf(it), changed: true };
}

function unchanged(it: NaiveReservation): Expected {
  return { ok: true, reservation: viewOf(it), changed: false };
}
