import type { SqlRunner } from '@holdfast/db';
import { ORDER_RESERVATIONS_MAX, type Order, type Targets } from '@holdfast/domain';
import { timestamp } from './rows.ts';

/** The orders that commands are about, and all that is reserved for them. */
export interface NamedOrders {
  readonly orders: readonly Order[];
  readonly reservationsOfOrders: readonly OrderedReservation[];
}

export interface OrderedReservation {
  readonly id: string;
  readonly orderId: string;
}

/**
 * Locks the rows of the orders that commands name, which are inserted if they are missing. The batch that has
 * locked the row of an order knows all that events have led to for it: the reservations are read by a
 * statement that begins after the wait.
 */
export async function lockOrders(
  tx: SqlRunner,
  { orders: named }: Pick<Targets, 'orders'>,
): Promise<NamedOrders> {
  const orderIds = [...new Set(named)];
  if (orderIds.length === 0) return { orders: [], reservationsOfOrders: [] };
  await tx.$executeRaw`
    INSERT INTO orders (order_id)
    SELECT order_id
    FROM unnest(${orderIds}::text[]) AS named (order_id)
    ORDER BY order_id
    ON CONFLICT DO NOTHING`;
  const orders = await tx.$queryRaw<Order[]>`
    SELECT
      order_id AS "orderId",
      (extract(epoch FROM reserved_at) * 1000)::float8 AS "reservedAt",
      (extract(epoch FROM paid_at) * 1000)::float8 AS "paidAt",
      payment_reference AS "paymentReference",
      (extract(epoch FROM cancelled_at) * 1000)::float8 AS "cancelledAt",
      fulfillments
    FROM orders
    WHERE order_id = ANY(${orderIds}::text[])
    ORDER BY order_id
    FOR NO KEY UPDATE`;
  // Retention has deleted an old one in between.
  if (orders.length < orderIds.length) return lockOrders(tx, { orders: named });
  return { orders, reservationsOfOrders: await readReservationsOfOrders(tx, orderIds) };
}

/** All that is held, waited for or confirmed for orders, and of what is over the newest. */
export function readReservationsOfOrders(
  db: SqlRunner,
  orderIds: readonly string[],
): Promise<OrderedReservation[]> {
  return db.$queryRaw<OrderedReservation[]>`
    SELECT r.id, named.order_id AS "orderId"
    FROM unnest(${[...orderIds]}::text[]) AS named (order_id)
    CROSS JOIN LATERAL (
      SELECT id
      FROM reservations
      WHERE order_id = named.order_id
        AND status IN ('waiting', 'held', 'confirmed')
      UNION
      (
        SELECT id
        FROM reservations
        WHERE order_id = named.order_id
        ORDER BY id DESC
        LIMIT ${ORDER_RESERVATIONS_MAX}::integer
      )
    ) r`;
}

/** Writes what events have said of orders. */
export async function writeOrders(tx: SqlRunner, orders: readonly Order[], at: string): Promise<void> {
  const rows = orders.map(({ reservedAt, paidAt, cancelledAt, ...order }) => ({
    ...order,
    reservedAt: timestamp(reservedAt),
    paidAt: timestamp(paidAt),
    cancelledAt: timestamp(cancelledAt),
  }));
  await tx.$executeRaw`
    UPDATE orders
    SET
      reserved_at = after."reservedAt",
      paid_at = after."paidAt",
      payment_reference = after."paymentReference",
      cancelled_at = after."cancelledAt",
      fulfillments = after.fulfillments,
      updated_at = ${at}::timestamptz
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS after (
      "orderId" text, "reservedAt" timestamptz, "paidAt" timestamptz, "paymentReference" text,
      "cancelledAt" timestamptz, fulfillments json
    )
    WHERE orders.order_id = after."orderId"`;
}
