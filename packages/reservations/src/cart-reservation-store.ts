import type { Reservation } from '@holdfast/domain';
import { only, sql, type Queryable } from '@holdfast/db';
import { isNotOver, STATEMENT_TIME } from './hold-lifetime-store.ts';
import { reservationsAsJson } from './reservation-rows-store.ts';

/**
 * The newest of a cart that is held or waits and is not due, and the database's time (epoch milliseconds).
 * Null: none.
 */
export async function readReservationOfCart(
  db: Queryable,
  cartId: string,
): Promise<{ readonly reservation: Reservation; readonly now: number } | null> {
  const newest = sql`ARRAY(
      SELECT id
      FROM reservations
      WHERE cart_id = ${cartId}
        AND ((status = 'held' AND ${isNotOver()}) OR (status = 'waiting' AND waiting_until > ${STATEMENT_TIME}))
      ORDER BY created_at DESC, id DESC
      LIMIT 1
    )`;
  const rows = await db.$queryRaw<{ now: number; reservations: Reservation[] }[]>`
    SELECT
      floor(extract(epoch FROM statement_timestamp()) * 1000)::float8 AS now,
      ${reservationsAsJson(newest)} AS reservations`;
  const { now, reservations } = only(rows);
  const [reservation] = reservations;
  return reservation ? { reservation, now } : null;
}
