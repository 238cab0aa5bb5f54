import type { LinePart } from './commands/line-parts.ts';
import type { Refusal } from './refusals.ts';

/** Units that left the warehouse before any were reserved. */
export interface EarlyFulfillment {
  readonly fulfillmentId: string;
  /** Null: all. */
  readonly parts: readonly LinePart[] | null;
}

/**
 * What events say about an order, in whichever sequence they came. Its row is the first lock of every command
 * that is about the order. Times are milliseconds since the epoch, by the database's clock.
 */
export interface Order {
  readonly orderId: string;
  /** When stock was taken for it; a second `created` takes none. */
  readonly reservedAt: number | null;
  readonly paidAt: number | null;
  readonly paymentReference: string | null;
  /** From then on nothing is reserved for it. */
  readonly cancelledAt: number | null;
  readonly fulfillments: readonly EarlyFulfillment[];
}

/** Everything that an event of an order can do, to the order or to one of its reservations. */
export const ORDER_EFFECTS = [
  'reserved',
  'waiting',
  'confirmed',
  'changed',
  'released',
  'cancelled',
  'deducted',
  'remembered',
  'refused',
] as const;

/** One thing that an event or a call about an order has done. */
export interface OrderEffect {
  /** Null: the effect is on the order, which has no reservation for it. */
  readonly reservationId: string | null;
  readonly effect: (typeof ORDER_EFFECTS)[number];
  /** Why, if the effect is `refused`. */
  readonly refusal?: Refusal;
}

/**
 * Most reservations of one order that an answer shows, and that are read of those that are over: the newest.
 * Held and confirmed reservations are always read.
 */
export const ORDER_RESERVATIONS_MAX = 200;

/** Most fulfillments that are remembered for an order that has no reservation yet. */
export const EARLY_FULFILLMENTS_MAX = 100;

/** Whether anything was said of an order that has no reservation. Locking a row is not enough. */
export function isKnown({ reservedAt, paidAt, cancelledAt, fulfillments }: Order): boolean {
  return reservedAt !== null || paidAt !== null || cancelledAt !== null || fulfillments.length > 0;
}
