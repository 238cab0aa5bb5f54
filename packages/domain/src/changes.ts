import type { LinePart } from './commands.ts';
import type { ReservationView } from './contract-view.ts';
import type { Reservation, SyncAction } from './reservation.ts';
import type { Movement, StockLevel } from './stock-level.ts';

/** What a transition is called towards the outside; the full CloudEvents type has `warehouse.inventory.` before it. */
export type TransitionEvent =
  'reserved' | 'confirmed' | 'extended' | 'released' | 'expired' | 'cancelled' | 'deducted';

/** One append-only row for each transition. */
export interface ReservationEvent {
  readonly id: string;
  readonly type: `warehouse.inventory.${TransitionEvent}`;
  readonly reservationId: string;
  readonly reservationVersion: number;
  readonly data: ReservationView;
}

/** Something the Warehouse Gateway must be told. */
export interface NewSync {
  readonly id: string;
  readonly reservationId: string;
  readonly ordinal: number;
  readonly action: SyncAction;
  readonly orderId: string | null;
  readonly lines: readonly { readonly sku: string; readonly location: string; readonly quantity: number }[];
}

/** A part of a reservation that has left the warehouse, under the name that the caller gave it. */
export interface Fulfillment {
  readonly reservationId: string;
  readonly fulfillmentId: string;
  /** As asked for. Null: all that was left. */
  readonly parts: readonly LinePart[] | null;
}

/** A part of a file of stock that was applied. */
export interface ImportedChunk {
  readonly importId: string;
  /** From 1. */
  readonly chunk: number;
  /** Rows that were applied. */
  readonly applied: number;
  /** Rows that were not, in their order. */
  readonly rejected: readonly { readonly row: number; readonly message: string }[];
}

/** All that one decision changes, for the ledger to write in one transaction. */
export interface Changes {
  /** Counters after the decision. */
  readonly levels: readonly StockLevel[];
  readonly movements: readonly Movement[];
  /** Reservations that did not exist before, as they are after the decision. */
  readonly created: readonly Reservation[];
  /** Reservations that existed and changed. */
  readonly updated: readonly Reservation[];
  /** Those of `updated` whose lines changed. */
  readonly relined: readonly Reservation[];
  /** Those of `relined` whose allocations changed: other locations, or other shares. */
  readonly reallocated: readonly Reservation[];
  readonly events: readonly ReservationEvent[];
  readonly syncs: readonly NewSync[];
  readonly fulfillments: readonly Fulfillment[];
  readonly importedChunks: readonly ImportedChunk[];
  /** SKUs of which it is to be looked at again whether they are low. */
  readonly toReview: readonly string[];
}
