import type { Fulfillment, ImportedChunk, NewEvent, NewSync } from './changes.ts';
import type { Order } from './order.ts';
import type { Reservation } from './reservation.ts';
import type { Snapshot } from './snapshot.ts';
import type { Movement, StockLevel } from './stock-level.ts';

/** All that changes in a book. */
export interface Pages {
  /** By SKU, then by location. */
  readonly levels: Map<string, Map<string, StockLevel>>;
  readonly touchedLevels: Map<string, { readonly sku: string; readonly location: string }>;
  readonly reservations: Map<string, Reservation>;
  readonly changed: Set<string>;
  readonly movements: Movement[];
  /** How many of them stand in an event. */
  toldMovements: number;
  readonly events: NewEvent[];
  readonly refusals: NewEvent[];
  readonly syncs: NewSync[];
  /** By order id. */
  readonly orders: Map<string, Order>;
  readonly changedOrders: Set<string>;
  /** By name. */
  readonly fulfillments: Map<string, Fulfillment>;
  readonly newFulfillments: Fulfillment[];
  /** By id: how many chunks are applied. */
  readonly imports: Map<string, number>;
  readonly importedChunks: ImportedChunk[];
  readonly repaired: Set<string>;
  /** SKUs. */
  readonly toReview: string[];
}

export function openPages({ levels, reservations, orders, fulfillments, imports }: Snapshot): Pages {
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
    toldMovements: 0,
    events: [],
    refusals: [],
    syncs: [],
    orders: new Map(orders.map((order) => [order.orderId, order])),
    changedOrders: new Set(),
    fulfillments: new Map(fulfillments.map((each) => [nameOfFulfillment(each), each])),
    newFulfillments: [],
    imports: new Map(imports.map(({ id, chunksApplied }) => [id, chunksApplied])),
    importedChunks: [],
    repaired: new Set(),
    toReview: [],
  };
}

export function copyPages(pages: Pages): Pages {
  return {
    levels: new Map([...pages.levels].map(([sku, byLocation]) => [sku, new Map(byLocation)])),
    touchedLevels: new Map(pages.touchedLevels),
    reservations: new Map(pages.reservations),
    changed: new Set(pages.changed),
    movements: [...pages.movements],
    toldMovements: pages.toldMovements,
    events: [...pages.events],
    refusals: [...pages.refusals],
    syncs: [...pages.syncs],
    orders: new Map(pages.orders),
    changedOrders: new Set(pages.changedOrders),
    fulfillments: new Map(pages.fulfillments),
    newFulfillments: [...pages.newFulfillments],
    imports: new Map(pages.imports),
    importedChunks: [...pages.importedChunks],
    repaired: new Set(pages.repaired),
    toReview: [...pages.toReview],
  };
}

export function nameOfLevel({ sku, location }: { readonly sku: string; readonly location: string }): string {
  return JSON.stringify([sku, location]);
}

export function nameOfFulfillment(of: Pick<Fulfillment, 'reservationId' | 'fulfillmentId'>): string {
  return JSON.stringify([of.reservationId, of.fulfillmentId]);
}
