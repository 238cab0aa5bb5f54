import { isRefusedAsShort, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import type { OrderEffect } from '../order.ts';
import type { Refused } from '../outcome.ts';
import type { Refusal } from '../refusals.ts';
import type { Reservation } from '../reservation.ts';

/** What events of other services say of an order. All its reservations are meant. */
export interface AboutOrder extends Asked {
  readonly orderId: string;
}

export type OrderOutcome = { readonly ok: true; readonly order: OrderResult } | Refused;

/** What became of an order's event. */
interface OrderResult {
  readonly orderId: string;
  /** The order's reservation: the newest that lives, or else the newest. Null: it has none. */
  readonly reservationId: string | null;
  /** What the event has done, in order. */
  readonly effects: readonly OrderEffect[];
  /** Why it has done nothing, if no refusal says so. */
  readonly note: string | null;
  /**
   * Why the request was refused; an event is published, or was published before. Null: it was not refused.
   */
  readonly refusal: Refusal | null;
  /**
   * True: what has left before the order was created can still not be deducted, and `refusal` says why. To be
   * tried again.
   */
  readonly isUnfinished: boolean;
}

/**
 * What all commands about an order have in common. An event is done, and kept as done, only if all of it was
 * done.
 */
export const ABOUT_ORDER = {
  weight: () => 1,
  isShort: (outcome: OrderOutcome) =>
    outcome.ok ? outcome.order.refusal?.code === 'insufficient_stock' : isRefusedAsShort(outcome),
  isKept: (outcome: OrderOutcome) => outcome.ok && !outcome.order.isUnfinished,
};

/** An order's reservations as they are now, oldest first. */
export function reservationsOf(draft: Draft, orderId: string): readonly Reservation[] {
  return draft
    .reservations()
    .flatMap(({ id }) => draft.reservation(id) ?? [])
    .filter((each) => each.orderId === orderId)
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
}

/** Holds that live, and what is sold. */
export function isAlive({ status }: Reservation): boolean {
  return status === 'held' || status === 'confirmed' || status === 'fulfilled';
}

/** The order's newest live reservation, or else its newest. */
export function newestOf(draft: Draft, orderId: string): Reservation | undefined {
  const all = reservationsOf(draft, orderId);
  return all.findLast(isAlive) ?? all.at(-1);
}

/** The outcome of an order's event. */
interface Conclusion {
  readonly effects?: readonly OrderEffect[];
  /** Why nothing was done: only used if there is neither an effect nor a refusal. */
  readonly note?: string;
  readonly refusal?: Refusal | null;
  readonly isUnfinished?: boolean;
}

/** The answer to an order's event. @throws {Error} when it did nothing and has no note */
export function concluded(
  draft: Draft,
  orderId: string,
  { effects = [], note, refusal = null, isUnfinished = false }: Conclusion,
): OrderOutcome {
  const isSilent = effects.length === 0 && refusal === null;
  if (isSilent && note === undefined)
    throw new Error(`an event of order ${orderId} did nothing, for no reason`);
  const reservationId = newestOf(draft, orderId)?.id ?? null;
  return {
    ok: true,
    order: { orderId, reservationId, effects, note: isSilent ? (note ?? null) : null, refusal, isUnfinished },
  };
}
