import type { LevelName } from './stock-level.ts';

/** Higher priority first, then the earlier arrival. */
export interface PlaceInLine {
  /** 0 to 9. */
  readonly priority: number;
  /**
   * Microseconds since the epoch by the database's clock, when it came: the millisecond of its batch, counted
   * up within it.
   */
  readonly arrival: number;
}

/** How a reservation waits, or has waited. */
export interface Wait extends PlaceInLine {
  /** Epoch milliseconds: it waits until then. Null: there was stock when it came. */
  readonly until: number | null;
  /** Of the hold that it gets. */
  readonly ttlSeconds: number;
  /** Lines, from 0, that its last attempt found too little for. */
  readonly shortLines: readonly number[];
}

/** The part of a create that is about waiting. */
export interface WaitTerms {
  readonly waitSeconds: number;
  readonly priority: number;
  /** Reservations that may wait for one SKU. */
  readonly waitersMax: number;
}

/** A waiting reservation that is short of a SKU at a location, and is not among those that were read. */
export interface Blocker extends LevelName, PlaceInLine {}

/** How many reservations wait for a SKU. */
export interface WaiterCount {
  readonly sku: string;
  readonly count: number;
}

export function isAhead(a: PlaceInLine, b: PlaceInLine): boolean {
  return a.priority > b.priority || (a.priority === b.priority && a.arrival < b.arrival);
}
