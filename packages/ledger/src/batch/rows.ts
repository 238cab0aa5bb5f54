import type { Reservation, StockLevel } from '@holdfast/domain';

// The domain's records as the columns of their tables, for json_to_recordset.

export function levelRow(level: StockLevel) {
  return {
    sku: level.sku,
    location: level.location,
    on_hand: level.onHand,
    reserved: level.reserved,
    allocated: level.allocated,
    safety_stock: level.safetyStock,
    version: level.version,
    level_seq: level.levelSeq,
  };
}

export function reservationRow(reservation: Reservation) {
  return {
    id: reservation.id,
    status: reservation.status,
    order_id: reservation.orderId,
    cart_id: reservation.cartId,
    store_id: reservation.storeId,
    source: reservation.source,
    sourcing: reservation.sourcing,
    release_reason: reservation.releaseReason,
    payment_reference: reservation.paymentReference,
    expires_at: timestamp(reservation.expiresAt),
    extensions: reservation.extensions,
    metadata: reservation.metadata,
    version: reservation.version,
    sync_count: reservation.syncCount,
    confirmed_at: timestamp(reservation.confirmedAt),
    released_at: timestamp(reservation.releasedAt),
    expired_at: timestamp(reservation.expiredAt),
    cancelled_at: timestamp(reservation.cancelledAt),
    fulfilled_at: timestamp(reservation.fulfilledAt),
  };
}

export function lineRows(reservation: Reservation) {
  return reservation.lines.map((line, index) => ({
    reservation_id: reservation.id,
    line_no: index + 1,
    sku: line.sku,
    location: line.location,
    quantity: line.quantity,
    confirmed_quantity: line.confirmedQuantity,
    fulfilled_quantity: line.fulfilledQuantity,
    cancelled_quantity: line.cancelledQuantity,
  }));
}

export function allocationRows(reservation: Reservation) {
  return reservation.lines.flatMap((line, lineIndex) =>
    line.allocations.map((allocation, index) => ({
      reservation_id: reservation.id,
      line_no: lineIndex + 1,
      position: index + 1,
      location: allocation.location,
      quantity: allocation.quantity,
      fulfilled_quantity: allocation.fulfilledQuantity,
    })),
  );
}

function timestamp(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}
