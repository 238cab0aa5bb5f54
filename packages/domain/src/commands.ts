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

export type Command =
  | ReserveCommand
  | ReserveBatchCommand
  | ConfirmCommand
  | ExtendCommand
  | ReleaseCommand
  | FulfillCommand
  | CancelCommand
  | ExpireCommand
  | SetStockCommand;

/** The creates in a command: what is to be sourced. */
export function reservesIn(command: Command): readonly ReserveCommand[] {
  if (command.kind === 'reserve') return [command];
  return command.kind === 'reserve-batch' ? command.reservations : [];
}

/** The reservation that a verb names. Null where there is none yet. */
export function reservationNamedBy(command: Command): string | null {
  switch (command.kind) {
    case 'confirm':
    case 'extend':
    case 'release':
    case 'fulfill':
    case 'cancel':
    case 'expire':
      return command.reservationId;
    case 'reserve':
    case 'reserve-batch':
    case 'set-stock':
      return null;
    default:
      return command satisfies never;
  }
}
