import type { Fulfillment, ImportedChunk, NewEvent, NewSync, RefusedPayment } from './changes.ts';
import type { Order } from './order.ts';
import type { Reservation } from './reservation.ts';
import type { Snapshot } from './snapshot.ts';
import type { Movement, StockLevel } from './stock-level.ts';

/** All that changes while a batch is decided. */
export interface DraftState {
  /** By SKU, then by location. */
  readonly levels: Map<string, Map<string, StockLevel>>;
  readonly touchedLevels: Map<string, { readonly sku: string; readonly location: string }>;
  readonly reservations: Map<string, Reservation>;
  readonly changed: Set<string>;
  readonly movements: Movement[];
  /** How many of them an event names already. */
  movementsInEvents: number;
  readonly events: NewEvent[];
  readonly refusals: NewEvent[];
  readonly syncs: NewSync[];
  /** By order id. */
  readonly orders: Map<string, Order>;
  readonly changedOrders: Set<string>;
  /** By name. */
  readonly fulfillments: Map<string, Fulfillment>;
  readonly newFulfillments: Fulfillment[];
  /** By reservation, then by payment reference. */
  readonly refusedPayments: Map<string, ReadonlyMap<string | null, RefusedPayment>>;
  readonly newRefusedPayments: RefusedPayment[];
  /** By id: how many chunks are applied. */
  readonly imports: Map<string, number>;
  readonly importedChunks: ImportedChunk[];
  readonly repaired: Set<string>;
  /** SKUs. */
  readonly toReview: string[];
}

export function openState(snapshot: Snapshot): DraftState {
  const { levels, reservations, orders, fulfillments, imports } = snapshot;
  const bySku = new Map<string, Map<string, StockLevel>>();
  for (const level of levels) {
    const byLocation = bySku.get(level.sku) ?? new Map<string, StockLevel>();
    bySku.set(level.sku, byLocation.set(level.location, level));
  }
  return {
    levels: bySku,
    touchedLevels: new Map(),
    reservations: new Map(reservations.map((reservation) => [reservation.id, reservation])),
    changed: new Set(),
    movements: [],
    movementsInEvents: 0,
    events: [],
    refusals: [],
    syncs: [],
    orders: new Map(orders.map((order) => [order.orderId, order])),
    changedOrders: new Set(),
    fulfillments: new Map(fulfillments.map((each) => [nameOfFulfillment(each), each])),
    newFulfillments: [],
    refusedPayments: snapshot.refusedPayments.reduce(withRefusedPayment, new Map()),
    newRefusedPayments: [],
    imports: new Map(imports.map(({ id, chunksApplied }) => [id, chunksApplied])),
    importedChunks: [],
    repaired: new Set(),
    toReview: [],
  };
}

export function copyState(state: DraftState): DraftState {
  return {
    levels: new Map([...state.levels].map(([sku, byLocation]) => [sku, new Map(byLocation)])),
    touchedLevels: new Map(state.touchedLevels),
    reservations: new Map(state.reservations),
    changed: new Set(state.changed),
    movements: [...state.movements],
    movementsInEvents: state.movementsInEvents,
    events: [...state.events],
    refusals: [...state.refusals],
    syncs: [...state.syncs],
    orders: new Map(state.orders),
    changedOrders: new Set(state.changedOrders),
    fulfillments: new Map(state.fulfillments),
    newFulfillments: [...state.newFulfillments],
    refusedPayments: new Map(state.refusedPayments),
    newRefusedPayments: [...state.newRefusedPayments],
    imports: new Map(state.imports),
    importedChunks: [...state.importedChunks],
    repaired: new Set(state.repaired),
    toReview: [...state.toReview],
  };
}

export function withRefusedPayment(
  known: DraftState['refusedPayments'],
  refused: RefusedPayment,
): DraftState['refusedPayments'] {
  const { reservationId, paymentReference } = refused;
  return known.set(reservationId, new Map(known.get(reservationId)).set(paymentReference, refused));
}

export function nameOfLevel({ sku, location }: { readonly sku: string; readonly location: string }): string {
  return JSON.stringify([sku, location]);
}

export function nameOfFulfillment(of: Pick<Fulfillment, 'reservationId' | 'fulfillmentId'>): string {
  return JSON.stringify([of.reservationId, of.fulfillmentId]);
}
