import { showReservation } from '@holdfast/domain';
import { sql, type Sql, type SqlRunner } from '@holdfast/db';
import { readReservation } from '@holdfast/reservations';
import { readSync } from './sync-list-store.ts';

/**
 * Locks a reservation until the transaction ends. Called before a sync of it is locked, as the ledger too
 * locks reservations before syncs.
 */
export async function lockReservation(tx: SqlRunner, reservationId: string): Promise<void> {
  await tx.$queryRaw`
    SELECT id
    FROM reservations
    WHERE id = ${reservationId}::uuid
    FOR NO KEY UPDATE`;
}

/**
 * Writes the event that a sync was given up: the reservation as it is, with this sync in place of its newest.
 * The reservation has to be locked: otherwise a later change could be published first, and this event would
 * contradict it.
 */
export async function writeSyncFailed(
  tx: SqlRunner,
  { id: syncId, reservationId }: { readonly id: string; readonly reservationId: string },
): Promise<void> {
  const found = await readReservation(tx, reservationId);
  const sync = await readSync(tx, syncId);
  if (!found || !sync) return;
  const { reservation, now } = found;
  const { reservation_id: _reservation, order_id: _order, created_at: _created, ...failed } = sync;
  const at = new Date(now).toISOString();
  await tx.$executeRaw`
    INSERT INTO events (id, type, subject, time, reservation_id, reservation_version, data)
    VALUES (
      ${newIdAt(now)}, 'warehouse.inventory.sync_failed', ${reservationId}, ${at}::timestamptz, ${reservationId}::uuid,
      ${reservation.version}::integer, ${JSON.stringify({ ...showReservation(reservation, now), warehouse_sync: failed })}::json
    )`;
}

/** A UUIDv7 (RFC 9562) of that millisecond. PostgreSQL has none of its own before version 18. */
const newIdAt = (ms: number): Sql => {
  const random = sql`md5(gen_random_uuid()::text)`;
  return sql`overlay(overlay(
    lpad(to_hex(${ms}::bigint), 12, '0') || left(${random}, 20) PLACING '7' FROM 13) PLACING '8' FROM 17)::uuid`;
};
