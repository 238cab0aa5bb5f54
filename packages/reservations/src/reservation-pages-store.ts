import type { ReservationStatus } from '@holdfast/domain';
import { sql, type Sql } from '@holdfast/db';
import { isDue, isNotOver, isOver, STATEMENT_TIME } from './hold-lifetime-store.ts';

// Which reservations are on a page of a list, so written that the planner has one way to read it, and that is
// an index in the order of the page. Left to its estimates it takes others, for what a list asks for is not
// spread evenly: live holds are few among all that ever were, the newest, and after a quiet night none that
// the statistics know of.

/** Which reservations are wanted: all that are given must fit. */
export interface ReservationFilter extends OwnerFilter {
  /** As it is now: a due hold is `expired`, whether or not its stock has been given back. */
  readonly status: ReservationStatus | null;
}

/** Whose reservations. Null: all. */
export interface OwnerFilter {
  readonly orderId: string | null;
  readonly cartId: string | null;
}

/** Which part of a list is wanted. */
export interface NewestPage {
  /** Read on behind this one. */
  readonly afterId: string | null;
  readonly limit: number;
}

/** A place among holds by their end. */
export interface HoldPlace {
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly id: string;
}

export interface SoonestPage {
  /** Epoch milliseconds. */
  readonly expiresBefore: number;
  /** Read on behind this one. */
  readonly after: HoldPlace | null;
  readonly limit: number;
}

/**
 * In a sub-select, as other times below, the time is one that the planner does not know beforehand, and that
 * is wanted: most reservations that ever were have an `expires_at` in the past, from which it would infer
 * that most holds are due, and read all that are alive to find them.
 */
const NOW: Sql = sql`(SELECT ${STATEMENT_TIME})`;

/**
 * `held` and `confirmed` stand in the text, not in a parameter: the planner must see which partial index has
 * them.
 */
function statusIs(status: ReservationStatus | null): Sql {
  switch (status) {
    case null:
      return sql`true`;
    case 'held':
      // IS TRUE: for the planner this is not a range of reservations_due, all of which it would read and sort
      // by id.
      return sql`status = 'held' AND (${isNotOver(NOW)}) IS TRUE`;
    case 'expired':
      return sql`(status = 'expired' OR (${isDue(NOW)}))`;
    case 'confirmed':
      return sql`status = 'confirmed'`;
    case 'fulfilled':
    case 'released':
    case 'cancelled':
      return sql`status = ${status}`;
    default:
      return status satisfies never;
  }
}

/** Ids of the newest that fit. */
export function newest(filter: ReservationFilter, page: NewestPage): Sql {
  const ofSome = isOfSome(filter);
  if (!ofSome && filter.status === 'expired') return newestExpired(page);
  if (!ofSome && isEnd(filter.status)) return newestEnded(filter.status, page);
  return sql`
        SELECT id
        FROM ${ofSome ? ofOrderOrCart(filter, isBehind(page)) : sql`reservations`}
        WHERE ${statusIs(filter.status)}
          AND ${isBehind(page)}
        ORDER BY id DESC
        LIMIT ${page.limit}::integer`;
}

const isOfSome = ({ orderId, cartId }: OwnerFilter) => orderId !== null || cartId !== null;

/**
 * Those of one order or cart, newest first, and then only those that fit. OFFSET 0 keeps the planner from
 * mixing the two: it would rather read all holds, which it takes for few, than an index that has the order.
 */
function ofOrderOrCart({ orderId, cartId }: OwnerFilter, behind: Sql): Sql {
  return sql`(
          SELECT id, status, expires_at
          FROM reservations
          WHERE ${orderId === null ? sql`true` : sql`order_id = ${orderId}`}
            AND ${cartId === null ? sql`true` : sql`cart_id = ${cartId}`}
            AND ${behind}
          ORDER BY id DESC
          OFFSET 0
        ) reservations`;
}

const ENDS = ['fulfilled', 'released', 'expired', 'cancelled'] as const;
type End = (typeof ENDS)[number];
const isEnd = (status: ReservationStatus | null): status is End => ENDS.some((end) => end === status);

/**
 * In the order of reservations_ended, by both of its columns, though there is only one status. For with
 * `status = …` and `ORDER BY id` the planner may as well read all reservations backwards, and millions of
 * holds may be newer than the first that it wants.
 */
function newestEnded(status: End, { afterId, limit }: NewestPage): Sql {
  const behind =
    afterId === null ? sql`status <= ${status}` : sql`(status, id) < (${status}, ${afterId}::uuid)`;
  return sql`
        SELECT id
        FROM reservations
        WHERE status IN ('fulfilled', 'released', 'expired', 'cancelled')
          AND status >= ${status}
          AND ${behind}
        ORDER BY status DESC, id DESC
        LIMIT ${limit}::integer`;
}

/** Due holds that are sorted by id for a page. There are more only when expiry has stood still. */
const DUE_SORTED_MAX = 10_000;

/**
 * Two indexes have what reads `expired`: those that were swept, by id, and holds that are due, by their end.
 * Of the latter there are few, so they are sorted. When there are not, no worker expires them: then they are
 * found from the newest hold on, past all that are alive, and that is done only then.
 */
function newestExpired(page: NewestPage): Sql {
  return sql`
        WITH due AS MATERIALIZED (
          SELECT id
          FROM reservations
          WHERE ${isDue(NOW)}
          ORDER BY expires_at
          LIMIT ${DUE_SORTED_MAX}::integer
        )
        (${newestEnded('expired', page)})
        UNION
        SELECT id
        FROM due
        WHERE ${isBehind(page)}
        UNION
        (
          SELECT id
          FROM reservations
          WHERE status = 'held'
            AND (${isOver(NOW)}) IS TRUE -- as above, read by id
            AND (SELECT count(*) FROM due) = ${DUE_SORTED_MAX}::integer
            AND ${isBehind(page)}
          ORDER BY id DESC
          LIMIT ${page.limit}::integer
        )
        ORDER BY id DESC
        LIMIT ${page.limit}::integer`;
}

/**
 * Ids of the live holds that end soonest.
 *
 * In the order of reservations_due, which is by end only; so those that end with the last one are read, too,
 * and sorted. With `ORDER BY expires_at, id` a planner that takes live holds for few would read and sort them
 * all.
 */
export function soonest(filter: OwnerFilter, { expiresBefore, after, limit }: SoonestPage): Sql {
  const ofSome = isOfSome(filter);
  const from = after
    ? sql`(SELECT GREATEST(statement_timestamp(), ${timestamp(after.expiresAt)} - interval '1 ms'))`
    : NOW;
  const behind = after
    ? sql`(expires_at, id) > ((SELECT ${timestamp(after.expiresAt)}), ${after.id}::uuid)`
    : sql`true`;
  return sql`
        SELECT id
        FROM (
          SELECT id, expires_at
          FROM ${ofSome ? ofOrderOrCart(filter, sql`true`) : sql`reservations`}
          WHERE status = 'held'
            AND ${isNotOver(from)}
            AND expires_at < ${timestamp(expiresBefore)}
            AND ${behind}
          ORDER BY expires_at
          FETCH FIRST (${limit}::integer) ROWS WITH TIES
        ) soonest
        ORDER BY expires_at, id
        LIMIT ${limit}::integer`;
}

function isBehind({ afterId }: NewestPage): Sql {
  return afterId === null ? sql`true` : sql`id < ${afterId}::uuid`;
}

function timestamp(milliseconds: number): Sql {
  return sql`to_timestamp(${milliseconds}::float8 / 1000)`;
}
