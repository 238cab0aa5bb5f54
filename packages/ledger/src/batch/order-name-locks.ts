import { sql, type Queryable } from '@holdfast/db';
import type { Targets } from '@holdfast/domain';
import { keyOfOrderName, ordersToClaim } from './order-claims.ts';

// Names of orders are locked without a row (order-claims.ts). pg_locks shows those that other sessions have
// locked.

/** The name of an order, treated as a row: its key is the name and the mode of the lock. */
export interface OrderName {
  readonly table: 'order_names';
  readonly key: readonly string[];
}

type Wish = 'shared' | 'exclusive';

const nameRow = (orderId: string, wish: Wish): OrderName => ({ table: 'order_names', key: [orderId, wish] });

/** The names of orders that commands lock, with the mode. */
export const orderNamesOf = (targets: Targets): readonly OrderName[] => [
  ...ordersToClaim(targets).map((orderId) => nameRow(orderId, 'shared')),
  ...targets.cancelledOrders.map((orderId) => nameRow(orderId, 'exclusive')),
];

/**
 * Those of the names that cannot be locked in the wanted mode, as another transaction has locked them. The
 * holder is that transaction's virtual id: a transaction that has written nothing has no other id.
 */
export async function lookForOrderNames(
  db: Queryable,
  names: readonly Pick<OrderName, 'key'>[],
): Promise<readonly (OrderName & { readonly holder: string })[]> {
  if (names.length === 0) return [];
  const locked = await db.$queryRaw<{ key: string[]; holder: string }[]>`
    SELECT ARRAY[name, wish] AS key, min(held.virtualtransaction) AS holder
    FROM unnest(
      ${names.map(({ key }) => key[0] ?? '')}::text[],
      ${names.map(({ key }) => key[1] ?? '')}::text[]
    ) AS wanted (name, wish)
    JOIN pg_locks held
      ON held.classid::bigint << 32 | held.objid::bigint = ${keyOfOrderName(sql`name`)}
    WHERE held.locktype = 'advisory'
      AND held.objsubid = 1
      AND held.granted
      AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (held.mode = 'ExclusiveLock' OR wish = 'exclusive')
    GROUP BY name, wish`;
  return locked.map(({ key, holder }) => ({ table: 'order_names', key, holder }));
}
