import type { Reservation } from '@holdfast/domain';
import { only, sql, type Sql, type SqlRunner } from '@holdfast/db';

export const inMilliseconds = (time: Sql): Sql => sql`(extract(epoch FROM ${time}) * 1000)::bigint`;

/** Of reservation `r`. */
const LINES: Sql = sql`
      SELECT coalesce(json_agg(json_build_object(
        'sku', line.sku,
        'location', line.location,
        'quantity', line.quantity,
        'requestedQuantity', coalesce(line.requested_quantity, line.quantity),
        'confirmedQuantity', line.confirmed_quantity,
        'fulfilledQuantity', line.fulfilled_quantity,
        'cancelledQuantity', line.cancelled_quantity,
        'returnedQuantity', line.returned_quantity,
        'allocations', allocations.list
      ) ORDER BY line.line_no), '[]') AS list
      FROM reservation_lines line
      CROSS JOIN LATERAL (
        SELECT coalesce(json_agg(json_build_object(
          'location', a.location,
          'quantity', a.quantity,
          'fulfilledQuantity', a.fulfilled_quantity,
          'cancelledQuantity', a.cancelled_quantity,
          'returnedQuantity', a.returned_quantity
        ) ORDER BY a.position), '[]') AS list
        FROM line_allocations a
        WHERE a.reservation_id = line.reservation_id
          AND a.line_no = line.line_no
      ) allocations
      WHERE line.reservation_id = r.id`;

/** Of reservation `r`. */
const NEWEST_SYNC: Sql = sql`
      SELECT json_build_object(
        'id', s.id,
        'action', s.action,
        'state', s.state,
        'attempts', s.attempts,
        'lastStatus', s.last_status,
        'lastError', s.last_error,
        'nextAttemptAt', ${inMilliseconds(sql`s.next_attempt_at`)}
      ) AS it
      FROM warehouse_syncs s
      WHERE s.reservation_id = r.id
      ORDER BY s.ordinal DESC
      LIMIT 1`;

/** Of reservation `r`. */
const WAIT: Sql = sql`CASE
        WHEN r.wait_priority IS NOT NULL THEN json_build_object(
          'priority', r.wait_priority,
          'arrival', r.wait_arrival,
          'until', ${inMilliseconds(sql`r.waiting_until`)},
          'ttlSeconds', r.hold_ms / 1000.0,
          'shortLines', (
            SELECT coalesce(json_agg(DISTINCT line_no - 1), '[]')
            FROM waiting_lines
            WHERE reservation_id = r.id
              AND is_short
          )
        )
      END`;

/** Reservation `r`, in the shape of the domain's `Reservation`. */
const RESERVATION: Sql = sql`json_build_object(
      'id', r.id,
      'status', r.status,
      'orderId', r.order_id,
      'cartId', r.cart_id,
      'customerId', r.customer_id,
      'storeId', r.store_id,
      'source', r.source,
      'sourcing', r.sourcing,
      'locations', r.locations,
      'ifShort', coalesce(r.if_short, 'reject'),
      'releaseReason', r.release_reason,
      'paymentReference', r.payment_reference,
      'expiresAt', ${inMilliseconds(sql`r.expires_at`)},
      'heldAt', ${inMilliseconds(sql`r.held_at`)},
      'wait', ${WAIT},
      'extensions', r.extensions,
      'notifyBeforeSeconds', r.notify_before_seconds,
      'lines', lines.list,
      'warehouseSync', newest_sync.it,
      'metadata', r.metadata,
      'version', r.version,
      'syncCount', r.sync_count,
      'createdAt', ${inMilliseconds(sql`r.created_at`)},
      'updatedAt', ${inMilliseconds(sql`r.updated_at`)},
      'confirmedAt', ${inMilliseconds(sql`r.confirmed_at`)},
      'releasedAt', ${inMilliseconds(sql`r.released_at`)},
      'expiredAt', ${inMilliseconds(sql`r.expired_at`)},
      'cancelledAt', ${inMilliseconds(sql`r.cancelled_at`)},
      'fulfilledAt', ${inMilliseconds(sql`r.fulfilled_at`)},
      'withdrawnAt', ${inMilliseconds(sql`r.withdrawn_at`)},
      'createFingerprint', r.create_fingerprint
    )`;

/**
 * Reservations with lines, allocations and newest sync as one JSON array: nothing to put together in Node.
 *
 * @param ids or an expression that makes an array of them
 */
export const reservationsAsJson = (ids: readonly string[] | Sql): Sql => sql`(
    SELECT coalesce(json_agg(${RESERVATION}), '[]')
    FROM reservations r
    CROSS JOIN LATERAL (${LINES}
    ) lines
    LEFT JOIN LATERAL (${NEWEST_SYNC}
    ) newest_sync ON true
    WHERE r.id = ANY(${ids}::uuid[])
  )`;

/** A reservation, and the database's time when it was read. */
export interface FoundReservation {
  readonly reservation: Reservation;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Those that exist, by id. */
export async function readReservations(
  db: SqlRunner,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FoundReservation>> {
  const { now, reservations } = only(
    await db.$queryRaw<{ now: number; reservations: Reservation[] }[]>`
      SELECT ${databaseNow} AS now, ${reservationsAsJson(ids)} AS reservations`,
  );
  return new Map(reservations.map((reservation) => [reservation.id, { reservation, now }]));
}

export async function readReservation(db: SqlRunner, id: string): Promise<FoundReservation | null> {
  return (await readReservations(db, [id])).get(id) ?? null;
}

/** Whole milliseconds since the epoch, rounded down: a time in the future must not seem to have passed. */
export const databaseNow: Sql = sql`floor(extract(epoch FROM clock_timestamp()) * 1000)::float8`;
