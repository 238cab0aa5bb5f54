import { asOf } from './hold-lifetime.ts';
import { ORDER_RESERVATIONS_MAX, type Order } from './order.ts';
import {
  type Allocation,
  byAge,
  type Reservation,
  type ReservationLine,
  type WarehouseSync,
} from './reservation.ts';
import {
  available,
  backordered,
  shortfall,
  type LevelName,
  type Sku,
  type StockLevel,
} from './stock-level.ts';

/** A reservation as the contract shows it: answers, events and kept outcomes all carry this. */
export type ReservationView = ReturnType<typeof showReservation>;

/** @param now milliseconds since the epoch, by the database's clock: a due hold is `expired` */
export function showReservation(stored: Reservation, now: number) {
  const reservation = asOf(stored, now);
  return {
    id: reservation.id,
    status: reservation.status,
    order_id: reservation.orderId,
    cart_id: reservation.cartId,
    customer_id: reservation.customerId,
    store_id: reservation.storeId,
    source: reservation.source,
    release_reason: reservation.releaseReason,
    payment_reference: reservation.paymentReference,
    expires_at: isoTime(reservation.expiresAt),
    extensions: reservation.extensions,
    sourcing: reservation.sourcing,
    locations: reservation.locations,
    if_short: reservation.ifShort,
    wait_priority: reservation.wait?.priority ?? 0,
    waiting_until: isoTime(reservation.wait?.until ?? null),
    notify_before_seconds: reservation.notifyBeforeSeconds,
    lines: reservation.lines.map(showLine),
    warehouse_sync: reservation.warehouseSync && showSync(reservation.warehouseSync),
    metadata: reservation.metadata,
    version: reservation.version,
    created_at: new Date(reservation.createdAt).toISOString(),
    updated_at: new Date(reservation.updatedAt).toISOString(),
    held_at: reservation.expiresAt === null ? null : isoTime(reservation.heldAt ?? reservation.createdAt),
    confirmed_at: isoTime(reservation.confirmedAt),
    released_at: isoTime(reservation.releasedAt),
    expired_at: isoTime(reservation.expiredAt),
    cancelled_at: isoTime(reservation.cancelledAt),
    fulfilled_at: isoTime(reservation.fulfilledAt),
    withdrawn_at: isoTime(reservation.withdrawnAt),
  };
}

/** An order as the contract shows it. */
export type OrderView = ReturnType<typeof showOrder>;

/** @param reservations of the order, in any order; shown oldest first, and of too many the newest */
export function showOrder(
  { orderId, paidAt, cancelledAt }: Pick<Order, 'orderId' | 'paidAt' | 'cancelledAt'>,
  reservations: readonly Reservation[],
  now: number,
) {
  return {
    order_id: orderId,
    paid_at: isoTime(paidAt),
    cancelled_at: isoTime(cancelledAt),
    reservations: reservations
      .toSorted(byAge)
      .slice(-ORDER_RESERVATIONS_MAX)
      .map((each) => showReservation(each, now)),
  };
}

/** A stock level as the contract shows it. */
export type StockLevelView = ReturnType<typeof showStockLevel>;

/** @param sku of the level, if it is known. While it is paused, nothing is available */
export function showStockLevel(level: StockLevel, updatedAt: number, sku?: Pick<Sku, 'active'>) {
  return {
    sku: level.sku,
    location: level.location,
    on_hand: level.onHand,
    reserved: level.reserved,
    allocated: level.allocated,
    safety_stock: level.safetyStock,
    backorder_limit: level.backorderLimit,
    backordered: backordered(level),
    shortfall: shortfall(level),
    available: sku?.active === false ? 0 : available(level),
    version: level.version,
    updated_at: new Date(updatedAt).toISOString(),
  };
}

/** A wrong counter, as the contract shows it. Units; of `level_seq`, movements. */
export interface CounterIssue extends LevelName {
  readonly kind: 'on_hand' | 'reserved' | 'allocated' | 'level_seq';
  readonly expected: number;
  readonly actual: number;
}

function showLine(line: ReservationLine) {
  return {
    sku: line.sku,
    location: line.location,
    quantity: line.quantity,
    requested_quantity: line.requestedQuantity,
    confirmed_quantity: line.confirmedQuantity,
    fulfilled_quantity: line.fulfilledQuantity,
    cancelled_quantity: line.cancelledQuantity,
    returned_quantity: line.returnedQuantity,
    allocations: line.allocations.map(showAllocation),
  };
}

function showAllocation(allocation: Allocation) {
  return {
    location: allocation.location,
    quantity: allocation.quantity,
    fulfilled_quantity: allocation.fulfilledQuantity,
    cancelled_quantity: allocation.cancelledQuantity,
    returned_quantity: allocation.returnedQuantity,
  };
}

function showSync(sync: WarehouseSync) {
  return {
    id: sync.id,
    action: sync.action,
    state: sync.state,
    attempts: sync.attempts,
    last_status: sync.lastStatus,
    last_error: sync.lastError,
    next_attempt_at: isoTime(sync.nextAttemptAt),
  };
}

function isoTime(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
