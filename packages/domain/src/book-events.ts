import type { NewEvent, StockChange, ToldRefusal, TransitionEvent } from './changes.ts';
import { showReservation, showStockLevel } from './contract-view.ts';
import type { Refusal } from './refusals.ts';
import type { Reservation, ReservationStatus } from './reservation.ts';
import { shortfall, type Movement, type StockLevel } from './stock-level.ts';

// Events as the book writes them. Each says of which thing it is, how that is now, and what changed.

/** What a transition of a reservation tells. @param now epoch milliseconds */
export function transitionEvent(
  id: string,
  transition: TransitionEvent,
  reservation: Reservation,
  change: { readonly previousStatus: ReservationStatus | null; readonly moved: readonly Movement[] },
  now: number,
): NewEvent {
  return {
    id,
    type: `warehouse.inventory.${transition}`,
    subject: reservation.id,
    reservationId: reservation.id,
    reservationVersion: reservation.version,
    data: showReservation(reservation, now),
    changed: { previous_status: change.previousStatus, stock_changes: stockChangesOf(change.moved) },
  };
}

/** A payment that came when there was nothing left to be paid for. */
export function confirmRefusedEvent(
  id: string,
  reservation: Reservation,
  { paymentReference, refusal }: { readonly paymentReference: string | null; readonly refusal: Refusal },
  now: number,
): NewEvent {
  return {
    id,
    type: 'warehouse.inventory.confirm_refused',
    subject: reservation.id,
    reservationId: reservation.id,
    reservationVersion: reservation.version,
    data: showReservation(reservation, now),
    changed: { payment_reference: paymentReference, refusal: toldRefusal(refusal) },
  };
}

/** What is told of an order that is refused. */
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
      refusal: toldRefusal(refusal),
    },
    changed: null,
  };
}

/** A level of which more is promised than is there, and more than before. */
export function shortfallEvent(
  id: string,
  level: StockLevel,
  before: StockLevel | undefined,
  now: number,
): NewEvent {
  return {
    ...ofLevel(id, level),
    type: 'warehouse.inventory.stock_shortfall',
    data: showStockLevel(level, now),
    changed: { previous_shortfall: before ? shortfall(before) : 0 },
  };
}

/** A level whose counters or records were not right, and are. */
export function reconciledEvent(
  id: string,
  level: StockLevel,
  repairs: readonly Movement[],
  now: number,
): NewEvent {
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

function toldRefusal(refusal: Refusal): ToldRefusal {
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
