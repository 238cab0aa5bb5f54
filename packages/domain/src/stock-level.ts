/** What a reservation needs to know of a SKU. */
export interface Sku {
  readonly sku: string;
  /** False: it is paused, and no more of it is promised. */
  readonly active: boolean;
  /** Most units that one reservation may take, lines added up. Null: no limit. */
  readonly maxPerReservation: number | null;
  /** Most units that one customer may have. Null: no limit. */
  readonly maxPerCustomer: number | null;
  /**
   * Epoch milliseconds. Units of customers are counted, of reservations created since then. Null: they are
   * not, as the SKU never had a limit.
   */
  readonly customerLimitSince: number | null;
}

/** A SKU of which only this was ever set. */
export function skuWith(given: Pick<Sku, 'sku'> & Partial<Sku>): Sku {
  return {
    active: true,
    maxPerReservation: null,
    maxPerCustomer: null,
    customerLimitSince: null,
    ...given,
  };
}

/** A level by its primary key. */
export interface LevelName {
  readonly sku: string;
  readonly location: string;
}

/** The counters of a SKU at a location, in units, and what sourcing must know of that location. */
export interface StockLevel extends LevelName {
  /** The location's rank: lower is used first. */
  readonly priority: number;
  /** An inactive location gives nothing. */
  readonly active: boolean;
  readonly onHand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly safetyStock: number;
  /** How many units may be promised in excess of those on hand. */
  readonly backorderLimit: number;
  /**
   * Rises with every change of `onHand`, `safetyStock` or `backorderLimit`. 0: the level has never been set;
   * -3: it was deleted at version 3. Either way it does not exist, and has no units.
   */
  readonly version: number;
  /** Number of the level's newest movement. */
  readonly levelSeq: number;
}

/** Most units that a level can have on hand, or owe by its `backorderLimit`. */
export const ON_HAND_MAX = 1_000_000_000;

/** The three numbers that a movement changes. */
export interface Counters {
  readonly onHand: number;
  readonly reserved: number;
  readonly allocated: number;
}

/**
 * Why a level's counters change. `drift` records a change of a counter that something other than the ledger
 * has made; `repair` corrects it.
 */
export const MOVEMENT_KINDS = [
  'reserve',
  'confirm',
  'release',
  'expire',
  'cancel',
  'fulfill',
  'return',
  'reallocate',
  'set',
  'adjust',
  'transfer',
  'drift',
  'repair',
] as const;

export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** One append-only row of a level: deltas, balances after, why, for whom. */
export interface Movement extends LevelName {
  readonly id: string;
  readonly levelSeq: number;
  readonly kind: MovementKind;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  readonly allocatedDelta: number;
  /** Of a change of the level's `backorderLimit`. */
  readonly backorderLimitDelta?: number;
  readonly onHand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly reservationId: string | null;
  /** Of the file that caused it. */
  readonly importId?: string;
  readonly reason: string | null;
  readonly caller: string;
}

/** Whether the level has been set, and not deleted since. */
export const exists = ({ version }: Pick<StockLevel, 'version'>): boolean => version > 0;

/** The version after a change. That of a level that comes back continues where it was deleted. */
export const nextVersion = ({ version }: Pick<StockLevel, 'version'>): number => Math.abs(version) + 1;

/** The units of a level, and how many of them are promised. */
type Promised = Pick<StockLevel, 'onHand' | 'reserved' | 'allocated'>;
type Limited = Promised & Pick<StockLevel, 'backorderLimit'>;

/** Units that the level can give now, never stored. `availableOfSku`: how many may be promised. */
export function available(level: Limited & Pick<StockLevel, 'safetyStock'>): number {
  const { onHand, backorderLimit, safetyStock, reserved, allocated } = level;
  return Math.max(0, onHand + backorderLimit - safetyStock - reserved - allocated);
}

/** Promised units that are not on hand. */
export function backordered({ onHand, reserved, allocated }: Promised): number {
  return Math.max(0, reserved + allocated - onHand);
}

/**
 * Promised units that are missing: those that go past the `backorderLimit`. Nothing is sold here, and the
 * other levels keep as many back.
 */
export function shortfall(level: Limited): number {
  return Math.max(0, backordered(level) - level.backorderLimit);
}

/**
 * Units of a SKU that may be promised now, over all its levels: the units that active locations can give,
 * less the promised units that are missing at any location, also at inactive ones. A missing unit is owed to
 * a customer, so no other location may sell it.
 *
 * @param levels all levels of one SKU
 */
export function availableOfSku(levels: readonly StockLevel[]): number {
  const units = levels.reduce(
    (sum, level) => sum + (level.active ? available(level) : 0) - shortfall(level),
    0,
  );
  return Math.max(0, units);
}
