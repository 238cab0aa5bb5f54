/** Where a reservation stands. What each verb does in each status: transitions.ts. */
export type ReservationStatus = 'held' | 'confirmed' | 'fulfilled' | 'released' | 'expired' | 'cancelled';

/**
 * Who may give a reservation's lines:
 * - `split`: locations by priority, as many as it takes;
 * - `no_split`: each line from one location;
 * - `single_location`: the whole reservation from one location.
 */
export type Sourcing = 'split' | 'no_split' | 'single_location';

/** Which location gives how many units of a line. */
export interface Allocation {
  readonly location: string;
  readonly quantity: number;
  readonly fulfilledQuantity: number;
}

export interface ReservationLine {
  readonly sku: string;
  /** The pin: the only location that may give this line. Null: any. */
  readonly location: string | null;
  /** As asked for. Never changes. */
  readonly quantity: number;
  readonly confirmedQuantity: number;
  readonly fulfilledQuantity: number;
  /** Counts confirmed units only. */
  readonly cancelledQuantity: number;
  /** In sourcing order. After a confirm: the confirmed share. */
  readonly allocations: readonly Allocation[];
}

export type SyncAction = 'confirm' | 'release' | 'expire' | 'cancel';
export type SyncState = 'pending' | 'in_flight' | 'succeeded' | 'failed' | 'superseded';

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
  readonly storeId: string | null;
  readonly source: string | null;
  /** How its stock is found, also when it is acquired again. */
  readonly sourcing: Sourcing;
  readonly releaseReason: string | null;
  readonly paymentReference: string | null;
  readonly expiresAt: number | null;
  readonly extensions: number;
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
}
