import type { Reservation } from '@holdfast/domain';
import { sql, type Queryable, type Sql } from '@holdfast/db';

const TIMES = {
  'r.expires_at': sql`(extract(epoch FROM r.expires_at) * 1000)::bigint`,
  'r.created_at': sql`(extract(epoch FROM r.created_at) * 1000)::bigint`,
  'r.updated_at': sql`(extract(epoch FROM r.updated_at) * 1000)::bigint`,
  'r.confirmed_at': sql`(extract(epoch FROM r.confirmed_at) * 1000)::bigint`,
  'r.released_at': sql`(extract(epoch FROM r.released_at) * 1000)::bigint`,
  'r.expired_at': sql`(extract(epoch FROM r.expired_at) * 1000)::bigint`,
  'r.cancelled_at': sql`(extract(epoch FROM r.cancelled_at) * 1000)::bigint`,
  'r.fulfilled_at': sql`(extract(epoch FROM r.fulfilled_at) * 1000)::bigint`,
  's.next_attempt_at': sql`(extract(epoch FROM s.next_attempt_at) * 1000)::bigint`,
};

function inMilliseconds(column: keyof typeof TIMES): Sql {
  return TIMES[column];
}

/** Of reservation `r`. */
const LINES: Sql = sql`
      SELECT json_agg(json_build_object(
        'sku', line.sku,
        'location', line.location,
        'quantity', line.quantity,
        'confirmedQuantity', line.confirmed_quantity,
        'fulfilledQuantity', line.fulfilled_quantity,
        'cancelledQuantity', line.cancelled_quantity,
        'allocations', allocations.list
      ) ORDER BY line.line_no) AS list
      FROM reservation_lines line
      CROSS JOIN LATERAL (
        SELECT coalesce(json_agg(json_build_object(
          'location', a.location,
          'quantity', a.quantity,
          'fulfilledQuantity', a.fulfilled_quantity
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
        'nextAttemptAt', ${inMilliseconds('s.next_attempt_at')}
      ) AS it
      FROM warehouse_syncs s
      WHERE s.reservation_id = r.id
      ORDER BY s.ordinal DESC
      LIMIT 1`;

/**
 * Reservations with lines, allocations and newest sync, as one JSON array in the shape of the domain's
 * `Reservation`. One value in place of joined rows: nothing to put together in Node, and the ledger and the
 * readers share it.
 *
 * @param ids or an expression that makes an array of them
 */
export function reservationsAsJson(ids: readonly string[] | Sql): Sql {
  return sql`(
    SELECT coalesce(json_agg(json_build_object(
      'id', r.id,
      'status', r.status,
      'orderId', r.order_id,
      'cartId', r.cart_id,
      'storeId', r.store_id,
      'source', r.source,
      'sourcing', r.sourcing,
      'releaseReason', r.release_reason,
      'paymentReference', r.payment_reference,
      'expiresAt', ${inMilliseconds('r.expires_at')},
      'extensions', r.extensions,
      'lines', lines.list,
      'warehouseSync', newest_sync.it,
      'metadata', r.metadata,
      'version', r.version,
      'syncCount', r.sync_count,
      'createdAt', ${inMilliseconds('r.created_at')},
      'updatedAt', ${inMilliseconds('r.updated_at')},
      'confirmedAt', ${inMilliseconds('r.confirmed_at')},
      'releasedAt', ${inMilliseconds('r.released_at')},
      'expiredAt', ${inMilliseconds('r.expired_at')},
      'cancelledAt', ${inMilliseconds('r.cancelled_at')},
      'fulfilledAt', ${inMilliseconds('r.fulfilled_at')}
    )), '[]')
    FROM reservations r
    CROSS JOIN LATERAL (${LINES}
    ) lines
    LEFT JOIN LATERAL (${NEWEST_SYNC}
    ) newest_sync ON true
    WHERE r.id = ANY(${ids}::uuid[])
  )`;
}

/** A reservation and the database's time in one read; null when there is none. */
export async function readReservation(
  db: Queryable,
  id: string,
): Promise<{ reservation: Reservation; now: number } | null> {
  const [row] = await db.$queryRaw<{ now: number; reservations: Reservation[] }[]>`
    SELECT ${databaseNow} AS now, ${reservationsAsJson([id])} AS reservations`;
  const reservation = row?.reservations[0];
  return row && reservation ? { reservation, now: row.now } : null;
}

/** Milliseconds since the epoch, whole, rounded down: what has not come yet must not seem to have. */
export const databaseNow: Sql = sql`floor(extract(epoch FROM clock_timestamp()) * 1000)::float8`;
