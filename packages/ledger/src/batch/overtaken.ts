import { sql, type Sql } from '@holdfast/db';
import {
  ordersGivenStock,
  shortfall,
  type Changes,
  type Movement,
  type MovementKind,
  type Snapshot,
  type StockLevel,
} from '@holdfast/domain';
import { hasUnseenLimit, uncountedSkus } from './customer-counters.ts';
import { isCancelledByNow } from './name-locks.ts';
import type { Decided } from './decide-batch.ts';
import { hasOvertakenLine, hasUnseenLine } from './waiting-line.ts';

/**
 * An expression: whether a change that no row lock covers has overtaken the decision. For a statement that
 * begins when all locks are held: the statement that took them sees the rows as they were before it waited.
 */
export function isOvertaken(
  { changes, isShort, reading }: Pick<Decided, 'changes' | 'isShort' | 'reading'>,
  at: string,
): Sql {
  const { snapshot, confirmed, hasLine } = reading;
  const orders = ordersGivenStock(changes, snapshot);
  const promising = promisesOf(changes);
  return sql`(
        ${isCancelledByNow(orders)}
        OR ${hasUnseenShortfall(promising, snapshot.levels)}
        OR ${hasOvertakenLine(changes, promising, snapshot, at)}
        OR ${isShort && hasLine === false ? hasUnseenLine(changes, snapshot, at) : sql`false`}
        OR ${hasUnseenLimit(uncountedSkus(changes, snapshot))}
        OR ${hasUnseenRefusal(confirmed, snapshot)}
      )`;
}

/**
 * An expression: whether a payment for one of these reservations was refused, or refused for good, since:
 * that does not change the reservation itself.
 */
function hasUnseenRefusal(confirmed: readonly string[], { refusedPayments }: Snapshot): Sql {
  if (confirmed.length === 0) return sql`false`;
  const seen = refusedPayments.length + refusedPayments.filter(({ final }) => final).length;
  return sql`${seen}::integer <> (
          SELECT count(*) + count(*) FILTER (WHERE final)
          FROM refused_payments
          WHERE reservation_id = ANY(${confirmed}::uuid[])
        )`;
}

/** Repairs record what is promised already, and what is moved was promised before. */
const PROMISING_NOTHING: ReadonlySet<MovementKind> = new Set(['drift', 'repair', 'reallocate']);

function promisesOf({ movements }: Changes): readonly Movement[] {
  return movements.filter(
    ({ kind, reservedDelta, allocatedDelta }) =>
      !PROMISING_NOTHING.has(kind) && reservedDelta + allocatedDelta > 0,
  );
}

/**
 * An expression: whether a SKU of which the batch promises more is short at a level that the decision has not
 * read.
 *
 * The levels that were read are locked. But the statement that locks them sees only levels that existed when
 * it began: while it waited, a level may have been added, sold from, and found short. The statement that
 * writes begins when all locks are held. A shortfall that arises later is decided after this batch.
 *
 * @param seen the levels of the decision
 */
function hasUnseenShortfall(promising: readonly Movement[], seen: readonly StockLevel[]): Sql {
  const promised = new Set(promising.map(({ sku }) => sku));
  if (promised.size === 0) return sql`false`;
  const known = seen.filter((level) => shortfall(level) > 0);
  return sql`EXISTS (
        SELECT
        FROM stock_levels
        WHERE shortfall > 0
          AND sku = ANY(${[...promised]}::text[])
          AND (sku, location) NOT IN (
            SELECT *
            FROM unnest(${known.map(({ sku }) => sku)}::text[], ${known.map(({ location }) => location)}::text[])
          )
      )`;
}
