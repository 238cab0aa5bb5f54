import { isRefusedAsShort, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import type { OrderEffect } from '../order.ts';
import type { Refused } from '../outcome.ts';
import { isForLackOfUnits, type Refusal } from '../refusals.ts';
import { byAge, type Reservation } from '../reservation.ts';

/** What an event or a call says of an order. All its reservations are meant. */
export interface AboutOrder extends Asked {
  readonly orderId: string;
}

/** The effect of a payment, a cancel or a deduction on an order's reservations. */
export interface OrderChange {
  readonly effects: readonly OrderEffect[];
  /** Why it, or a part of it, was refused. Null: nothing was. */
  readonly refusal: Refusal | null;
}

export type OrderOutcome = { readonly ok: true; readonly order: OrderResult } | Refused;

/** The outcome of an event about an order. For a refusal an event is published, or was published before. */
interface OrderResult extends OrderChange {
  readonly orderId: string;
  /** The order's reservation: the newest live one; if none is live, the newest. Null: it has none. */
  readonly reservationId: string | null;
  /** Why the event has no effect, if there is no refusal. */
  readonly note: string | null;
  /** To be tried again: units that left before the order was created still cannot be deducted. */
  readonly isUnfinished: boolean;
}

/** What all commands about an order share. An event is kept as done only if all of it was done. */
export const ABOUT_ORDER = {
  isShort: (outcome: OrderOutcome) =>
    outcome.ok
      ? outcome.order.refusal !== null && isForLackOfUnits(outcome.order.refusal)
      : isRefusedAsShort(outcome),
  isKept: (outcome: OrderOutcome) => outcome.ok && !outcome.order.isUnfinished,
};

/** An order's reservations as they are now, oldest first. */
export function reservationsOf(draft: Draft, orderId: string): readonly Reservation[] {
  return draft
    .reservations()
    .flatMap(({ id }) => draft.reservation(id) ?? [])
    .filter((each) => each.orderId === orderId)
    .toSorted(byAge);
}

/** Reservations that wait in line, live holds, and reservations with sold units. */
export function isAlive({ status }: Reservation): boolean {
  return status === 'waiting' || status === 'held' || status === 'confirmed' || status === 'fulfilled';
}

/** The order's newest live reservation; if none is live, its newest. */
export function newestOf(draft: Draft, orderId: string): Reservation | undefined {
  const all = reservationsOf(draft, orderId);
  return all.findLast(isAlive) ?? all.at(-1);
}

/**
 * The answer to an order's event. Its note is only used if there is neither an effect nor a refusal.
 *
 * @throws {Error} when it did nothing and has no note
 */
export function concluded(
  draft: Draft,
  orderId: string,
  {
    effects = [],
    note = null,
    refusal = null,
    isUnfinished = false,
  }: Partial<Omit<OrderResult, 'orderId' | 'reservationId'>>,
): OrderOutcome {
  const isSilent = effects.length === 0 && refusal === null;
  if (isSilent && note === null) throw new Error(`an event of order ${orderId} did nothing, for no reason`);
  const reservationId = newestOf(draft, orderId)?.id ?? null;
  return {
    ok: true,
    order: { orderId, reservationId, effects, note: isSilent ? note : null, refusal, isUnfinished },
  };
}
