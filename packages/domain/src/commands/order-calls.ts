import { isRefusedAsShort } from '../command-module.ts';
import { showOrder, type OrderView } from '../contract-view.ts';
import type { Draft } from '../draft.ts';
import { isKnown, type OrderEffect } from '../order.ts';
import type { Refused } from '../outcome.ts';
import { isForLackOfUnits } from '../refusals.ts';
import { reservationsOf, type OrderChange } from './order-reservations.ts';
import { refuse } from './refuse.ts';

// Calls about an order follow the same rules as its events. They differ in their answers, and in that the
// order must be known, except for a cancel.

/** What a call about an order answers. */
export type OrderCallOutcome = { readonly ok: true; readonly answer: OrderAnswer } | Refused;

interface OrderAnswer {
  /** The order after the call. */
  readonly order: OrderView;
  readonly results: readonly OrderEffect[];
}

/** What all calls about an order share. */
export const ORDER_CALL = {
  isShort: (outcome: OrderCallOutcome) =>
    outcome.ok
      ? outcome.answer.results.some(({ refusal }) => refusal && isForLackOfUnits(refusal))
      : isRefusedAsShort(outcome),
};

/** Null: the order is known. */
export function refuseUnknownOrder(draft: Draft, orderId: string): Refused | null {
  if (isKnown(draft.order(orderId)) || reservationsOf(draft, orderId).length > 0) return null;
  return refuse({ code: 'not_found', detail: `Nothing is known of an order ${orderId}.` });
}

export function answered(draft: Draft, orderId: string, { effects }: OrderChange): OrderCallOutcome {
  const order = showOrder(draft.order(orderId), reservationsOf(draft, orderId), draft.now);
  return { ok: true, answer: { order, results: effects } };
}
