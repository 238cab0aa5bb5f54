import type { NewEvent, StockChange, EventRefusal, TransitionEvent } from './changes.ts';
import { showReservation, showStockLevel } from './contract-view.ts';
import { touchedLevels } from './draft-changes.ts';
import { takeMovementsWithoutEvent } from './draft-movements.ts';
import type { DraftState } from './draft-state.ts';
import type { Refusal } from './refusals.ts';
import type { Reservation, ReservationStatus } from './reservation.ts';
import type { Clock } from './snapshot.ts';
import { shortfall, type Movement, type StockLevel } from './stock-level.ts';

// The events of a decision. Each says which thing it is about, how that is now, and what changed.

/** Adds the events of transitions of one reservation, which is put afterwards. */
export function addTransitionEvents(
  state: DraftState,
  { now, newId }: Clock,
  reservation: Reservation,
  transitions: readonly TransitionEvent[],
): void {
  const { id } = reservation;
  const change = {
    previousStatus: state.reservations.get(id)?.status ?? null,
    moved: takeMovementsWithoutEvent(state).filter(({ reservationId }) => reservationId === id),
    wasRefused: state.refusedPayments.has(id),
  };
  for (const transition of transitions) {
    state.events.push(transitionEvent(newId(), transition, reservation, change, now));
  }
}

/** Adds the event of a level's repair, if there was one since the last event. */
export function addRepairEvent(state: DraftState, { now, newId }: Clock, level: StockLevel): void {
  const written = repairsOf(level, takeMovementsWithoutEvent(state));
  if (written.length > 0) state.events.push(reconciledEvent(newId(), level, written, now));
}

/** Adds an event for each level of which more is missing than when it was read. */
export function addShortfallEvents(
  state: DraftState,
  { now, newId }: Clock,
  asRead: (level: StockLevel) => StockLevel | undefined,
): void {
  for (const level of touchedLevels(state)) {
    if (shortfall(level) === 0) continue;
    const before = asRead(level);
    const missingBefore = before ? shortfall(before) : 0;
    if (shortfall(level) > missingBefore) {
      state.events.push(shortfallEvent(newId(), level, missingBefore, now));
    }
  }
}

/** The event of a transition of a reservation. @param now epoch milliseconds */
function transitionEvent(
  id: string,
  transition: TransitionEvent,
  reservation: Reservation,
  change: {
    readonly previousStatus: ReservationStatus | null;
    readonly moved: readonly Movement[];
    /** Whether a payment for it was refused before. */
    readonly wasRefused: boolean;
  },
  now: number,
): NewEvent {
  return {
    id,
    type: `warehouse.inventory.${transition}`,
    subject: reservation.id,
    reservationId: reservation.id,
    reservationVersion: reservation.version,
    data: showReservation(reservation, now),
    changed: {
      previous_status: change.previousStatus,
      stock_changes: stockChangesOf(change.moved),
      ...(transition === 'confirmed' ? { after_refusal: change.wasRefused } : {}),
    },
  };
}

/** A payment that came when there was nothing left to be paid for. */
export function confirmRefusedEvent(
  id: string,
  reservation: Reservation,
  {
    paymentReference,
    final,
    refusal,
  }: { readonly paymentReference: string | null; readonly final: boolean; readonly refusal: Refusal },
  now: number,
): NewEvent {
  return {
    id,
    type: 'warehouse.inventory.confirm_refused',
    subject: reservation.id,
    reservationId: reservation.id,
    reservationVersion: reservation.version,
    data: showReservation(reservation, now),
    changed: { payment_reference: paymentReference, final, refusal: eventRefusal(refusal) },
  };
}

/** The event of a refused order. */
export interface RefusedOrder {
  readonly orderId: string;
  /** As asked for; none: that was never said. */
  readonly lines: readonly {
    readonly sku: string;
    readonly location: string | null;
    readonly quantity: number;
  }[];
  /** Of the payment that came before. */
  readonly paymentReference: string | null;
}

/** An order that could not be had. */
export function reservationRefusedEvent(id: string, order: RefusedOrder, refusal: Refusal): NewEvent {
  return {
    id,
    type: 'warehouse.inventory.reservation_refused',
    subject: order.orderId,
    reservationId: null,
    reservationVersion: null,
    data: {
      order_id: order.orderId,
      lines: order.lines.map(({ sku, location, quantity }) => ({ sku, location, quantity })),
      payment_reference: order.paymentReference,
      refusal: eventRefusal(refusal),
    },
    changed: null,
  };
}

/** A level of which more is promised than is there, and more than before. */
function shortfallEvent(id: string, level: StockLevel, missingBefore: number, now: number): NewEvent {
  return {
    ...ofLevel(id, level),
    type: 'warehouse.inventory.stock_shortfall',
    data: showStockLevel(level, now),
    changed: { previous_shortfall: missingBefore },
  };
}

/** The movements that repair a level, those that only record a change by hand included. */
function repairsOf({ sku, location }: StockLevel, movements: readonly Movement[]): readonly Movement[] {
  return movements.filter(
    (each) =>
      each.sku === sku && each.location === location && (each.kind === 'drift' || each.kind === 'repair'),
  );
}

/** A level whose counters or records were not right, and are. @param written see {@link repairsOf} */
function reconciledEvent(id: string, level: StockLevel, written: readonly Movement[], now: number): NewEvent {
  const repairs = written.filter(({ kind }) => kind === 'repair');
  return {
    ...ofLevel(id, level),
    type: 'warehouse.inventory.reconciled',
    data: showStockLevel(level, now),
    changed: { stock_changes: stockChangesOf(repairs) },
  };
}

const ofLevel = (id: string, { sku, location }: StockLevel) => ({
  id,
  subject: `${sku}/${location}`,
  reservationId: null,
  reservationVersion: null,
});

function eventRefusal(refusal: Refusal): EventRefusal {
  const { code, detail } = refusal;
  return refusal.code === 'insufficient_stock' ? { code, detail, lines: refusal.lines } : { code, detail };
}

/** Units by level, added up, in order of first mention. */
function stockChangesOf(moved: readonly Movement[]): StockChange[] {
  const changes: StockChange[] = [];
  for (const { sku, location, onHandDelta, reservedDelta, allocatedDelta } of moved) {
    const index = changes.findIndex((each) => each.sku === sku && each.location === location);
    const sum = changes[index] ?? { sku, location, on_hand: 0, reserved: 0, allocated: 0 };
    changes[index < 0 ? changes.length : index] = {
      sku,
      location,
      on_hand: sum.on_hand + onHandDelta,
      reserved: sum.reserved + reservedDelta,
      allocated: sum.allocated + allocatedDelta,
    };
  }
  return changes;
}
