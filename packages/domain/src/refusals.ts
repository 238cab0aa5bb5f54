import type { ReservationStatus } from './reservation.ts';

/** A short line: the requested and the available units. */
export interface ShortLine {
  readonly sku: string;
  /** The pin, where the line had one. */
  readonly location?: string;
  readonly requested: number;
  readonly available: number;
}

/** A SKU of which a customer would have too much. Units. */
export interface OverLimitLine {
  readonly sku: string;
  /** The SKU's `maxPerCustomer`. */
  readonly limit: number;
  /** Units that the customer has. */
  readonly taken: number;
  /** Units that the call adds. */
  readonly requested: number;
}

/** Units of a line that a call names, and those that are left of it. */
export interface ExcessLine {
  readonly sku: string;
  /** The location that the call named. */
  readonly location?: string;
  readonly requested: number;
  readonly remaining: number;
}

/** Why units of some lines are not promised. */
export type RefusalOfLines = {
  readonly detail: string;
  /** The status of the reservation that asked for them, if there is one. */
  readonly currentStatus?: ReservationStatus;
} & (
  | { readonly code: 'insufficient_stock'; readonly lines: readonly ShortLine[] }
  | { readonly code: 'sku_inactive'; readonly lines: readonly { readonly sku: string }[] }
  | { readonly code: 'customer_limit_reached'; readonly lines: readonly OverLimitLine[] }
);

/**
 * Every way in which a command can be refused. `code` is the contract's and never changes; `detail` says what
 * to do. A refusal changes nothing, but that due holds which the command touched are given back.
 */
export type Refusal =
  | RefusalOfLines
  | {
      readonly code:
        | 'reservation_withdrawn'
        | 'reservation_exists'
        | 'invalid_transition'
        | 'reservation_expired'
        | 'extension_limit_reached';
      readonly detail: string;
      readonly currentStatus: ReservationStatus;
    }
  | {
      readonly code: 'quantity_exceeds_remaining';
      readonly detail: string;
      readonly lines: readonly ExcessLine[];
      readonly currentStatus: ReservationStatus;
    }
  | {
      readonly code: 'order_cancelled';
      readonly detail: string;
      /** The status of the reservation to be confirmed for it, if there is one. */
      readonly currentStatus?: ReservationStatus;
    }
  | {
      readonly code: 'validation_failed';
      readonly detail: string;
      readonly errors: readonly { readonly path: string; readonly message: string }[];
    }
  | {
      readonly code:
        | 'in_use'
        | 'not_found'
        | 'reservation_not_found'
        | 'sku_not_found'
        | 'location_not_found'
        | 'unknown_sku'
        | 'unknown_location'
        | 'quantity_limit_exceeded'
        | 'customer_required'
        | 'version_conflict'
        | 'idempotency_key_reused';
      readonly detail: string;
    };

export type RefusalCode = Refusal['code'];

/** Whether it may be granted when a hold is given back: to the stock, or by the customer. */
export function isForLackOfUnits({ code }: Pick<Refusal, 'code'>): boolean {
  return code === 'insufficient_stock' || code === 'customer_limit_reached';
}

export function isAboutLines(refusal: Refusal): refusal is RefusalOfLines {
  const { code } = refusal;
  return code === 'insufficient_stock' || code === 'sku_inactive' || code === 'customer_limit_reached';
}

/**
 * Whether a refusal is an outcome that a repeated idempotency key gets again (the contract keeps 409 and
 * 412). The caller can correct the others: a repeat with the same key is decided again.
 */
export function isKeptForReplay(refusal: Refusal): boolean {
  switch (refusal.code) {
    case 'insufficient_stock':
    case 'sku_inactive':
    case 'customer_limit_reached':
    case 'order_cancelled':
    case 'reservation_withdrawn':
    case 'reservation_exists':
    case 'invalid_transition':
    case 'reservation_expired':
    case 'extension_limit_reached':
    case 'quantity_exceeds_remaining':
    case 'version_conflict':
    case 'in_use':
      return true;
    case 'validation_failed':
    case 'not_found':
    case 'reservation_not_found':
    case 'sku_not_found':
    case 'location_not_found':
    case 'unknown_sku':
    case 'unknown_location':
    case 'quantity_limit_exceeded':
    case 'customer_required':
    case 'idempotency_key_reused':
      return false;
    default:
      return refusal satisfies never;
  }
}
