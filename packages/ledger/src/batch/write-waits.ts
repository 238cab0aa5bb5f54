import { type SqlRunner } from '@holdfast/db';
import { isWaiting, locationsOfLine, type Reservation } from '@holdfast/domain';
import { timestamp } from './rows.ts';
import { rankOf } from './waiting-line.ts';

/** Writes what only reservations that may wait have, and their place in line while they do. */
export async function writeWaits(tx: SqlRunner, changed: readonly Reservation[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE reservations r
    SET
      held_at = after.held_at,
      wait_priority = after.wait_priority,
      wait_arrival = after.wait_arrival,
      hold_ms = after.hold_ms,
      waiting_until = after.waiting_until,
      sourcing = after.sourcing,
      locations = after.locations
    FROM json_to_recordset(${JSON.stringify(changed.map(waitRow))}::json) AS after (
      id uuid, held_at timestamptz, wait_priority smallint, wait_arrival bigint, hold_ms integer,
      waiting_until timestamptz, sourcing text, locations text[]
    )
    WHERE r.id = after.id`;
  await tx.$executeRaw`
    DELETE FROM waiting_lines
    WHERE reservation_id = ANY(${changed.map(({ id }) => id)}::uuid[])`;
  const lines = changed.flatMap(waitingLineRows);
  if (lines.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO waiting_lines (
      reservation_id, line_no, location, sku, units, rank, arrival, waiting_until, is_short
    )
    SELECT reservation_id, line_no, location, sku, units, rank, arrival, waiting_until, is_short
    FROM json_to_recordset(${JSON.stringify(lines)}::json) AS line (
      reservation_id uuid, line_no smallint, location text, sku text, units integer, rank smallint, arrival bigint,
      waiting_until timestamptz, is_short boolean
    )`;
}

function waitRow({ id, heldAt, wait, sourcing, locations }: Reservation) {
  return {
    id,
    held_at: timestamp(heldAt),
    wait_priority: wait?.priority,
    wait_arrival: wait?.arrival,
    hold_ms: wait && Math.round(wait.ttlSeconds * 1000),
    waiting_until: timestamp(wait?.until ?? null),
    sourcing,
    locations,
  };
}

/** One for each location that may give a line; the first has its units. */
function waitingLineRows(reservation: Reservation) {
  if (!isWaiting(reservation)) return [];
  const { id, lines, wait } = reservation;
  return lines.flatMap((line, index) =>
    locationsOfLine(reservation, line).map((location, place) => ({
      reservation_id: id,
      line_no: index + 1,
      location: location ?? '',
      sku: line.sku,
      units: place === 0 ? line.quantity : 0,
      rank: rankOf(wait),
      arrival: wait.arrival,
      waiting_until: timestamp(wait.until),
      is_short: wait.shortLines.includes(index),
    })),
  );
}
