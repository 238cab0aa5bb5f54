import { sql, type SqlRunner, type Sql } from '@holdfast/db';
import type { Targets } from '@holdfast/domain';

// Some names need not have a row: an order that only calls name, a cart, an id that a client chose. They are
// locked by advisory locks, exclusively by commands that may bring something into being under the name or end
// all that there is (a cancel of an order), shared by calls that give stock to an order
// (docs/decisions/0021).

const nameOfOrder = (orderId: string): string => `order:${orderId}`;

/** Names that are locked exclusively. */
function exclusiveNames({ cancelledOrders, carts, clientReservations }: Targets): readonly string[] {
  return [
    ...cancelledOrders.map(nameOfOrder),
    ...carts.map((cartId) => `cart:${cartId}`),
    ...clientReservations.map((id) => `reservation:${id}`),
  ];
}

/** The orders to which commands give stock, without those that the same batch cancels. */
export function ordersToClaim({ ordersGivenStock, cancelledOrders }: Targets): readonly string[] {
  const cancelled = new Set(cancelledOrders);
  return [...new Set(ordersGivenStock)].filter((orderId) => !cancelled.has(orderId));
}

/**
 * Locks names in a statement of its own: shared for `claims`, which are orders, and exclusive for the others.
 */
export async function lockNames(tx: SqlRunner, targets: Targets, claims: readonly string[]): Promise<void> {
  const exclusive = exclusiveNames(targets);
  if (exclusive.length === 0 && claims.length === 0) return;
  await tx.$executeRaw`
    SELECT
      CASE
        WHEN is_exclusive THEN pg_advisory_xact_lock(key)::text
        ELSE pg_advisory_xact_lock_shared(key)::text
      END
    FROM (
      SELECT key, bool_or(is_exclusive) AS is_exclusive
      FROM (
        SELECT ${keyOf(sql`name`)} AS key, false AS is_exclusive
        FROM unnest(${claims.map(nameOfOrder)}::text[]) AS given (name)
        UNION ALL
        SELECT ${keyOf(sql`name`)}, true
        FROM unnest(${exclusive}::text[]) AS taken (name)
      ) named
      GROUP BY key
      ORDER BY key
    ) sorted`;
}

/**
 * A condition that is always true, once the names of these orders are locked (shared). It has no columns, so
 * PostgreSQL evaluates it before the first row of its query: a create needs no further statement. Rows that
 * the same statement reads may be older than the wait for the lock; `isCancelledByNow` checks that.
 */
export function andClaimed(claims: readonly string[]): Sql {
  if (claims.length === 0) return sql``;
  return sql`
        AND (
          SELECT count(locked)
          FROM (
            SELECT pg_advisory_xact_lock_shared(key)::text AS locked
            FROM (
              SELECT DISTINCT ${keyOf(sql`name`)} AS key
              FROM unnest(${claims.map(nameOfOrder)}::text[]) AS given (name)
              ORDER BY key
            ) sorted
          ) claimed
        ) >= 0`;
}

/** The cancelled ones of these orders and of the orders of reservations to confirm. As JSON. */
export function cancelledAmong(orders: readonly string[], reservationIds: readonly string[]): Sql {
  if (orders.length + reservationIds.length === 0) return sql`'[]'::json`;
  return sql`(
        SELECT coalesce(json_agg(order_id), '[]')
        FROM (
          SELECT order_id
          FROM unnest(${orders}::text[]) AS given (order_id)
          UNION
          SELECT order_id
          FROM reservations
          WHERE id = ANY(${reservationIds}::uuid[])
        ) named
        JOIN orders USING (order_id)
        WHERE cancelled_at IS NOT NULL
      )`;
}

/** Whether one of the orders is cancelled by now: for a statement that begins after all waits for locks. */
export function isCancelledByNow(orders: readonly string[]): Sql {
  if (orders.length === 0) return sql`false`;
  return sql`EXISTS (
        SELECT
        FROM orders
        WHERE order_id = ANY(${orders}::text[])
          AND cancelled_at IS NOT NULL
      )`;
}

/** The key of a name among the advisory locks. */
function keyOf(name: Sql): Sql {
  return sql`hashtextextended(${name}, 0)`;
}

/** A name, treated as a row: its key is the name and the mode of the lock. */
export interface LockedName {
  readonly table: 'names';
  readonly key: readonly string[];
}

type Wish = 'shared' | 'exclusive';

const nameRow = (name: string, wish: Wish): LockedName => ({ table: 'names', key: [name, wish] });

/** The names that commands lock, with the mode. */
export const namesOf = (targets: Targets): readonly LockedName[] => [
  ...ordersToClaim(targets).map((orderId) => nameRow(nameOfOrder(orderId), 'shared')),
  ...exclusiveNames(targets).map((name) => nameRow(name, 'exclusive')),
];

/**
 * Those of the names that cannot be locked in the wanted mode, as another transaction has locked them. The
 * holder is that transaction's virtual id: a transaction that has written nothing has no other id.
 */
export async function lookForNames(
  db: SqlRunner,
  names: readonly Pick<LockedName, 'key'>[],
): Promise<readonly (LockedName & { readonly holder: string })[]> {
  if (names.length === 0) return [];
  const locked = await db.$queryRaw<{ key: string[]; holder: string }[]>`
    SELECT ARRAY[name, wish] AS key, min(held.virtualtransaction) AS holder
    FROM unnest(
      ${names.map(({ key }) => key[0] ?? '')}::text[],
      ${names.map(({ key }) => key[1] ?? '')}::text[]
    ) AS wanted (name, wish)
    JOIN pg_locks held
      ON held.classid::bigint << 32 | held.objid::bigint = ${keyOf(sql`name`)}
    WHERE held.locktype = 'advisory'
      AND held.objsubid = 1
      AND held.granted
      AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (held.mode = 'ExclusiveLock' OR wish = 'exclusive')
    GROUP BY name, wish`;
  return locked.map(({ key, holder }) => ({ table: 'names', key, holder }));
}
