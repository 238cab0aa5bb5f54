import { sql, type Sql, type SqlRunner } from '@holdfast/db';
import type { ExpiryNotice, RecordedPart, Reservation } from '@holdfast/domain';
import {
  allocationRows,
  changedLineRows,
  changedReservationRow,
  replacedLineRows,
  timestamp,
} from './rows.ts';

// Updates of existing reservations. The first two are parts of the statement that writes the rows
// (write-rows.ts); the others, which few decisions need, are statements. `at` is ISO 8601.

export function updateReservations(updated: readonly Reservation[], at: string): Sql {
  return sql`
    UPDATE reservations r
    SET
      status = after.status,
      order_id = after.order_id,
      customer_id = after.customer_id,
      source = after.source,
      metadata = after.metadata,
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
      fulfilled_at = after.fulfilled_at,
      withdrawn_at = after.withdrawn_at,
      notify_before_seconds = after.notify_before_seconds
    FROM json_to_recordset(${JSON.stringify(updated.map(changedReservationRow))}::json) AS after (
      id uuid, status text, order_id text, customer_id text, source text, metadata json, release_reason text,
      payment_reference text, expires_at timestamptz, extensions integer, version integer, sync_count integer,
      confirmed_at timestamptz, released_at timestamptz, expired_at timestamptz, cancelled_at timestamptz,
      fulfilled_at timestamptz, withdrawn_at timestamptz, notify_before_seconds integer
    )
    WHERE r.id = after.id`;
}

/** In the order of ids, as another session may delete old ones. */
export async function writeExpiryNotices(tx: SqlRunner, notices: readonly ExpiryNotice[]): Promise<void> {
  const rows = notices.map(({ reservationId, notifyAt }) => ({
    reservation_id: reservationId,
    notify_at: timestamp(notifyAt),
  }));
  await tx.$executeRaw`
    INSERT INTO expiry_notices (reservation_id, notify_at)
    SELECT reservation_id, notify_at
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS n (reservation_id uuid, notify_at timestamptz)
    ORDER BY reservation_id
    ON CONFLICT (reservation_id) DO UPDATE
    SET notify_at = excluded.notify_at`;
}

export function updateLines(reservations: readonly Reservation[]): Sql {
  return sql`
    UPDATE reservation_lines line
    SET
      confirmed_quantity = after.confirmed_quantity,
      fulfilled_quantity = after.fulfilled_quantity,
      cancelled_quantity = after.cancelled_quantity,
      returned_quantity = after.returned_quantity
    FROM json_to_recordset(${JSON.stringify(reservations.flatMap(changedLineRows))}::json) AS after (
      reservation_id uuid, line_no smallint, confirmed_quantity integer, fulfilled_quantity integer,
      cancelled_quantity integer, returned_quantity integer
    )
    WHERE line.reservation_id = after.reservation_id
      AND line.line_no = after.line_no`;
}

export async function replaceAllocations(tx: SqlRunner, reallocated: readonly Reservation[]): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM line_allocations
    WHERE reservation_id = ANY(${reallocated.map(({ id }) => id)}::uuid[])`;
  await tx.$executeRaw`
    INSERT INTO line_allocations (
      reservation_id, line_no, position, location, quantity,
      fulfilled_quantity, cancelled_quantity, returned_quantity
    )
    SELECT
      reservation_id, line_no, position, location, quantity,
      coalesce(fulfilled_quantity, 0), coalesce(cancelled_quantity, 0), coalesce(returned_quantity, 0)
    FROM json_to_recordset(${JSON.stringify(reallocated.flatMap(allocationRows))}::json) AS a (
      reservation_id uuid, line_no smallint, position smallint, location text, quantity integer,
      fulfilled_quantity integer, cancelled_quantity integer, returned_quantity integer
    )`;
}

/**
 * Lines that were added, or have another quantity, take the place of all that there were; allocations too.
 */
export async function replaceLines(tx: SqlRunner, replaced: readonly Reservation[]): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM reservation_lines
    WHERE reservation_id = ANY(${replaced.map(({ id }) => id)}::uuid[])`;
  await tx.$executeRaw`
    INSERT INTO reservation_lines (
      reservation_id, line_no, sku, location, quantity, requested_quantity,
      confirmed_quantity, fulfilled_quantity, cancelled_quantity, returned_quantity
    )
    SELECT
      reservation_id, line_no, sku, location, quantity, requested_quantity,
      confirmed_quantity, fulfilled_quantity, cancelled_quantity, returned_quantity
    FROM json_to_recordset(${JSON.stringify(replaced.flatMap(replacedLineRows))}::json) AS line (
      reservation_id uuid, line_no smallint, sku text, location text, quantity integer, requested_quantity integer,
      confirmed_quantity integer, fulfilled_quantity integer, cancelled_quantity integer, returned_quantity integer
    )`;
  await replaceAllocations(tx, replaced);
}

export async function recordParts(tx: SqlRunner, parts: readonly RecordedPart[], at: string): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO reservation_parts (reservation_id, kind, part_id, parts, created_at)
    SELECT "reservationId", kind, "partId", parts, ${at}::timestamptz
    FROM json_to_recordset(${JSON.stringify(parts)}::json) AS part (
      "reservationId" uuid, kind text, "partId" text, parts json
    )`;
}
