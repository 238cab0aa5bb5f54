import { sql, type Sql } from '@holdfast/db';
import { movementAsJson } from './movement-rows-store.ts';

// Which movements are on a page of the audit, so written that the planner has one way to read it: an index in
// the order of the page. There are millions. A location has a good part of them, so the planner would rather
// read all, newest first, until a page is full: fast for one that is busy, and a scan of everything for one
// that was closed a year ago.

/** Which movements are wanted: all that are given must fit. */
export interface MovementFilter {
  readonly sku: string | null;
  readonly location: string | null;
  readonly reservationId: string | null;
}

/**
 * The lists that there are, each with an order of its own. A level's is the order in which its counters
 * changed, exactly; of the others it is that of ids, which are UUIDv7.
 */
export type MovementList = MovementPlace['list'];

/** Where a page has ended. A list cannot be read on from another one's place. */
export type MovementPlace =
  | { readonly list: 'all' | 'sku' | 'location' | 'reservation'; readonly id: string }
  | { readonly list: 'level'; readonly level_seq: number };

/**
 * For the transaction that reads a page: what is in order by the first of two columns is not sorted by the
 * second.
 */
export const WITHOUT_INCREMENTAL_SORT: Sql = sql`SELECT set_config('enable_incremental_sort', 'off', true)`;

export interface MovementPage {
  /** Read on behind this one. */
  readonly after: MovementPlace | null;
  readonly limit: number;
}

/** The list that such a filter asks for. */
export function movementListOf({ sku, location, reservationId }: MovementFilter): MovementList {
  if (reservationId !== null) return 'reservation';
  if (sku !== null && location !== null) return 'level';
  if (sku !== null) return 'sku';
  return location === null ? 'all' : 'location';
}

/**
 * The movements of a page, newest first, each as the contract shows it.
 *
 * @throws {Error} when the place is of another list
 */
export function movementPage(filter: MovementFilter, { after, limit }: MovementPage): Sql {
  const list = movementListOf(filter);
  if (after && after.list !== list)
    throw new Error(`a place in the list of ${after.list} is none in ${list}`);
  const afterId = after && after.list !== 'level' ? after.id : null;
  const afterSeq = after?.list === 'level' ? after.level_seq : null;
  return sql`
    SELECT ${movementAsJson} AS movement
    ${movementsIn(list, filter, afterId, afterSeq)}
    LIMIT ${limit}::integer`;
}

function movementsIn(
  list: MovementList,
  filter: MovementFilter,
  afterId: string | null,
  afterSeq: number | null,
): Sql {
  switch (list) {
    case 'all':
      return ofAll(afterId);
    case 'sku':
      return ofName(sql`sku`, filter.sku, afterId);
    case 'location':
      return ofName(sql`location`, filter.location, afterId);
    case 'level':
      return ofLevel(filter, afterSeq);
    case 'reservation':
      return ofReservation(filter, afterId);
    default:
      return list satisfies never;
  }
}

/** The primary key, backwards. */
function ofAll(afterId: string | null): Sql {
  return sql`
    FROM stock_movements
    WHERE ${isBehind(afterId)}
    ORDER BY id DESC`;
}

/** stock_movements_in_order, backwards. */
function ofLevel({ sku, location }: MovementFilter, afterSeq: number | null): Sql {
  return sql`
    FROM stock_movements
    WHERE sku = ${sku}
      AND location = ${location}
      AND ${afterSeq === null ? sql`true` : sql`level_seq < ${afterSeq}::bigint`}
    ORDER BY level_seq DESC`;
}

/**
 * stock_movements_sku or stock_movements_location, backwards, and ordered by both of its columns though there
 * is only one name: for with `sku = …` and `ORDER BY id` the planner may as well take the primary key. This
 * way it may take stock_movements_in_order for a SKU, which begins with it, too, and sort all of the SKU: run
 * it with WITHOUT_INCREMENTAL_SORT.
 */
function ofName(column: Sql, name: string | null, afterId: string | null): Sql {
  const behind =
    afterId === null ? sql`${column} <= ${name}` : sql`(${column}, id) < (${name}, ${afterId}::uuid)`;
  return sql`
    FROM stock_movements
    WHERE ${column} >= ${name}
      AND ${behind}
    ORDER BY ${column} DESC, id DESC`;
}

/**
 * All of a reservation, which are few, and then those that fit. OFFSET 0 keeps the planner from mixing the
 * two.
 */
function ofReservation({ sku, location, reservationId }: MovementFilter, afterId: string | null): Sql {
  return sql`
    FROM (
      SELECT *
      FROM stock_movements
      WHERE reservation_id = ${reservationId}::uuid
      OFFSET 0
    ) of_reservation
    WHERE ${sku === null ? sql`true` : sql`sku = ${sku}`}
      AND ${location === null ? sql`true` : sql`location = ${location}`}
      AND ${isBehind(afterId)}
    ORDER BY id DESC`;
}

function isBehind(afterId: string | null): Sql {
  return afterId === null ? sql`true` : sql`id < ${afterId}::uuid`;
}
