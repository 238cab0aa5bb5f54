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

/** A share of a reservation's lines, in a confirm (later: a fulfill). */
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

export interface ReleaseCommand extends Asked {
  readonly kind: 'release';
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

export type Command = ReserveCommand | ConfirmCommand | ReleaseCommand | ExpireCommand | SetStockCommand;
