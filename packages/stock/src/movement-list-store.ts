import {
  BEFORE_ALL_IDS,
  firstIdAt,
  isBehind,
  isoTime,
  sql,
  type Database,
  type Page,
  type Sql,
} from '@holdfast/db';
import { movementFilterRest, type MovementFilter } from './movement-filter-store.ts';

export type { MovementFilter } from './movement-filter-store.ts';

// A page is written so that the planner has one way to read it: an index in the order of the page. For a
// location with many movements, the planner would read all movements, newest first: a scan of the whole table
// for a location that was closed a year ago.

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
  /** Of a `set`. */
  readonly backorder_limit_delta: number;
  /** After the movement, as the next two. */
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly reservation_id: string | null;
  /** The reservation's present order. */
  readonly order_id: string | null;
  readonly import_id: string | null;
  readonly reason: string | null;
  readonly caller: string;
}

/** Earlier versions named the import in the reason only. */
const IMPORT_ID: Sql = sql`coalesce(
    import_id::text,
    substring(reason FROM '^import ([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})$')
  )`;

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
  'backorder_limit_delta', coalesce(backorder_limit_delta, 0),
  'on_hand', on_hand,
  'reserved', reserved,
  'allocated', allocated,
  'reservation_id', reservation_id,
  'order_id', (SELECT order_id FROM reservations WHERE reservations.id = stock_movements.reservation_id),
  'import_id', ${IMPORT_ID},
  'reason', reason,
  'caller', caller
)`;

/** A level's list is in the order in which its counters changed, the others in the order of ids (UUIDv7). */
type MovementList = MovementPlace['list'];

/** The end of a page. A list cannot be read on from another one's place. */
export type MovementPlace =
  | {
      readonly list: 'all' | 'sku' | 'location' | 'kind' | 'kind of sku' | 'reservation' | 'order';
      readonly id: string;
    }
  | { readonly list: 'level'; readonly level_seq: number };

/**
 * Movements, newest first. Every page is one read of one index, for any number of movements. A reservation or
 * an order has few movements, which are sorted.
 *
 * @throws {Error} when the page's place is of another list
 */
export async function readStockMovements(
  prisma: Database['prisma'],
  filter: MovementFilter,
  page: Page<MovementPlace>,
): Promise<readonly StockMovement[]> {
  const [, rows] = await prisma.$transaction([
    prisma.$executeRaw(WITHOUT_SORT),
    prisma.$queryRaw<{ movement: StockMovement }[]>(movementPage(filter, page)),
  ]);
  return rows.map(({ movement }) => movement);
}

/**
 * For the transaction of a page: it is read in its order, and not sorted. Only a few rows, with no such
 * index, are.
 */
export const WITHOUT_SORT: Sql = sql`
  SELECT set_config('enable_incremental_sort', 'off', true), set_config('enable_sort', 'off', true)`;

/** Kinds that a sale has by the thousand. The others have separate indexes, which a sale does not update. */
const FREQUENT_KINDS: ReadonlySet<string> = new Set(['reserve', 'confirm', 'release', 'expire', 'fulfill']);
/** The same predicate as in these indexes. */
const IS_RARE: Sql = sql`kind NOT IN ('reserve', 'confirm', 'release', 'expire', 'fulfill')`;

/** The list that such a filter asks for. */
export function movementListOf(filter: MovementFilter): MovementList {
  const { sku, location, reservationId, orderId, kind } = filter;
  if (reservationId !== null) return 'reservation';
  if (orderId !== null) return 'order';
  if (kind !== null && !FREQUENT_KINDS.has(kind)) return sku === null ? 'kind' : 'kind of sku';
  if (sku !== null && location !== null && !hasPeriod(filter)) return 'level';
  if (sku !== null) return 'sku';
  return location === null ? 'all' : 'location';
}

/** Whether a part of the time is wanted: that is found by ids. */
const hasPeriod = ({ importId, after, before }: MovementFilter): boolean =>
  importId !== null || after !== null || before !== null;

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
      return inIndex([], filter, afterId);
    case 'sku':
    case 'location':
    case 'kind':
      return inIndex([list], filter, afterId);
    case 'kind of sku':
      return inIndex(['sku', 'kind'], filter, afterId);
    case 'level':
      return ofLevel(filter, afterSeq);
    case 'reservation':
      return ofFew(sql`= ${filter.reservationId}::uuid`, filter, afterId);
    case 'order':
      return ofFew(
        sql`= ANY(ARRAY(SELECT id FROM reservations WHERE order_id = ${filter.orderId}))`,
        filter,
        afterId,
      );
    default:
      return list satisfies never;
  }
}

/** stock_movements_in_order, backwards. */
function ofLevel({ sku, location, ...others }: MovementFilter, afterSeq: number | null): Sql {
  return sql`
    FROM stock_movements
    WHERE sku = ${sku}
      AND location = ${location}
      AND ${afterSeq === null ? sql`true` : sql`level_seq < ${afterSeq}::bigint`}
      AND ${movementFilterRest({ ...others, sku: null, location: null })}
    ORDER BY level_seq DESC`;
}

const AFTER_ALL_IDS = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const COLUMNS = { sku: sql`sku`, location: sql`location`, kind: sql`kind` };

/**
 * The index that begins with these columns and ends with `id`, backwards; without columns the primary key.
 * Compared and ordered by all of its columns together. Otherwise the planner may choose another index;
 * WITHOUT_SORT prevents this, as its rows would have to be sorted.
 */
function inIndex(
  columns: readonly (keyof typeof COLUMNS)[],
  filter: MovementFilter,
  afterId: string | null,
): Sql {
  const { from, before } = idsOf(filter, afterId);
  const each = (part: (column: keyof typeof COLUMNS) => Sql) =>
    columns.reduce((list, column) => sql`${list}${part(column)}, `, sql``);
  const rest = { ...filter, ...Object.fromEntries(columns.map((column) => [column, null])) };
  return sql`
    FROM stock_movements
    WHERE (${each((column) => COLUMNS[column])}id) >= (${each((column) => sql`${filter[column]}`)}${from})
      AND (${each((column) => COLUMNS[column])}id) < (${each((column) => sql`${filter[column]}`)}${before})
      AND ${columns.includes('kind') ? IS_RARE : sql`true`}
      AND ${movementFilterRest(rest)}
    ORDER BY ${each((column) => sql`${COLUMNS[column]} DESC`)}id DESC`;
}

/** How far the time in a movement's id may be from its `at`: another clock made it. */
const ID_TIME_MARGIN: Sql = sql`interval '1 minute'`;

const timestamp = (ms: number): Sql => sql`${new Date(Math.max(0, ms)).toISOString()}::timestamptz`;

/** The ids that movements of the wanted time can have: `from`, and up to `before`. */
function idsOf(
  { after, before, importId }: MovementFilter,
  afterId: string | null,
): { from: Sql; before: Sql } {
  const from = [sql`${BEFORE_ALL_IDS}::uuid`];
  const end = [sql`${afterId ?? AFTER_ALL_IDS}::uuid`];
  if (after !== null) from.push(firstIdAt(sql`(${timestamp(after)} - ${ID_TIME_MARGIN})`));
  if (before !== null) end.push(firstIdAt(sql`(${timestamp(before)} + ${ID_TIME_MARGIN})`));
  if (importId !== null) {
    // Its chunks were applied between these times; before the first one there is none.
    from.push(sql`coalesce(
        (SELECT ${firstIdAt(sql`(started_at - ${ID_TIME_MARGIN})`)} FROM stock_imports WHERE id = ${importId}::uuid AND started_at IS NOT NULL),
        ${AFTER_ALL_IDS}::uuid
      )`);
    end.push(
      sql`(SELECT ${firstIdAt(sql`(finished_at + ${ID_TIME_MARGIN})`)} FROM stock_imports WHERE id = ${importId}::uuid AND finished_at IS NOT NULL)`,
    );
  }
  return { from: foldSql(sql`GREATEST`, from), before: foldSql(sql`LEAST`, end) };
}

const foldSql = (fold: Sql, [first = sql`NULL`, ...others]: readonly Sql[]): Sql =>
  others.length === 0 ? first : sql`${fold}(${others.reduce((list, each) => sql`${list}, ${each}`, first)})`;

/** The few movements of a reservation or an order, and then those that fit: OFFSET 0 separates the steps. */
function ofFew(isOfReservation: Sql, filter: MovementFilter, afterId: string | null): Sql {
  return sql`
    FROM (
      SELECT *
      FROM stock_movements
      WHERE reservation_id ${isOfReservation}
      OFFSET 0
    ) stock_movements
    WHERE ${movementFilterRest(filter)}
      AND ${isBehind(afterId)}
    ORDER BY id DESC`;
}
