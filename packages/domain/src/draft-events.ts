import type { NewEvent, StockChange, EventRefusal, TransitionEvent } from './changes.ts';
import { showReservation, showStockLevel } from './contract-view.ts';
import { takeMovementsWithoutEvent } from './draft-movements.ts';
import type { DraftState } from './draft-state.ts';
import { keepReservation } from './kept-reservation.ts';
import { isAboutLines, type Refusal } from './refusals.ts';
import type { Reservation } from './reservation.ts';
import type { Clock } from './snapshot.ts';
import type { WantedLine } from './sourcing.ts';
import { shortfall, type Movement, type Sku, type StockLevel } from './stock-level.ts';

// The events of a decision. Each has its subject, the subject's new state, and the changes.

/** Whose call caused an event, and the reason that the call gave. Without a reason, neither is kept. */
export interface EventCause {
  readonly reason?: string | null;
  readonly caller: string;
}

/** Adds the events of transitions of one reservation, which is put afterwards. */
export function addTransitionEvents(
  state: DraftState,
  { now, newId }: Clock,
  reservation: Reservation,
  transitions: readonly TransitionEvent[],
  cause: EventCause | null = null,
): void {
  const { id } = reservation;
  const moved = takeMovementsWithoutEvent(state).filter(({ reservationId }) => reservationId === id);
  const changed = {
    previous_status: state.reservations.get(id)?.status ?? null,
    stock_changes: stockChangesOf(moved),
  };
  const said = cause?.reason ? { reason: cause.reason, caller: cause.caller } : {};
  const moreOf = (transition: TransitionEvent) =>
    transition === 'confirmed' ? { after_refusal: state.refusedPayments.has(id), ...said } : said;
  for (const transition of transitions) {
    state.events.push({
      id: newId(),
      type: `warehouse.inventory.${transition}`,
      subject: id,
      reservationId: id,
      reservationVersion: reservation.version,
      data: keepReservation(showReservation(reservation, now)),
      changed: { ...changed, ...moreOf(transition) },
      // Field by field, as a spread takes longer and every create runs this.
      requestId: state.trace?.requestId,
      traceparent: state.trace?.traceparent,
    });
  }
}

/** Adds the event of a level's repair, if something was repaired or recorded since the last event. */
export function addRepairEvent(state: DraftState, { now, newId }: Clock, level: StockLevel, sku?: Sku): void {
  const written = takeMovementsWithoutEvent(state).filter(
    ({ sku, location, kind }) =>
      sku === level.sku && location === level.location && (kind === 'drift' || kind === 'repair'),
  );
  if (written.length === 0) return;
  const repairs = written.filter(({ kind }) => kind === 'repair');
  state.events.push({
    ...ofLevel(newId(), level),
    type: 'warehouse.inventory.reconciled',
    data: showStockLevel(level, now, sku),
    changed: { stock_changes: stockChangesOf(repairs) },
    ...state.trace,
  });
}

/** Adds an event for each level of which more is missing than when it was read. */
export function addShortfallEvents(
  state: DraftState,
  { now, newId }: Clock,
  levels: readonly StockLevel[],
  asRead: (level: StockLevel) => StockLevel | undefined,
): void {
  for (const level of levels) {
    if (shortfall(level) === 0) continue;
    const before = asRead(level);
    const missingBefore = before ? shortfall(before) : 0;
    if (shortfall(level) <= missingBefore) continue;
    state.events.push({
      ...ofLevel(newId(), level),
      type: 'warehouse.inventory.stock_shortfall',
      data: showStockLevel(level, now),
      changed: { previous_shortfall: missingBefore },
    });
  }
}

/** How a payment was refused. */
export interface PaymentRefusal {
  /** Null: the call named none. */
  readonly paymentReference: string | null;
  /** Whether the payment can no longer confirm this reservation and has to be refunded. */
  readonly final: boolean;
  readonly refusal: Refusal;
}

/** A payment that came when there was nothing left to be paid for. */
export function confirmRefusedEvent(
  id: string,
  reservation: Reservation,
  { paymentReference, final, refusal }: PaymentRefusal,
  now: number,
): NewEvent {
  return {
    id,
    type: 'warehouse.inventory.confirm_refused',
    subject: reservation.id,
    reservationId: reservation.id,
    reservationVersion: reservation.version,
    data: keepReservation(showReservation(reservation, now)),
    changed: { payment_reference: paymentReference, final, refusal: eventRefusal(refusal) },
  };
}

/** A hold that ends soon. */
export function expiringEvent(id: string, held: Reservation, now: number): NewEvent {
  return {
    id,
    type: 'warehouse.inventory.expiring',
    subject: held.id,
    reservationId: held.id,
    reservationVersion: held.version,
    data: keepReservation(showReservation(held, now)),
    changed: null,
  };
}

export interface RefusedOrder {
  readonly orderId: string;
  /** The requested lines. Absent: they are not known. */
  readonly lines: readonly WantedLine[];
  /** The reference of the earlier payment. */
  readonly paymentReference: string | null;
}

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

const ofLevel = (id: string, { sku, location }: StockLevel) => ({
  id,
  subject: `${sku}/${location}`,
  reservationId: null,
  reservationVersion: null,
});

function eventRefusal(refusal: Refusal): EventRefusal {
  const { code, detail } = refusal;
  // `detail` names the paused SKUs: with lines of a SKU alone, the schema would accept any line.
  const hasLines = isAboutLines(refusal) && refusal.code !== 'sku_inactive';
  return hasLines ? { code, detail, lines: refusal.lines } : { code, detail };
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
