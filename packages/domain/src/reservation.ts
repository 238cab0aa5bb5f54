import type { Wait } from './place-in-line.ts';

/** Where a reservation stands. What each verb does in each status: transitions.ts. */
export type ReservationStatus =
  'waiting' | 'held' | 'confirmed' | 'fulfilled' | 'released' | 'expired' | 'cancelled' | 'withdrawn';

/**
 * The locations that may give a reservation's lines:
 * - `split`: locations by priority, as many as needed;
 * - `no_split`: each line from one location;
 * - `single_location`: the whole reservation from one location;
 * - `prefer_single_location`: from one location if one has all, otherwise as `split`.
 */
export type Sourcing = 'split' | 'no_split' | 'single_location' | 'prefer_single_location';

/** What a create does if stock is short: it is refused, takes the available units, or waits in line. */
export type IfShort = 'reject' | 'partial' | 'wait';

/** The units of a line that one location gives. Open: `quantity`, less fulfilled, less cancelled. */
export interface Allocation {
  readonly location: string;
  readonly quantity: number;
  readonly fulfilledQuantity: number;
  readonly cancelledQuantity: number;
  /** Of the fulfilled units, those that came back. */
  readonly returnedQuantity: number;
}

/** An allocation of which nothing has left, been cancelled or come back. */
export function allocate(location: string, quantity: number): Allocation {
  return { location, quantity, fulfilledQuantity: 0, cancelledQuantity: 0, returnedQuantity: 0 };
}

export interface ReservationLine {
  readonly sku: string;
  /** The pin: the only location that may give this line. Null: any. */
  readonly location: string | null;
  /**
   * While it waits: the requested units. Of a hold: the sum of its allocations. Later: the held units, or the
   * confirmed ones if they are more.
   */
  readonly quantity: number;
  /** The requested units: more than `quantity` if a create got only a part, or a part was given back. */
  readonly requestedQuantity: number;
  readonly confirmedQuantity: number;
  readonly fulfilledQuantity: number;
  /** Counts confirmed units only. */
  readonly cancelledQuantity: number;
  /** Of the fulfilled units, those that came back. */
  readonly returnedQuantity: number;
  /** In sourcing order. After a confirm: the confirmed share. */
  readonly allocations: readonly Allocation[];
}

export type SyncAction = 'confirm' | 'release' | 'expire' | 'cancel';
export type SyncState = 'pending' | 'in_flight' | 'succeeded' | 'failed' | 'superseded';

/** Units of one level, as the gateway gets them. */
export interface SyncLine {
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
}

/** The newest sync of a reservation with the Warehouse Gateway, and its state. */
export interface WarehouseSync {
  readonly id: string;
  readonly action: SyncAction;
  readonly state: SyncState;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly nextAttemptAt: number | null;
}

/** Times are milliseconds since the epoch, by the database's clock. */
export interface Reservation {
  readonly id: string;
  readonly status: ReservationStatus;
  readonly orderId: string | null;
  readonly cartId: string | null;
  readonly customerId: string | null;
  readonly storeId: string | null;
  readonly source: string | null;
  /** How its stock is found, also when it is acquired again. */
  readonly sourcing: Sourcing;
  /** The only locations that may give stock, in this order. Null: all, by their priority. */
  readonly locations: readonly string[] | null;
  readonly ifShort: IfShort;
  readonly releaseReason: string | null;
  readonly paymentReference: string | null;
  readonly expiresAt: number | null;
  /** When a hold that had to wait got its stock. Null: when it was created. */
  readonly heldAt: number | null;
  /** Null: it was not to wait. */
  readonly wait: Wait | null;
  readonly extensions: number;
  /** How long before its end a hold is announced as expiring. Null: it is not. */
  readonly notifyBeforeSeconds: number | null;
  readonly lines: readonly ReservationLine[];
  readonly warehouseSync: WarehouseSync | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly version: number;
  /** How many syncs the reservation has had: the next one's ordinal, less one. */
  readonly syncCount: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly confirmedAt: number | null;
  readonly releasedAt: number | null;
  readonly expiredAt: number | null;
  readonly cancelledAt: number | null;
  readonly fulfilledAt: number | null;
  /** From then on it never holds stock again. */
  readonly withdrawnAt: number | null;
  /** The fingerprint of the create, if the client chose the id: a repeat has the same. */
  readonly createFingerprint: string | null;
}

/** Promised units that have not left, by level, in the order of lines and allocations. */
export function openUnits({ lines }: Pick<Reservation, 'lines'>): readonly SyncLine[] {
  return lines.flatMap(({ sku, allocations }) =>
    allocations.flatMap((allocation) => {
      const quantity = openQuantity(allocation);
      return quantity > 0 ? [{ sku, location: allocation.location, quantity }] : [];
    }),
  );
}

export function openQuantity(allocation: Allocation): number {
  return allocation.quantity - allocation.fulfilledQuantity - allocation.cancelledQuantity;
}

/** Oldest first. */
export function byAge(a: Reservation, b: Reservation): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}
