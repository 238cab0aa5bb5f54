import { ORDER_RESERVATIONS_MAX, type Order, type Reservation } from '@holdfast/domain';
import { sql, type Queryable } from '@holdfast/db';
import { databaseNow, inMilliseconds, reservationsAsJson } from './reservation-rows-store.ts';

export interface FoundOrder {
  /** Milliseconds since the epoch, by the database's clock. */
  readonly now: number;
  /** What events and calls say about the order. Null: nothing, or it was purged. */
  readonly order: Order | null;
  /** The newest, in any order. */
  readonly reservations: readonly Reservation[];
}

/** An order and its reservations, in one read. */
export async function readOrder(db: Queryable, orderId: string): Promise<FoundOrder> {
  const [row] = await db.$queryRaw<FoundOrder[]>`
    SELECT
      ${databaseNow} AS now,
      (
        SELECT json_build_object(
          'orderId', order_id,
          'reservedAt', ${inMilliseconds(sql`reserved_at`)},
          'paidAt', ${inMilliseconds(sql`paid_at`)},
          'paymentReference', payment_reference,
          'cancelledAt', ${inMilliseconds(sql`cancelled_at`)},
          'fulfillments', fulfillments
        )
        FROM orders
        WHERE order_id = ${orderId}
      ) AS "order",
      ${reservationsAsJson(sql`ARRAY(
        SELECT id
        FROM reservations
        WHERE order_id = ${orderId}
        ORDER BY id DESC
        LIMIT ${ORDER_RESERVATIONS_MAX}::integer
      )`)} AS reservations`;
  if (!row) throw new Error('the read statement returned no row');
  return row;
}
