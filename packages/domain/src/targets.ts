import type { PartName } from './changes.ts';
import type { LevelName } from './stock-level.ts';
import type { PlaceInLine } from './place-in-line.ts';

/** The rows that a command locks and reads, as ids unless said otherwise. Fields not set are empty. */
export interface Targets {
  /** Reservations that it names. They and their levels are locked. */
  readonly reservations: readonly string[];
  /** Those of `reservations` that it may sell: their own orders are read too, as they may be cancelled. */
  readonly soldReservations: readonly string[];
  /** Those of `reservations` that are sourced again if they have expired, from any level of their SKUs. */
  readonly reacquiredReservations: readonly string[];
  /** Orders that it is about, with all their reservations. Missing rows are inserted. */
  readonly orders: readonly string[];
  /** Those of `orders` whose reservations are sourced again if they have expired. */
  readonly reacquiredOrders: readonly string[];
  /** Those of `orders` that it cancels: their names are locked exclusively. */
  readonly cancelledOrders: readonly string[];
  /** Orders to which it gives stock or a reservation, by name only: names are locked shared. */
  readonly ordersGivenStock: readonly string[];
  /** Whether it may confirm its reservations: payments that were refused for them are read. */
  readonly readsRefusedPayments: boolean;
  /** The ids in `reservations` that clients chose: if there is none, the command may create it. */
  readonly clientReservations: readonly string[];
  /** Carts that it is about, with the holds of each. Their names are locked exclusively. */
  readonly carts: readonly string[];
  /** Customers to whom it gives units of these SKUs, or a reservation that it names. */
  readonly customers: readonly { readonly customerId: string; readonly skus: readonly string[] }[];
  /** Parts that it records for one of `reservations`. */
  readonly recordedParts: readonly PartName[];
  /** Fulfillments that it records for one of `orders`: for which of its reservations is decided later. */
  readonly orderFulfillments: readonly { readonly orderId: string; readonly fulfillmentId: string }[];
  /** Imports of which it applies a chunk. */
  readonly imports: readonly string[];
  /** Lines that it sources: all levels of their SKUs may change, and due holds of them are given back. */
  readonly sourced: readonly { readonly sku: string }[];
  /** SKUs and locations that it names and that have to exist. */
  readonly catalogue: readonly { readonly sku: string; readonly location: string | null }[];
  /** More locations that have to exist. */
  readonly listedLocations: readonly string[];
  /** Levels that it names. */
  readonly levels: readonly LevelName[];
  /** Those of `levels` that are inserted where they are missing. */
  readonly newLevels: readonly LevelName[];
  /** Those of `levels` whose movements and open reservations are added up. */
  readonly auditedLevels: readonly LevelName[];
  /** SKUs for which it is checked again whether they are low. */
  readonly reviewedSkus: readonly string[];
  /** SKUs that it may join the line for. */
  readonly waitedSkus: readonly string[];
  /** Those in line that it tries to give stock to. All levels of their SKUs may change. */
  readonly waiters: readonly NextInLine[];
}

/** The next ones in line for a SKU. */
export interface NextInLine {
  readonly sku: string;
  /** Null: from the first. */
  readonly after: PlaceInLine | null;
  readonly limit: number;
}

export const NONE: readonly never[] = [];

export const NO_TARGETS: Targets = {
  reservations: NONE,
  soldReservations: NONE,
  reacquiredReservations: NONE,
  orders: NONE,
  reacquiredOrders: NONE,
  cancelledOrders: NONE,
  ordersGivenStock: NONE,
  readsRefusedPayments: false,
  clientReservations: NONE,
  carts: NONE,
  customers: NONE,
  recordedParts: NONE,
  orderFulfillments: NONE,
  imports: NONE,
  sourced: NONE,
  catalogue: NONE,
  listedLocations: NONE,
  levels: NONE,
  newLevels: NONE,
  auditedLevels: NONE,
  reviewedSkus: NONE,
  waitedSkus: NONE,
  waiters: NONE,
};

/** A customer to whom units of lines are given. Null: none is named. */
export function customerOf(
  customerId: string | null,
  lines: readonly { readonly sku: string }[],
): Targets['customers'] {
  return customerId === null ? NONE : [{ customerId, skus: lines.map(({ sku }) => sku) }];
}

/** The targets of several commands together. A name that several commands have is listed several times. */
export function joinTargets(all: readonly Targets[]): Targets {
  const [first] = all;
  if (first && all.length === 1) return first;
  return {
    reservations: join(all, (each) => each.reservations),
    soldReservations: join(all, (each) => each.soldReservations),
    reacquiredReservations: join(all, (each) => each.reacquiredReservations),
    orders: join(all, (each) => each.orders),
    reacquiredOrders: join(all, (each) => each.reacquiredOrders),
    cancelledOrders: join(all, (each) => each.cancelledOrders),
    ordersGivenStock: join(all, (each) => each.ordersGivenStock),
    readsRefusedPayments: all.some((each) => each.readsRefusedPayments),
    clientReservations: join(all, (each) => each.clientReservations),
    carts: join(all, (each) => each.carts),
    customers: join(all, (each) => each.customers),
    recordedParts: join(all, (each) => each.recordedParts),
    orderFulfillments: join(all, (each) => each.orderFulfillments),
    imports: join(all, (each) => each.imports),
    sourced: join(all, (each) => each.sourced),
    catalogue: join(all, (each) => each.catalogue),
    listedLocations: join(all, (each) => each.listedLocations),
    levels: join(all, (each) => each.levels),
    newLevels: join(all, (each) => each.newLevels),
    auditedLevels: join(all, (each) => each.auditedLevels),
    reviewedSkus: join(all, (each) => each.reviewedSkus),
    waitedSkus: join(all, (each) => each.waitedSkus),
    waiters: join(all, (each) => each.waiters),
  };
}

/** Most commands have few kinds of targets: the others share this empty array. */
function join<Target>(
  all: readonly Targets[],
  targetsOf: (each: Targets) => readonly Target[],
): readonly Target[] {
  let joined: Target[] | undefined;
  for (const each of all) {
    const targets = targetsOf(each);
    if (targets.length > 0) (joined ??= []).push(...targets);
  }
  return joined ?? NONE;
}
