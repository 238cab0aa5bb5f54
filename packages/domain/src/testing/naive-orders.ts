import type { OrderCancelledCommand } from '../commands/order-cancelled.ts';
import type { OrderPaidCommand } from '../commands/order-paid.ts';
import type { OrderEffect } from '../order.ts';
import type { RefusalCode } from '../refusals.ts';
import { no, type Expected } from './expected.ts';
import { answerCancel, answerRelease } from './naive-parts.ts';
import type { NaiveReservation } from './naive-reservation.ts';
import type { NaiveStock } from './naive-stock.ts';
import { answerConfirm } from './naive-verbs.ts';

const ALIVE: ReadonlySet<string> = new Set(['waiting', 'held', 'confirmed', 'fulfilled']);

/** The state of orders by their events: which are cancelled, and the first payment of each. */
export class NaiveOrders {
  readonly stock: NaiveStock;
  readonly #cancelled = new Set<string>();
  readonly #paidWith = new Map<string, string | null>();

  constructor(stock: NaiveStock) {
    this.stock = stock;
  }

  readonly isCancelled = (orderId: string | null): boolean =>
    orderId !== null && this.#cancelled.has(orderId);

  cancel({ orderId, reason, caller }: OrderCancelledCommand, now: number): Expected {
    const all = this.#reservationsOf(orderId);
    const hasOpen = all.some(({ status }) => ['waiting', 'held', 'confirmed'].includes(status));
    const isShipped = all.some(({ status, cancelledAt }) => status === 'fulfilled' && cancelledAt === null);
    const isKnown = this.isCancelled(orderId);
    if (isShipped && !hasOpen && !isKnown) return no('invalid_transition', { status: 'fulfilled' });
    this.#cancelled.add(orderId);
    const effects: OrderEffect[] = [];
    for (const each of all) {
      const end = { reservationId: each.asked.reservationId, reason, parts: null, caller };
      const was = each.status === 'waiting' ? 'held' : each.status;
      if (was === 'held') answerRelease(each, { kind: 'release', releaseId: null, ...end }, now);
      if (was === 'confirmed') answerCancel(each, { kind: 'cancel', cancellationId: null, ...end }, now);
      if (was === 'held') effects.push({ reservationId: end.reservationId, effect: 'released' });
      if (was === 'confirmed') effects.push({ reservationId: end.reservationId, effect: 'cancelled' });
    }
    if (effects.length === 0 && !isKnown) effects.push({ reservationId: null, effect: 'remembered' });
    return this.#expect(orderId, effects, null);
  }

  pay(command: OrderPaidCommand, now: number): Expected {
    const { orderId, paymentReference } = command;
    if (this.isCancelled(orderId)) return this.#payCancelled(command);
    const effects: OrderEffect[] = [];
    const codes: RefusalCode[] = [];
    for (const each of this.#paidReservations(command)) {
      const reservationId = each.asked.reservationId;
      const was = each.status;
      const answer = answerConfirm(
        each,
        { ...command, kind: 'confirm', reservationId, parts: null },
        now,
        this,
      );
      if (!answer.ok) codes.push(answer.code);
      const done = was === 'confirmed' ? 'changed' : 'confirmed';
      effects.push({ reservationId, effect: answer.ok ? done : 'refused' });
    }
    const isUseless = codes.length > 0 && codes.length === effects.length;
    if (!isUseless && !this.#paidWith.has(orderId)) {
      this.#paidWith.set(orderId, paymentReference);
      if (effects.length === 0) effects.push({ reservationId: null, effect: 'remembered' });
    }
    const [first = null] = codes;
    return this.#expect(
      orderId,
      effects,
      codes.includes('insufficient_stock') ? 'insufficient_stock' : first,
    );
  }

  /** Holds, expired holds that no later reservation replaced, and reservations confirmed without a payment. */
  #paidReservations({ orderId, paymentReference }: OrderPaidCommand): readonly NaiveReservation[] {
    const all = this.#reservationsOf(orderId);
    const meant = all.filter((each) => {
      const end = each.expiredAt ?? Infinity;
      const isReplaced = all.some((other) => other !== each && other.createdAt >= end);
      const isUnpaid = each.payment === null && paymentReference !== null;
      return (
        each.status === 'held' ||
        each.status === 'waiting' ||
        (each.status === 'expired' && each.withdrawnAt === null && !isReplaced) ||
        (each.status === 'confirmed' && isUnpaid)
      );
    });
    if (meant.length > 0 || all.some(({ status }) => ALIVE.has(status))) return meant;
    return all.slice(all.length - 1);
  }

  #payCancelled({ orderId, paymentReference }: OrderPaidCommand): Expected {
    const all = this.#reservationsOf(orderId);
    const isPaid = this.#paidWith.has(orderId) && this.#paidWith.get(orderId) === paymentReference;
    if (isPaid || all.some(({ status }) => status === 'confirmed' || status === 'fulfilled')) {
      return this.#expect(orderId, [], null);
    }
    const newest = all[all.length - 1];
    const isItsOwn =
      newest?.status === 'cancelled' && paymentReference !== null && newest.payment === paymentReference;
    if (!isItsOwn) newest?.refusedPayments.set(paymentReference, 'for good');
    const refused: OrderEffect = { reservationId: newest?.asked.reservationId ?? null, effect: 'refused' };
    return this.#expect(orderId, [refused], 'order_cancelled');
  }

  /** Oldest first. */
  #reservationsOf(orderId: string): readonly NaiveReservation[] {
    return this.stock.reservations
      .filter((each) => each.orderId === orderId)
      .toSorted((one, other) => one.createdAt - other.createdAt || (idOf(one) < idOf(other) ? -1 : 1));
  }

  #expect(orderId: string, effects: readonly OrderEffect[], refused: RefusalCode | null): Expected {
    const all = this.#reservationsOf(orderId);
    const newest = all.findLast(({ status }) => ALIVE.has(status)) ?? all.at(-1);
    return { ok: true, order: { reservation_id: newest ? idOf(newest) : null, effects, refused } };
  }
}

function idOf({ asked }: NaiveReservation): string {
  return asked.reservationId;
}
