import type { Fleet } from './fleet.ts';
import type { Story } from './order-stories.ts';

export const levelsOf = (fleet: Fleet) =>
  fleet.query('SELECT sku, location, on_hand, reserved, allocated FROM stock_levels ORDER BY sku, location');

/** The expected units of each order: none, or those reserved or confirmed, and fulfilled, of each line and location. */
export const ordersOf = (fleet: Fleet) =>
  fleet.query(
    `SELECT
       order_id,
       coalesce(open.status, 'closed') AS state,
       coalesce(open.lines, '[]') AS lines
     FROM orders
     LEFT JOIN LATERAL (
       SELECT
         status,
         json_agg(
           json_build_array(
             sku, line.location, line.quantity, confirmed_quantity, line.fulfilled_quantity, line.cancelled_quantity,
             part.location, part.quantity, part.fulfilled_quantity
           )
           ORDER BY line_no, position
         ) AS lines
       FROM reservations
       JOIN reservation_lines AS line ON line.reservation_id = reservations.id
       JOIN line_allocations AS part USING (reservation_id, line_no)
       WHERE reservations.order_id = orders.order_id
         AND status NOT IN ('released', 'cancelled')
       GROUP BY reservations.id
     ) AS open ON true
     WHERE order_id LIKE 'o-%'
     ORDER BY order_id`,
  );

/** Units that are held or confirmed for cancelled orders. */
export const heldOf = (fleet: Fleet, stories: readonly Story[]) =>
  fleet.query(
    `SELECT order_id, status
     FROM reservations
     WHERE order_id = ANY($1)
       AND status IN ('held', 'confirmed')`,
    [stories.filter(({ isCancelled }) => isCancelled).map(({ orderId }) => orderId)],
  );

/** The deducted quantity in the published events. */
export const fulfillmentsOf = (fleet: Fleet) =>
  fleet.query(
    `SELECT reservations.order_id, count(*)::integer AS fulfillments
     FROM events
     JOIN reservations ON reservations.id = events.reservation_id
     WHERE type = 'warehouse.inventory.deducted'
     GROUP BY reservations.order_id
     ORDER BY reservations.order_id`,
  );

/** What has left, in the stories. */
export const sentIn = (stories: readonly Story[]) =>
  stories
    .map(({ orderId, events }) => ({
      order_id: orderId,
      fulfillments: events.filter(({ type }) => type === 'fulfillment.fulfillment.completed').length,
    }))
    .filter(({ fulfillments }) => fulfillments > 0)
    .toSorted((a, b) => (a.order_id < b.order_id ? -1 : 1));
