import type { ReservationStatus } from '@holdfast/domain';
import { isBehind, sql, type Page, type Sql } from '@holdfast/db';
import { isDue, isNotOver, isOver, STATEMENT_TIME } from './hold-lifetime-store.ts';

// A page is written so that the planner has one way to read it: an index in the order of the page. Its
// estimates mislead it, as what a list asks for is not spread evenly: live holds are few, and the newest.

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

/** A place among holds by their end. */
export interface HoldPlace {
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly id: string;
}

export interface SoonestPage extends Page<HoldPlace> {
  /** Epoch milliseconds. */
  readonly expiresBefore: number;
}

/**
 * In a sub-select the planner does not know the time. Otherwise it would infer from old reservations that
 * most holds are due, and read all that are alive to find them.
 */
const NOW: Sql = sql`(SELECT ${STATEMENT_TIME})`;

/** `held` and `confirmed` are literal text: the planner must see which partial index has them. */
function statusIs(status: ReservationStatus | null): Sql {
  switch (status) {
    case null:
      return sql`true`;
    case 'held':
      // IS TRUE: otherwise the planner may read and sort all of reservations_due.
      return sql`status = 'held' AND (${isNotOver(NOW)}) IS TRUE`;
    case 'expired':
      return sql`(status = 'expired' OR (${isDue(NOW)}))`;
    case 'confirmed':
      return sql`status = 'confirmed'`;
    case 'fulfilled':
    case 'released':
    case 'cancelled':
    case 'withdrawn':
      return sql`status = ${status}`;
    default:
      return status satisfies never;
  }
}

/** Ids of the newest that fit. */
export function newest(filter: ReservationFilter, page: Page): Sql {
  const ofSome = isOfSome(filter);
  if (!ofSome && filter.status === 'expired') return newestExpired(page);
  if (!ofSome && isEnd(filter.status)) return newestEnded(filter.status, page);
  return sql`
        SELECT id
        FROM ${ofSome ? ofOrderOrCart(filter, isBehind(page.after)) : sql`reservations`}
        WHERE ${statusIs(filter.status)}
          AND ${isBehind(page.after)}
        ORDER BY id DESC
        LIMIT ${page.limit}::integer`;
}

const isOfSome = ({ orderId, cartId }: OwnerFilter) => orderId !== null || cartId !== null;

/**
 * Those of one order or cart, newest first, and then only those that fit. OFFSET 0 keeps the planner from
 * reading all holds instead, which it takes for few.
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
 * In the order of both columns of reservations_ended, though there is one status: with `ORDER BY id` the
 * planner may read all reservations backwards, past millions of newer holds.
 */
function newestEnded(status: End, { after, limit }: Page): Sql {
  const behind = after === null ? sql`status <= ${status}` : sql`(status, id) < (${status}, ${after}::uuid)`;
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
 * Two indexes have what reads `expired`: swept ones by id, and due holds by their end. Due holds are few and
 * sorted. When they are not, no worker expires them: then all holds are read, newest first.
 */
function newestExpired(page: Page): Sql {
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
        WHERE ${isBehind(page.after)}
        UNION
        (
          SELECT id
          FROM reservations
          WHERE status = 'held'
            AND (${isOver(NOW)}) IS TRUE -- as above, read by id
            AND (SELECT count(*) FROM due) = ${DUE_SORTED_MAX}::integer
            AND ${isBehind(page.after)}
          ORDER BY id DESC
          LIMIT ${page.limit}::integer
        )
        ORDER BY id DESC
        LIMIT ${page.limit}::integer`;
}

/**
 * Ids of the live holds that end soonest, in the order of reservations_due, which is by end only: those that
 * end with the last one are read, too, and sorted. `ORDER BY expires_at, id` could sort all live holds.
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

function timestamp(milliseconds: number): Sql {
  return sql`to_timestamp(${milliseconds}::float8 / 1000)`;
}
