import { beginsWith, searchIds, sql, type Found, type Queryable } from '@holdfast/db';

/** Reservations whose id is `text` or begins with it, oldest first. */
export const searchReservations = (db: Queryable, text: string, limit: number): Promise<readonly Found[]> =>
  searchIds(db, text, {
    table: sql`reservations`,
    label: sql`coalesce('order ' || order_id, 'cart ' || cart_id, 'reservation')`,
    limit,
  });

const NAMES = { order: sql`order_id`, cart: sql`cart_id`, customer: sql`customer_id` } as const;

/** Rows that are read for one kind of name: an order may have many reservations. */
const ROWS_MAX = 1_000;

/** Names of orders, carts or customers that are `text` or begin with it, in the order of their bytes. */
export async function searchNames(
  db: Queryable,
  kind: keyof typeof NAMES,
  text: string,
  limit: number,
): Promise<readonly Found[]> {
  const name = NAMES[kind];
  return db.$queryRaw<Found[]>`
    SELECT
      min(name) AS id,
      count(*) || CASE count(*) WHEN 1 THEN ' reservation' ELSE ' reservations' END AS label
    FROM (
      SELECT ${name} AS name
      FROM reservations
      WHERE ${beginsWith(name, text)}
      ORDER BY ${name} USING ~<~
      LIMIT ${ROWS_MAX}::integer
    ) AS named
    GROUP BY name
    ORDER BY name COLLATE "C"
    LIMIT ${limit}::integer`;
}
