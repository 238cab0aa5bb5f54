import { sql, type Sql } from '@holdfast/db';
import { ordersGivenStock, type Changes, type Snapshot } from '@holdfast/domain';
import { isCancelledByNow } from './order-claims.ts';
import { hasUnseenShortfall } from './unseen-shortfalls.ts';

/**
 * An expression: whether a change that no row lock covers has overtaken the decision. For a statement that
 * begins when all locks are held: the statement that took them sees the rows as they were before it waited.
 */
export function isOvertaken(changes: Changes, snapshot: Snapshot): Sql {
  const orders = ordersGivenStock(changes, snapshot);
  return sql`(${isCancelledByNow(orders)} OR ${hasUnseenShortfall(changes, snapshot.levels)})`;
}
