import type { LinePart } from './commands/line-parts.ts';
import type { StockLevelView } from './contract-view.ts';
import type { CustomerUnits } from './customer-units.ts';
import type { KeptReservation } from './kept-reservation.ts';
import type { Order } from './order.ts';
import type { RefusalOfLines } from './refusals.ts';
import type { Reservation, ReservationStatus, SyncAction, SyncLine } from './reservation.ts';
import type { WantedLine } from './sourcing.ts';
import type { LevelName, Movement, StockLevel } from './stock-level.ts';

/** The request that a command comes from. Its events and syncs have this id, as all logs do. */
export interface Trace {
  readonly requestId: string;
  /** Of W3C Trace Context. Null: the client sent none. */
  readonly traceparent: string | null;
}

/** The public name of a reservation's transition. */
export type TransitionEvent =
  | 'reserved'
  | 'waiting'
  | 'changed'
  | 'confirmed'
  | 'extended'
  | 'released'
  | 'expired'
  | 'cancelled'
  | 'deducted'
  | 'returned';

/** Units that a change took from a level's counters, or added to them. */
export interface StockChange extends LevelName {
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
}

/** Why something was refused, in the form of events. */
export interface EventRefusal {
  readonly code: string;
  readonly detail: string;
  readonly lines?: Exclude<RefusalOfLines, { readonly code: 'sku_inactive' }>['lines'];
}

type TypeOf<Kind extends string> = `warehouse.inventory.${Kind}`;

/** The data of an event: the thing as it is after the change, in the contract's terms, and what changed. */
type EventContent =
  | {
      readonly type: TypeOf<TransitionEvent>;
      readonly data: KeptReservation;
      readonly changed: {
        /** Null: there was no reservation before. */
        readonly previous_status: ReservationStatus | null;
        readonly stock_changes: readonly StockChange[];
        /** For `confirmed` only: whether a `confirm_refused` of this reservation was published before. */
        readonly after_refusal?: boolean;
        /** Only if the call gave a reason: that, and who called. */
        readonly reason?: string | null;
        readonly caller?: string;
      };
    }
  | { readonly type: TypeOf<'expiring'>; readonly data: KeptReservation; readonly changed: null }
  | {
      readonly type: TypeOf<'confirm_refused'>;
      readonly data: KeptReservation;
      readonly changed: {
        readonly payment_reference: string | null;
        /** Whether this payment can no longer confirm this reservation: it is to be refunded. */
        readonly final: boolean;
        readonly refusal: EventRefusal;
      };
    }
  | {
      readonly type: TypeOf<'reservation_refused'>;
      readonly data: {
        readonly order_id: string;
        readonly lines: readonly WantedLine[];
        /** The reference of the earlier payment, which is to be refunded. Null: none did. */
        readonly payment_reference: string | null;
        readonly refusal: EventRefusal;
      };
      readonly changed: null;
    }
  | {
      readonly type: TypeOf<'stock_shortfall'>;
      readonly data: StockLevelView;
      readonly changed: { readonly previous_shortfall: number };
    }
  | {
      readonly type: TypeOf<'reconciled'>;
      readonly data: StockLevelView;
      readonly changed: { readonly stock_changes: readonly StockChange[] };
    };

/** One append-only row for each thing that happened. */
export type NewEvent = EventContent &
  Partial<Trace> & {
    readonly id: string;
    readonly subject: string;
    readonly reservationId: string | null;
    readonly reservationVersion: number | null;
  };

export interface NewSync extends Partial<Trace> {
  readonly id: string;
  readonly reservationId: string;
  readonly ordinal: number;
  readonly action: SyncAction;
  readonly orderId: string | null;
  readonly lines: readonly SyncLine[];
  /**
   * Whether it is the sync of the reservation's end: only this supersedes earlier ones that were not sent.
   */
  readonly endsReservation: boolean;
}

/** What was done with a part of a reservation: it was fulfilled, released, cancelled or returned. */
export type PartKind = 'fulfillment' | 'release' | 'cancellation' | 'return';

/** A part by the id that the client gave it. It counts once for each reservation and kind, for ever. */
export interface PartName {
  readonly reservationId: string;
  readonly kind: PartKind;
  readonly partId: string;
}

/** A part of a reservation that a call has dealt with. */
export interface RecordedPart extends PartName {
  /** As asked for. Null: all that was left. */
  readonly parts: readonly RecordedLine[] | null;
}

/** Of a return, `location` is where the units had left from. */
export interface RecordedLine extends LinePart {
  /** Of a return: where the units came back to. */
  readonly to?: string | null;
  /** Of a return: whether they are on hand again. Absent: yes. */
  readonly restock?: boolean;
}

/** A payment that was refused for a reservation, and published as `confirm_refused`. */
export interface RefusedPayment {
  readonly reservationId: string;
  /** Null: the call named none. */
  readonly paymentReference: string | null;
  /** Whether it was refused permanently. Never goes back to false. */
  readonly final: boolean;
}

/** When it is to be announced that a hold ends. It replaces an earlier notice of the same reservation. */
export interface ExpiryNotice {
  readonly reservationId: string;
  /** Epoch milliseconds. */
  readonly notifyAt: number;
}

/** A part of a file of stock that was applied. */
export interface ImportedChunk {
  readonly importId: string;
  /** From 1. */
  readonly chunk: number;
  readonly applied: number;
  /** Those of `applied` that found all as they say. */
  readonly unchanged: number;
  /** Levels that the file does not name, and that were set to 0. */
  readonly zeroed: number;
  /** Rows that were not, in their order. */
  readonly rejected: readonly { readonly row: number; readonly message: string }[];
  readonly settings: readonly SettingChange[];
}

/** A value of a level, other than its units, that an import changed. */
export interface SettingChange extends LevelName {
  readonly field: 'safety_stock' | 'backorder_limit';
  readonly before: number;
  readonly after: number;
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
  /** Those of `updated` whose lines are the same, with other quantities confirmed, fulfilled and so on. */
  readonly linesChanged: readonly Reservation[];
  /**
   * Those of `updated` that have other lines, or other quantities in them. Their allocations are replaced
   * too.
   */
  readonly linesReplaced: readonly Reservation[];
  /** Those of `linesChanged` whose allocations changed: other locations, or other shares. */
  readonly reallocated: readonly Reservation[];
  readonly events: readonly NewEvent[];
  /** Refusals that are published once: a repeat has the same id, and is not written again. */
  readonly refusals: readonly NewEvent[];
  /** What events say about orders, if that is new. */
  readonly orders: readonly Order[];
  readonly syncs: readonly NewSync[];
  readonly recordedParts: readonly RecordedPart[];
  readonly refusedPayments: readonly RefusedPayment[];
  readonly expiryNotices: readonly ExpiryNotice[];
  readonly importedChunks: readonly ImportedChunk[];
  /** Those of `created` and `updated`, and others, whose waiting has changed: its end included. */
  readonly waits: readonly Reservation[];
  /** Changes of the units of customers, for SKUs with a limit for each customer. */
  readonly customerUnits: readonly CustomerUnits[];
  /** SKUs for which the ledger checks again whether they are low. */
  readonly toReview: readonly string[];
  /** SKUs that are blocked for fewer of those in line than before. */
  readonly toGrant: readonly string[];
}
