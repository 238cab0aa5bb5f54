import type {
  Changes,
  ExpiryNotice,
  ImportedChunk,
  NewEvent,
  NewSync,
  PartName,
  RecordedPart,
  RefusedPayment,
  Trace,
} from './changes.ts';
import { changedCustomerUnits } from './counted-customers.ts';
import { nameOfUnits, type CustomerUnits } from './customer-units.ts';
import { noticeTimeOf } from './hold-lifetime.ts';
import type { Order } from './order.ts';
import type { Reservation, ReservationLine } from './reservation.ts';
import type { Snapshot } from './snapshot.ts';
import type { LevelName, Movement, StockLevel } from './stock-level.ts';
import { isWaiting } from './waiting-line.ts';

/**
 * All that changes while a batch is decided. A value that was read stays the same object until it is changed.
 */
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
  readonly recordedParts: Map<string, RecordedPart>;
  /** By reservation, then by payment reference. */
  readonly refusedPayments: Map<string, ReadonlyMap<string | null, RefusedPayment>>;
  /** By name. */
  readonly customerUnits: Map<string, CustomerUnits>;
  readonly importedChunks: ImportedChunk[];
  readonly repaired: Set<string>;
  /** SKUs. */
  readonly toReview: string[];
  /** Ids of the reservations that wait in line. */
  readonly waiting: Set<string>;
  /** SKUs. */
  readonly toGrant: string[];
}

/** The state of a draft at an earlier time, to go back to. */
export type Checkpoint = Readonly<DraftState>;

export function openState(snapshot: Snapshot): DraftState {
  const { levels, reservations, orders, recordedParts } = snapshot;
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
    recordedParts: new Map(recordedParts.map((each) => [nameOfPart(each), each])),
    refusedPayments: snapshot.refusedPayments.reduce(withRefusedPayment, new Map()),
    customerUnits: new Map(snapshot.customerUnits.map((each) => [nameOfUnits(each), each])),
    importedChunks: [],
    repaired: new Set(),
    toReview: [],
    waiting: new Set(reservations.filter(isWaiting).map(({ id }) => id)),
    toGrant: [],
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
    recordedParts: new Map(state.recordedParts),
    refusedPayments: new Map(state.refusedPayments),
    customerUnits: new Map(state.customerUnits),
    importedChunks: [...state.importedChunks],
    repaired: new Set(state.repaired),
    toReview: [...state.toReview],
    waiting: new Set(state.waiting),
    toGrant: [...state.toGrant],
  };
}

/** The levels that were written, as they are now. */
export function touchedLevels({ movements, levels }: DraftState): readonly StockLevel[] {
  const touched = new Map(movements.map((movement) => [nameOfLevel(movement), movement]));
  return [...touched.values()].flatMap(({ sku, location }) => levels.get(sku)?.get(location) ?? []);
}

/** The changes to write. @param read the snapshot that the state was opened with */
export function changesOf(state: DraftState, read: Snapshot, levels: readonly StockLevel[]): Changes {
  const known = new Map(read.reservations.map((reservation) => [reservation.id, reservation]));
  const changed = changedSince(read.reservations, state.reservations.values());
  // An attempt in line that finds too little changes the blocked levels, but not the reservation.
  const updated = changed.filter(({ id, version }) => known.has(id) && known.get(id)?.version !== version);
  const linesBefore = ({ id }: Reservation) => known.get(id)?.lines;
  const hasOtherLines = (after: Reservation) => !haveSameQuantities(linesBefore(after) ?? [], after.lines);
  return {
    levels,
    movements: state.movements,
    created: changed.filter(({ id }) => !known.has(id)),
    updated,
    linesChanged: updated.filter((after) => linesBefore(after) !== after.lines && !hasOtherLines(after)),
    linesReplaced: updated.filter(hasOtherLines),
    reallocated: updated.filter(
      (after) =>
        !hasOtherLines(after) &&
        linesBefore(after)?.some(
          ({ allocations }, index) => allocations !== after.lines[index]?.allocations,
        ) === true,
    ),
    events: state.events,
    refusals: state.refusals,
    orders: changedSince(read.orders, state.orders.values()),
    syncs: state.syncs,
    recordedParts: changedSince(read.recordedParts, state.recordedParts.values()),
    refusedPayments: changedSince(
      read.refusedPayments,
      [...state.refusedPayments.values()].flatMap((ofReservation) => Array.from(ofReservation.values())),
    ),
    expiryNotices: changed.flatMap((after) => newNotice(after, known.get(after.id))),
    customerUnits: changedCustomerUnits(state, read),
    importedChunks: state.importedChunks,
    waits: changed.filter((after) => after.wait !== null && hasOtherWait(known.get(after.id), after)),
    toReview: state.toReview,
    toGrant: state.toGrant,
  };
}

function hasOtherWait(before: Reservation | undefined, after: Reservation): boolean {
  if (before?.wait !== after.wait) return true;
  const isInLine = before.status === 'waiting' || after.status === 'waiting';
  return isInLine && (before.status !== after.status || before.lines !== after.lines);
}

/** None if the time of the notice has not changed. */
function newNotice(after: Reservation, before: Reservation | undefined): readonly ExpiryNotice[] {
  const notifyAt = noticeTimeOf(after);
  if (notifyAt === null || (before && noticeTimeOf(before) === notifyAt)) return NO_NOTICES;
  return [{ reservationId: after.id, notifyAt }];
}

const NO_NOTICES: readonly ExpiryNotice[] = [];

/** Whether two lists have lines of the same SKUs, pins and quantities, in the same order. */
function haveSameQuantities(before: readonly ReservationLine[], after: readonly ReservationLine[]): boolean {
  if (before === after) return true;
  return (
    before.length === after.length &&
    before.every((line, index) => {
      const now = after[index];
      return (
        line.sku === now?.sku &&
        line.location === now.location &&
        line.quantity === now.quantity &&
        line.requestedQuantity === now.requestedQuantity
      );
    })
  );
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

export function nameOfPart({ reservationId, kind, partId }: PartName): string {
  return JSON.stringify([reservationId, kind, partId]);
}
