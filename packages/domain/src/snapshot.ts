import type { RecordedPart, RefusedPayment } from './changes.ts';
import type { CustomerUnits } from './customer-units.ts';
import type { Order } from './order.ts';
import type { Reservation } from './reservation.ts';
import type { Counters, LevelName, Sku, StockLevel } from './stock-level.ts';
import type { Blocker, WaiterCount } from './place-in-line.ts';

/** What the ledger has locked and read before it decides. */
export interface Snapshot {
  /** SKUs and locations that commands name and that exist. */
  readonly skus: readonly Sku[];
  readonly locations: readonly string[];
  /** Every level that a command may change. */
  readonly levels: readonly StockLevel[];
  readonly reservations: readonly Reservation[];
  /** Those that commands name. */
  readonly orders: readonly Order[];
  /** The cancelled orders among those of the commands and their reservations. */
  readonly cancelledOrders: readonly string[];
  /** For reservations that are to be confirmed. */
  readonly refusedPayments: readonly RefusedPayment[];
  /** Those known of the parts that commands name. */
  readonly recordedParts: readonly RecordedPart[];
  /** Imports that commands name and that are open. */
  readonly imports: readonly OpenImport[];
  /** What customers have, of the SKUs and customers that `customersOf` names. */
  readonly customerUnits: readonly CustomerUnits[];
  /** For levels that are to be repaired. */
  readonly audits: readonly LevelAudit[];
  /** At each level, the first in line that is short of it, of those that are not among `reservations`. */
  readonly blockers: readonly Blocker[];
  /** For the SKUs that commands may wait for, without those that are due. Absent: none waits. */
  readonly waiters: readonly WaiterCount[];
}

export interface OpenImport {
  readonly id: string;
  readonly chunksApplied: number;
}

/** The values of a level according to its records, not its counters. */
export interface LevelAudit extends LevelName {
  /** The sum of all its movements, and how many there are. */
  readonly sums: Counters & { readonly count: number };
  /** Its newest movement: balances and number. All 0 where there is none. */
  readonly newest: Counters & { readonly levelSeq: number };
  /** Units of it that open reservations hold. */
  readonly open: { readonly reserved: number; readonly allocated: number };
}

/** Time and ids come from outside, so that a decision is the same each time. */
export interface Clock {
  /** Milliseconds since the epoch, by the database's clock, read after the locks are held. */
  readonly now: number;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** The UUIDv7 of an event that is published once: the same for the same name and epoch milliseconds. */
  readonly idOf: (name: string, at: number) => string;
}
