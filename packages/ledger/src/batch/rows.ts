import type { Movement, NewEvent, Reservation, StockLevel } from '@holdfast/domain';

// The domain's records as columns of their tables, for json_to_recordset. Every byte is paid for four times
// (written and read by Prisma's client, written by the driver, parsed by PostgreSQL), so a row has only the
// columns that its statement names, and a null is left out: json_to_recordset reads an absent field as NULL.

export function levelRow(level: StockLevel) {
  return {
    sku: level.sku,
    location: level.location,
    on_hand: level.onHand,
    reserved: level.reserved,
    allocated: level.allocated,
    safety_stock: level.safetyStock,
    backorder_limit: level.backorderLimit,
    version: level.version,
    level_seq: level.levelSeq,
  };
}

export function newReservationRow(reservation: Reservation) {
  return {
    id: reservation.id,
    status: reservation.status,
    order_id: orAbsent(reservation.orderId),
    cart_id: orAbsent(reservation.cartId),
    customer_id: orAbsent(reservation.customerId),
    store_id: orAbsent(reservation.storeId),
    source: orAbsent(reservation.source),
    sourcing: reservation.sourcing,
    locations: orAbsent(reservation.locations),
    if_short: reservation.ifShort === 'reject' ? undefined : reservation.ifShort,
    release_reason: orAbsent(reservation.releaseReason),
    payment_reference: orAbsent(reservation.paymentReference),
    expires_at: timestamp(reservation.expiresAt),
    metadata: reservation.metadata,
    version: reservation.version,
    sync_count: reservation.syncCount,
    confirmed_at: timestamp(reservation.confirmedAt),
    withdrawn_at: timestamp(reservation.withdrawnAt),
    notify_before_seconds: orAbsent(reservation.notifyBeforeSeconds),
    create_fingerprint: orAbsent(reservation.createFingerprint),
    id_time_is_off: isIdTimeOff(reservation) || undefined,
  };
}

/** How far the time in a reservation's id may be from its creation without a note of it. */
const ID_TIME_MARGIN_MS = 60_000;

/** Lists by time find a reservation by the time in its id, which a client may have made long before. */
function isIdTimeOff({ id, createdAt }: Reservation): boolean {
  const timeInId = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return Math.abs(createdAt - timeInId) > ID_TIME_MARGIN_MS;
}

export function changedReservationRow(reservation: Reservation) {
  return {
    id: reservation.id,
    status: reservation.status,
    order_id: orAbsent(reservation.orderId),
    customer_id: orAbsent(reservation.customerId),
    source: orAbsent(reservation.source),
    metadata: reservation.metadata,
    release_reason: orAbsent(reservation.releaseReason),
    payment_reference: orAbsent(reservation.paymentReference),
    expires_at: timestamp(reservation.expiresAt),
    extensions: reservation.extensions,
    version: reservation.version,
    sync_count: reservation.syncCount,
    confirmed_at: timestamp(reservation.confirmedAt),
    released_at: timestamp(reservation.releasedAt),
    expired_at: timestamp(reservation.expiredAt),
    cancelled_at: timestamp(reservation.cancelledAt),
    fulfilled_at: timestamp(reservation.fulfilledAt),
    withdrawn_at: timestamp(reservation.withdrawnAt),
    notify_before_seconds: orAbsent(reservation.notifyBeforeSeconds),
  };
}

export function newLineRows(reservation: Reservation) {
  return reservation.lines.map((line, index) => ({
    reservation_id: reservation.id,
    line_no: index + 1,
    sku: line.sku,
    location: orAbsent(line.location),
    quantity: line.quantity,
    requested_quantity: line.requestedQuantity === line.quantity ? undefined : line.requestedQuantity,
    confirmed_quantity: line.confirmedQuantity,
  }));
}

/** Lines of a reservation that had others before. */
export function replacedLineRows(reservation: Reservation) {
  const quantities = changedLineRows(reservation);
  return newLineRows(reservation).map((row, index) => Object.assign(row, quantities[index]));
}

export function changedLineRows(reservation: Reservation) {
  return reservation.lines.map((line, index) => ({
    reservation_id: reservation.id,
    line_no: index + 1,
    confirmed_quantity: line.confirmedQuantity,
    fulfilled_quantity: line.fulfilledQuantity,
    cancelled_quantity: line.cancelledQuantity,
    returned_quantity: line.returnedQuantity,
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
      fulfilled_quantity: allocation.fulfilledQuantity || undefined,
      cancelled_quantity: allocation.cancelledQuantity || undefined,
      returned_quantity: allocation.returnedQuantity || undefined,
    })),
  );
}

export function movementRow(movement: Movement) {
  return {
    id: movement.id,
    sku: movement.sku,
    location: movement.location,
    level_seq: movement.levelSeq,
    kind: movement.kind,
    on_hand_delta: movement.onHandDelta,
    reserved_delta: movement.reservedDelta,
    allocated_delta: movement.allocatedDelta,
    backorder_limit_delta: movement.backorderLimitDelta,
    on_hand: movement.onHand,
    reserved: movement.reserved,
    allocated: movement.allocated,
    reservation_id: orAbsent(movement.reservationId),
    reason: orAbsent(movement.reason),
    caller: movement.caller,
    import_id: movement.importId,
  };
}

/** The subject of a reservation's event is its id, which is sent once. */
export function eventRow(event: NewEvent) {
  return {
    id: event.id,
    type: event.type,
    subject: event.subject === event.reservationId ? undefined : event.subject,
    reservation_id: orAbsent(event.reservationId),
    reservation_version: orAbsent(event.reservationVersion),
    data: event.data,
    changed: event.changed,
    request_id: event.requestId,
    traceparent: orAbsent(event.traceparent),
  };
}

function orAbsent<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined;
}

export function timestamp(milliseconds: number | null): string | undefined {
  return milliseconds === null ? undefined : new Date(milliseconds).toISOString();
}
