import type { PartKind } from '@holdfast/domain';
import { sql, type Queryable, type Sql } from '@holdfast/db';

/** The record that has the name, and how to find it. A part is looked up in its reservation or its order. */
export type NameHolder =
  | { readonly kind: 'sku' | 'location' | 'order' | 'cart' }
  | { readonly kind: PartKind; readonly reservationId: string }
  | { readonly kind: 'order-fulfillment'; readonly orderId: string };

/** Whether something is stored under exactly this name. Each lookup uses an index. */
export async function isNameStored(db: Queryable, holder: NameHolder, name: string): Promise<boolean> {
  const [answer] = await db.$queryRaw<{ found: boolean }[]>`SELECT ${storedUnder(holder, name)} AS found`;
  return answer?.found === true;
}

function storedUnder(holder: NameHolder, name: string): Sql {
  switch (holder.kind) {
    case 'sku':
      return sql`EXISTS (SELECT FROM skus WHERE sku = ${name})`;
    case 'location':
      return sql`EXISTS (SELECT FROM locations WHERE location = ${name})`;
    case 'order':
      return sql`EXISTS (SELECT FROM orders WHERE order_id = ${name})
        OR EXISTS (SELECT FROM reservations WHERE order_id = ${name})`;
    case 'cart':
      return sql`EXISTS (SELECT FROM reservations WHERE cart_id = ${name})`;
    case 'fulfillment':
    case 'release':
    case 'cancellation':
    case 'return':
      return sql`EXISTS (
        SELECT
        FROM reservation_parts
        WHERE reservation_id = ${holder.reservationId}::uuid
          AND kind = ${holder.kind}
          AND part_id = ${name}
      )`;
    case 'order-fulfillment':
      return storedForOrder(holder.orderId, name);
    default:
      return holder satisfies never;
  }
}

/** Recorded for a reservation of the order, or stored with the order until there is one. */
const storedForOrder = (orderId: string, name: string): Sql => sql`
  EXISTS (
    SELECT
    FROM reservations
    JOIN reservation_parts ON reservation_id = reservations.id
    WHERE order_id = ${orderId}
      AND kind = 'fulfillment'
      AND part_id = ${name}
  )
  OR EXISTS (
    SELECT
    FROM orders
    CROSS JOIN json_array_elements(fulfillments) AS early
    WHERE order_id = ${orderId}
      AND early ->> 'fulfillmentId' = ${name}
  )`;
