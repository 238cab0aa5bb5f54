import type { ReservationStatus } from '@holdfast/domain';
import { sql, type Page, type Sql } from '@holdfast/db';
import { isNotOver } from './hold-lifetime-store.ts';
import { spanOf } from './id-span.ts';
import { isOf, isOfFew, matches, timestamp, type ReservationAttributes } from './reservation-filter-store.ts';
import {
  amongFew,
  amongOffIds,
  NOW,
  ofColumn,
  ofLocation,
  ofSku,
  ofStatus,
  rowsOf,
  type Look,
  type StatusLook,
} from './reservation-looks-store.ts';

// A page is put together of looks (reservation-looks-store.ts), one for each status that is asked for. The
// index that a look reads, the first that fits of: order, cart or customer, which have few reservations; SKU;
// store or source, whose index has the status too; a status that few reservations have at a time; location;
// any status. A filter by a SKU or a location and a status skips rows of another status.

/** The filters of a list: a reservation must fit all that are given. */
export interface ReservationFilter extends ReservationAttributes {
  /**
   * As they are now: a due hold is `expired`, whether or not its stock has been given back. Empty: all but
   * `withdrawn`, which are ids that never had a reservation.
   */
  readonly statuses: readonly ReservationStatus[];
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

/** Most reservations were created within so long of the time in their id. */
const USUAL_MARGIN_MS = 60_000;
/** The others within so long: a client may make an id a day ahead (reservations.id_time_is_off). */
const MARGIN_MAX_MS = 25 * 3_600_000;

/** Ids of the newest that fit. */
export function newest({ statuses, ...attributes }: ReservationFilter, { after, limit }: Page): Sql {
  const span = spanOf(attributes, USUAL_MARGIN_MS, after);
  const wanted = statuses.length === 0 ? [null] : [...new Set(statuses)];
  const looks = wanted.flatMap((status) => looksFor({ attributes, status, span, limit }));
  if (attributes.createdAfter !== null || attributes.createdBefore !== null) {
    const wide = spanOf(attributes, MARGIN_MAX_MS, after);
    looks.push(...wanted.map((status) => amongOffIds({ attributes, status, span: wide, limit })));
  }
  const [first, ...others] = looks;
  if (!first || others.length === 0) return first ?? sql``;
  return sql`
        SELECT id
        FROM (
          ${others.reduce((sofar, look) => sql`${sofar} UNION (${look})`, sql`(${first})`)}
        ) looks
        ORDER BY id DESC
        LIMIT ${limit}::integer`;
}

function looksFor(look: Look): readonly Sql[] {
  const { attributes, status } = look;
  const { sku, location, storeId, source } = attributes;
  if (isOfFew(attributes)) return [amongFew(look, isOf(attributes))];
  if (sku !== null) return [ofSku(look, sku)];
  if (storeId !== null) return ofEachStatus(look, (each) => ofColumn(each, 'storeId', storeId));
  if (source !== null) return ofEachStatus(look, (each) => ofColumn(each, 'source', source));
  const isOfFewAtATime =
    status === 'waiting' || status === 'held' || status === 'confirmed' || status === 'withdrawn';
  if (location !== null && !isOfFewAtATime) return [ofLocation(look, location)];
  return [ofStatus(look)];
}

const IS_LISTED: Readonly<Record<ReservationStatus, boolean>> = {
  waiting: true,
  held: true,
  confirmed: true,
  fulfilled: true,
  released: true,
  expired: true,
  cancelled: true,
  withdrawn: false,
};
const LISTED = (Object.keys(IS_LISTED) as ReservationStatus[]).filter((status) => IS_LISTED[status]);

/** An index that has the status before the id is in the order of the page for one status at a time. */
function ofEachStatus(look: Look, read: (look: StatusLook) => Sql): readonly Sql[] {
  const statuses = look.status === null ? LISTED : [look.status];
  return statuses.map((status) => read({ ...look, status }));
}

/**
 * Ids of the live holds that end soonest. The index reservations_due has only their ends, so all that end
 * with the last one are read too, and sorted. `ORDER BY expires_at, id` could sort all live holds.
 */
export function soonest(
  attributes: ReservationAttributes,
  { expiresBefore, after, limit }: SoonestPage,
): Sql {
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
          FROM ${isOfFew(attributes) ? rowsOf(isOf(attributes), sql`true`) : sql`reservations`}
          WHERE status = 'held'
            AND ${isNotOver(from)}
            AND expires_at < ${timestamp(expiresBefore)}
            AND ${behind}
            AND ${matches(attributes)}
          ORDER BY expires_at
          FETCH FIRST (${limit}::integer) ROWS WITH TIES
        ) soonest
        ORDER BY expires_at, id
        LIMIT ${limit}::integer`;
}
