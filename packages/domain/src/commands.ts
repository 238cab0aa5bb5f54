import type { Sourcing } from './reservation.ts';
import type { WantedLine } from './sourcing.ts';

/** Who asks, for the movements: the API key's name, or the job's. */
interface Asked {
  readonly caller: string;
}

export interface ReserveCommand extends Asked {
  readonly kind: 'reserve';
  /** The id that the reservation will have. */
  readonly reservationId: string;
  readonly orderId: string | null;
  readonly cartId: string | null;
  readonly storeId: string | null;
  readonly source: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lines: readonly WantedLine[];
  readonly sourcing: Sourcing;
  /** How long the hold lasts. Null: no hold, confirmed at once. */
  readonly ttlSeconds: number | null;
}

/** Creates that are answered together, in their order. */
export interface ReserveBatchCommand extends Asked {
  readonly kind: 'reserve-batch';
  /** All or none: the first that is refused refuses all, and nothing is taken. */
  readonly atomic: boolean;
  readonly reservations: readonly ReserveCommand[];
}

/** A share of a reservation's lines, in a confirm or a fulfill. */
export interface LinePart {
  readonly sku: string;
  /** Names an allocation. Null: all of the SKU, first allocation first. */
  readonly location: string | null;
  readonly quantity: number;
}

export interface ConfirmCommand extends Asked {
  readonly kind: 'confirm';
  readonly reservationId: string;
  readonly orderId: string | null;
  readonly paymentReference: string | null;
  /** Null: all. */
  readonly parts: readonly LinePart[] | null;
  readonly onExpired: 'reject' | 'reacquire';
}

/** Lets a hold live longer. */
export interface ExtendCommand extends Asked {
  readonly kind: 'extend';
  readonly reservationId: string;
  /** From now. */
  readonly ttlSeconds: number;
  /** How often a hold may be extended. */
  readonly extensionsMax: number;
  /** The longest that a hold may live, from its creation. */
  readonly holdMaxSeconds: number;
}

export interface ReleaseCommand extends Asked {
  readonly kind: 'release';
  readonly reservationId: string;
  readonly reason: string | null;
}

/** Deducts what left the warehouse. A live hold is confirmed first. */
export interface FulfillCommand extends Asked {
  readonly kind: 'fulfill';
  readonly reservationId: string;
  readonly orderId: string | null;
  /** Counts once for each reservation, for ever. Null: each call counts. */
  readonly fulfillmentId: string | null;
  /** Null: all that is left. */
  readonly parts: readonly LinePart[] | null;
}

/** Frees what was confirmed and is not fulfilled yet. */
export interface CancelCommand extends Asked {
  readonly kind: 'cancel';
  readonly reservationId: string;
  readonly reason: string | null;
}

/** Gives a due hold's stock back. Refused while the hold is alive: expiry is never early. */
export interface ExpireCommand {
  readonly kind: 'expire';
  readonly reservationId: string;
}

/** Sets what is on hand of a SKU at a location. */
export interface SetStockCommand extends Asked {
  readonly kind: 'set-stock';
  readonly sku: string;
  readonly location: string;
  readonly onHand: number;
  /** Null: as it is. */
  readonly safetyStock: number | null;
  readonly reason: string | null;
  /** The version that the caller saw. Null: whichever. */
  readonly ifVersion: number | null;
}

/** Adds to what is on hand, or takes from it: receipts, returns, damage. All lines or none. */
export interface AdjustStockCommand extends Asked {
  readonly kind: 'adjust-stock';
  readonly lines: readonly StockAdjustment[];
}

export interface StockAdjustment {
  readonly sku: string;
  readonly location: string;
  /** Units, not 0. */
  readonly delta: number;
  readonly reason: string;
}

/** Applies a part of a file of stock. Each row for itself: one that cannot be applied is noted, the others are. */
export interface ImportStockCommand extends Asked {
  readonly kind: 'import-stock';
  readonly importId: string;
  /** Which of the import's chunks, from 1, in order. One that was applied before is not applied again. */
  readonly chunk: number;
  readonly rows: readonly ImportRow[];
}

/** A row of a file, which counts from 1: what it asks for, or why it cannot be read. */
export type ImportRow = ReadableImportRow | { readonly row: number; readonly problem: string };

export interface ReadableImportRow {
  readonly row: number;
  readonly sku: string;
  readonly location: string;
  readonly change: { readonly onHand: number } | { readonly delta: number };
  /** Null: as it is. */
  readonly safetyStock: number | null;
}

/** Makes counters what they should be, where something other than the ledger has changed them. */
export interface RepairStockCommand extends Asked {
  readonly kind: 'repair-stock';
  readonly levels: readonly { readonly sku: string; readonly location: string }[];
  /** Only say what would be done. */
  readonly dryRun: boolean;
}

/** Looks whether SKUs are low, after something else than their stock has changed: a threshold, a location. */
export interface ReviewStockCommand {
  readonly kind: 'review-stock';
  readonly skus: readonly string[];
}

/** What the events of other services say of an order. All reservations of the order are meant. */
interface OfOrder extends Asked {
  readonly orderId: string;
}

/** Reserves, if the order has not been cancelled and has no reservation that lives. */
export interface OrderCreatedCommand extends OfOrder {
  readonly kind: 'order-created';
  readonly reserve: ReserveCommand;
}

/** Confirms what the order holds. Before there is a reservation, it is remembered. */
export interface OrderPaidCommand extends OfOrder {
  readonly kind: 'order-paid';
  readonly paymentReference: string | null;
  readonly onExpired: 'reject' | 'reacquire';
}

/** Releases what the order holds. What is confirmed stays. */
export interface OrderPaymentFailedCommand extends OfOrder {
  readonly kind: 'order-payment-failed';
}

/** Releases or cancels, whichever the state allows. From then on nothing is reserved for the order. */
export interface OrderCancelledCommand extends OfOrder {
  readonly kind: 'order-cancelled';
  readonly reason: string | null;
}

/** Deducts what has left. Before there is a reservation, it is remembered. */
export interface OrderFulfilledCommand extends OfOrder {
  readonly kind: 'order-fulfilled';
  /** Counts once for each reservation, for ever. */
  readonly fulfillmentId: string;
  /** Null: all that is left. */
  readonly parts: readonly LinePart[] | null;
}

export type OrderCommand =
  | OrderCreatedCommand
  | OrderPaidCommand
  | OrderPaymentFailedCommand
  | OrderCancelledCommand
  | OrderFulfilledCommand;

export type Command =
  | ReserveCommand
  | ReserveBatchCommand
  | ConfirmCommand
  | ExtendCommand
  | ReleaseCommand
  | FulfillCommand
  | CancelCommand
  | ExpireCommand
  | SetStockCommand
  | AdjustStockCommand
  | ImportStockCommand
  | RepairStockCommand
  | ReviewStockCommand
  | OrderCommand;
