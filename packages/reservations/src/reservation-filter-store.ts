import { sql, type Sql } from '@holdfast/db';

/** The filters of reservations besides their status. A reservation must fit all that are given. Null: any. */
export interface ReservationAttributes {
  readonly orderId: string | null;
  readonly cartId: string | null;
  readonly customerId: string | null;
  readonly storeId: string | null;
  readonly source: string | null;
  /** Of one of its lines. */
  readonly sku: string | null;
  /** That gives, or gave, stock to it; with `sku`: of that SKU. */
  readonly location: string | null;
  /** Epoch milliseconds, both exclusive. */
  readonly createdAfter: number | null;
  readonly createdBefore: number | null;
}

/** Whether few reservations fit: those of one order, cart or customer. */
export const isOfFew = ({ orderId, cartId, customerId }: ReservationAttributes): boolean =>
  orderId !== null || cartId !== null || customerId !== null;

/** Conditions on a row of `reservations`: its order, cart and customer. */
export function isOf({ orderId, cartId, customerId }: ReservationAttributes): Sql {
  return all(
    orderId !== null && sql`order_id = ${orderId}`,
    cartId !== null && sql`cart_id = ${cartId}`,
    customerId !== null && sql`customer_id = ${customerId}`,
  );
}

/** Conditions on a row of `reservations`: everything else. */
export function matches(attributes: ReservationAttributes): Sql {
  const { storeId, source, sku, location, createdAfter, createdBefore } = attributes;
  return all(
    storeId !== null && sql`store_id = ${storeId}`,
    source !== null && sql`source = ${source}`,
    createdAfter !== null && sql`created_at > ${timestamp(createdAfter)}`,
    createdBefore !== null && sql`created_at < ${timestamp(createdBefore)}`,
    location !== null && hasAllocation(location, sku),
    location === null && sku !== null && hasLine(sku),
  );
}

// A sub-select of one row is looked up for each reservation. With EXISTS, the planner could join, and read
// all lines of a SKU.

const hasLine = (sku: string): Sql => sql`(
            SELECT true
            FROM reservation_lines line
            WHERE line.reservation_id = reservations.id
              AND line.sku = ${sku}
            LIMIT 1
          ) IS TRUE`;

const hasAllocation = (location: string, sku: string | null): Sql => sql`(
            SELECT true
            FROM reservation_lines line
            JOIN line_allocations a USING (reservation_id, line_no)
            WHERE line.reservation_id = reservations.id
              AND a.location = ${location}
              AND ${sku === null ? sql`true` : sql`line.sku = ${sku}`}
            LIMIT 1
          ) IS TRUE`;

function all(...conditions: readonly (Sql | false)[]): Sql {
  const given = conditions.filter((each) => each !== false);
  return given.reduce((sofar, each) => sql`${sofar} AND ${each}`, sql`true`);
}

export function timestamp(milliseconds: number): Sql {
  return sql`to_timestamp(${milliseconds}::float8 / 1000)`;
}
