import type {
  Changes,
  Fulfillment,
  ImportedChunk,
  NewEvent,
  NewSync,
  RefusedPayment,
  Trace,
} from './changes.ts';
import type { Order } from './order.ts';
import type { Reservation } from './reservation.ts';
import type { Snapshot } from './snapshot.ts';
import type { LevelName, Movement, StockLevel } from './stock-level.ts';

/** All that changes while a batch is decided. What was read stays the same object until it is changed. */
export interface DraftState {
  /** Of the command that is being decided. */
  trace: Trace | undefined;
  /** By SKU, then by location. */
  readonly levels: Map<string, Map<string, StockLevel>>;
  readonly reservations: Map<string, Reservation>;
  readonly movements: Movement[];
  /** How many of them an event names already. */
  movementsInEvents: number;
  readonly events: NewEvent[];
  readonly refusals: NewEvent[];
  readonly syncs: NewSync[];
  /** By order id. */
  readonly orders: Map<string, Order>;
  /** By name. */
  readonly fulfillments: Map<string, Fulfillment>;
  /** By reservation, then by payment reference. */
  readonly refusedPayments: Map<string, ReadonlyMap<string | null, RefusedPayment>>;
  readonly importedChunks: ImportedChunk[];
  readonly repaired: Set<string>;
  /** SKUs. */
  readonly toReview: string[];
}

export function openState(snapshot: Snapshot): DraftState {
  const { levels, reservations, orders, fulfillments } = snapshot;
  const bySku = new Map<string, Map<string, StockLevel>>();
  for (const level of levels) {
    const byLocation = bySku.get(level.sku) ?? new Map<string, StockLevel>();
    bySku.set(level.sku, byLocation.set(level.location, level));
  }
  return {
    trace: undefined,
    levels: bySku,
    reservations: new Map(reservations.map((reservation) => [reservation.id, reservation])),
    movements: [],
    movementsInEvents: 0,
    events: [],
    refusals: [],
    syncs: [],
    orders: new Map(orders.map((order) => [order.orderId, order])),
    fulfillments: new Map(fulfillments.map((each) => [nameOfFulfillment(each), each])),
    refusedPayments: snapshot.refusedPayments.reduce(withRefusedPayment, new Map()),
    importedChunks: [],
    repaired: new Set(),
    toReview: [],
  };
}

export function copyState(state: DraftState): DraftState {
  return {
    trace: state.trace,
    levels: new Map([...state.levels].map(([sku, byLocation]) => [sku, new Map(byLocation)])),
    reservations: new Map(state.reservations),
    movements: [...state.movements],
    movementsInEvents: state.movementsInEvents,
    events: [...state.events],
    refusals: [...state.refusals],
    syncs: [...state.syncs],
    orders: new Map(state.orders),
    fulfillments: new Map(state.fulfillments),
    refusedPayments: new Map(state.refusedPayments),
    importedChunks: [...state.importedChunks],
    repaired: new Set(state.repaired),
    toReview: [...state.toReview],
  };
}

/** The levels of which something was written, as they are now. */
export function touchedLevels({ movements, levels }: DraftState): readonly StockLevel[] {
  const touched = new Map(movements.map((movement) => [nameOfLevel(movement), movement]));
  return [...touched.values()].flatMap(({ sku, location }) => levels.get(sku)?.get(location) ?? []);
}

/** What has to be written. @param read what the state was opened with */
export function changesOf(state: DraftState, read: Snapshot, levels: readonly StockLevel[]): Changes {
  const known = new Map(read.reservations.map((reservation) => [reservation.id, reservation]));
  const changed = changedSince(read.reservations, state.reservations.values());
  return {
    levels,
    movements: state.movements,
    created: changed.filter(({ id }) => !known.has(id)),
    updated: changed.filter(({ id }) => known.has(id)),
    linesChanged: changed.filter(({ id, lines }) => {
      const before = known.get(id);
      return before !== undefined && before.lines !== lines;
    }),
    reallocated: changed.filter(({ id, lines }) => {
      const before = known.get(id);
      return before?.lines.some((line, index) => line.allocations !== lines[index]?.allocations) ?? false;
    }),
    events: state.events,
    refusals: state.refusals,
    orders: changedSince(read.orders, state.orders.values()),
    syncs: state.syncs,
    fulfillments: changedSince(read.fulfillments, state.fulfillments.values()),
    refusedPayments: changedSince(
      read.refusedPayments,
      [...state.refusedPayments.values()].flatMap((ofReservation) => Array.from(ofReservation.values())),
    ),
    importedChunks: state.importedChunks,
    toReview: state.toReview,
  };
}

function changedSince<Row>(read: readonly Row[], now: Iterable<Row>): readonly Row[] {
  const before = new Set(read);
  return [...now].filter((row) => !before.has(row));
}

export function withRefusedPayment(
  known: DraftState['refusedPayments'],
  refused: RefusedPayment,
): DraftState['refusedPayments'] {
  const { reservationId, paymentReference } = refused;
  return known.set(reservationId, new Map(known.get(reservationId)).set(paymentReference, refused));
}

export function nameOfLevel({ sku, location }: LevelName): string {
  return JSON.stringify([sku, location]);
}

export function nameOfFulfillment(of: Pick<Fulfillment, 'reservationId' | 'fulfillmentId'>): string {
  return JSON.stringify([of.reservationId, of.fulfillmentId]);
}
