import type { Transaction } from '@holdfast/db';
import type { Fulfillment, Reservation } from '@holdfast/domain';
import { allocationRows, changedLineRows, changedReservationRow } from './rows.ts';

// Updates of existing reservations, one statement for each kind of change. `at` is ISO 8601.

export async function updateReservations(
  tx: Transaction,
  updated: readonly Reservation[],
  at: string,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE reservations r
    SET
      status = after.status,
      order_id = after.order_id,
      release_reason = after.release_reason,
      payment_reference = after.payment_reference,
      expires_at = after.expires_at,
      extensions = after.extensions,
      version = after.version,
      sync_count = after.sync_count,
      updated_at = ${at}::timestamptz,
      confirmed_at = after.confirmed_at,
      released_at = after.released_at,
      expired_at = after.expired_at,
      cancelled_at = after.cancelled_at,
      fulfilled_at = after.fulfilled_at
    FROM json_to_recordset(${JSON.stringify(updated.map(changedReservationRow))}::json) AS after (
      id uuid, status text, order_id text, release_reason text, payment_reference text, expires_at timestamptz,
      extensions integer, version integer, sync_count integer, confirmed_at timestamptz, released_at timestamptz,
      expired_at timestamptz, cancelled_at timestamptz, fulfilled_at timestamptz
    )
    WHERE r.id = after.id`;
}

export async function updateLines(tx: Transaction, reservations: readonly Reservation[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE reservation_lines line
    SET
      confirmed_quantity = after.confirmed_quantity,
      fulfilled_quantity = after.fulfilled_quantity,
      cancelled_quantity = after.cancelled_quantity
    FROM json_to_recordset(${JSON.stringify(reservations.flatMap(changedLineRows))}::json) AS after (
      reservation_id uuid, line_no smallint, confirmed_quantity integer, fulfilled_quantity integer,
      cancelled_quantity integer
    )
    WHERE line.reservation_id = after.reservation_id
      AND line.line_no = after.line_no`;
}

export async function replaceAllocations(
  tx: Transaction,
  reallocated: readonly Reservation[],
): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM line_allocations
    WHERE reservation_id = ANY(${reallocated.map(({ id }) => id)}::uuid[])`;
  await tx.$executeRaw`
    INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity, fulfilled_quantity)
    SELECT reservation_id, line_no, position, location, quantity, coalesce(fulfilled_quantity, 0)
    FROM json_to_recordset(${JSON.stringify(reallocated.flatMap(allocationRows))}::json) AS a (
      reservation_id uuid, line_no smallint, position smallint, location text, quantity integer,
      fulfilled_quantity integer
    )`;
}

export async function recordFulfillments(
  tx: Transaction,
  fulfillments: readonly Fulfillment[],
  at: string,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO reservation_fulfillments (reservation_id, fulfillment_id, parts, created_at)
    SELECT "reservationId", "fulfillmentId", parts, ${at}::timestamptz
    FROM json_to_recordset(${JSON.stringify(fulfillments)}::json) AS f (
      "reservationId" uuid, "fulfillmentId" text, parts json
    )`;
}
