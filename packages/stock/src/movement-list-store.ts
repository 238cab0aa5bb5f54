import { isBehind, isoTime, sql, type Database, type Page, type Sql } from '@holdfast/db';

// A page is written so that the planner has one way to read it: an index in the order of the page. For a
// location with many of the millions of movements it would rather read all, newest first: a scan of
// everything for one that was closed a year ago.

/** A change of a level's counters, as the contract shows it. */
export interface StockMovement {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly sku: string;
  readonly location: string;
  /** Counts the movements of the level, without a gap. */
  readonly level_seq: number;
  readonly kind: string;
  readonly on_hand_delta: number;
  readonly reserved_delta: number;
  readonly allocated_delta: number;
  /** After the movement, as the next two. */
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly reservation_id: string | null;
  readonly reason: string | null;
  readonly caller: string;
}

/** A row of `stock_movements` as the contract shows it. */
export const movementAsJson: Sql = sql`json_build_object(
  'id', id,
  'at', ${isoTime(sql`at`)},
  'sku', sku,
  'location', location,
  'level_seq', level_seq,
  'kind', kind,
  'on_hand_delta', on_hand_delta,
  'reserved_delta', reserved_delta,
  'allocated_delta', allocated_delta,
  'on_hand', on_hand,
  'reserved', reserved,
  'allocated', allocated,
  'reservation_id', reservation_id,
  'reason', reason,
  'caller', caller
)`;

/** Which movements are wanted: all that are given must fit. */
export interface MovementFilter {
  readonly sku: string | null;
  readonly location: string | null;
  readonly reservationId: string | null;
}

/** A level's list is in the order in which its counters changed, the others in the order of ids (UUIDv7). */
type MovementList = MovementPlace['list'];

/** Where a page has ended. A list cannot be read on from another one's place. */
export type MovementPlace =
  | { readonly list: 'all' | 'sku' | 'location' | 'reservation'; readonly id: string }
  | { readonly list: 'level'; readonly level_seq: number };

/**
 * Movements, newest first. Every page is one look into one index, however many movements there are; those of
 * a reservation are few, and sorted.
 *
 * @throws {Error} when the page's place is of another list
 */
export async function readStockMovements(
  prisma: Database['prisma'],
  filter: MovementFilter,
  page: Page<MovementPlace>,
): Promise<readonly StockMovement[]> {
  const [, rows] = await prisma.$transaction([
    prisma.$executeRaw(WITHOUT_INCREMENTAL_SORT),
    prisma.$queryRaw<{ movement: StockMovement }[]>(movementPage(filter, page)),
  ]);
  return rows.map(({ movement }) => movement);
}

/** For the transaction of a page: what is in order by one column is not sorted by the next. */
export const WITHOUT_INCREMENTAL_SORT: Sql = sql`SELECT set_config('enable_incremental_sort', 'off', true)`;

/** The list that such a filter asks for. */
export function movementListOf({ sku, location, reservationId }: MovementFilter): MovementList {
  if (reservationId !== null) return 'reservation';
  if (sku !== null && location !== null) return 'level';
  if (sku !== null) return 'sku';
  return location === null ? 'all' : 'location';
}

/** The statement of a page. @throws {Error} when the place is of another list */
export function movementPage(filter: MovementFilter, { after, limit }: Page<MovementPlace>): Sql {
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
 * stock_movements_sku or stock_movements_location, backwards. Ordered by both of its columns, or the planner
 * may take the primary key. WITHOUT_INCREMENTAL_SORT keeps it from stock_movements_in_order, and sorting.
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

/** All of a reservation, which are few, and then those that fit: OFFSET 0 keeps the two apart. */
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
