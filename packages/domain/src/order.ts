import type { LinePart } from './commands/line-parts.ts';

/** What left the warehouse before anything was reserved. */
export interface EarlyFulfillment {
  readonly fulfillmentId: string;
  /** Null: all. */
  readonly parts: readonly LinePart[] | null;
}

/**
 * What events have said of an order, whatever the order in which they came. Its row is the first lock of
 * every command that is about the order. Times are milliseconds since the epoch, by the database's clock.
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

/** One thing that an event of an order has done. */
export interface OrderEffect {
  /** Null: the effect is on the order, which has no reservation for it. */
  readonly reservationId: string | null;
  readonly effect: (typeof ORDER_EFFECTS)[number];
}

/** Most fulfillments that are remembered for an order that has no reservation yet. */
export const EARLY_FULFILLMENTS_MAX = 100;

/** An order of which nothing has been said yet. */
export function newOrder(orderId: string): Order {
  return {
    orderId,
    reservedAt: null,
    paidAt: null,
    paymentReference: null,
    cancelledAt: null,
    fulfillments: [],
  };
}
