import type { ReservationStatus } from '@holdfast/domain';
import { sql, type Sql } from '@holdfast/db';
import { isDue, isNotOver, isOver, STATEMENT_TIME } from './hold-lifetime-store.ts';
import type { IdSpan } from './id-span.ts';
import { isOf, matches, type ReservationAttributes } from './reservation-filter-store.ts';
import { hasWaited, IS_FIRST } from './waiting-line-store.ts';

// A look reads one index, newest first, and skips rows that do not fit the other filters. It is written so
// that the planner has one way to read it: an index in the order of the page. Its estimates are wrong, as
// wanted rows are not spread evenly: live holds are few, and they are the newest rows.

/** What a look is for. */
export interface Look {
  readonly attributes: ReservationAttributes;
  /** Null: all but `withdrawn`. */
  readonly status: ReservationStatus | null;
  readonly span: IdSpan;
  readonly limit: number;
}

export interface StatusLook extends Look {
  readonly status: ReservationStatus;
}

/**
 * In a sub-select the planner does not know the time. Otherwise the planner would infer from old reservations
 * that most holds are due, and read all live holds to find due ones.
 */
export const NOW: Sql = sql`(SELECT ${STATEMENT_TIME})`;

/** Statuses are literal text: the planner must see which partial index has them. */
function statusIs(status: ReservationStatus | null): Sql {
  switch (status) {
    case null:
      return sql`status <> 'withdrawn'`;
    case 'waiting':
      return sql`status = 'waiting' AND (waiting_until > ${NOW}) IS TRUE`;
    case 'held':
      // IS TRUE: otherwise the planner may read and sort all of reservations_due.
      return sql`status = 'held' AND (${isNotOver(NOW)}) IS TRUE`;
    case 'expired':
      return sql`(status = 'expired' OR (${isDue(NOW)}) OR (status = 'waiting' AND waiting_until <= ${NOW}))`;
    case 'confirmed':
      return sql`status = 'confirmed'`;
    case 'withdrawn':
      return sql`status = 'withdrawn'`;
    case 'fulfilled':
    case 'released':
    case 'cancelled':
      return sql`status = ${status}`;
    default:
      return status satisfies never;
  }
}

/** By the index of the status, or of all. */
export function ofStatus(look: Look): Sql {
  const { attributes, status, span, limit } = look;
  if (status === 'expired') return withDue(look, newestEnded(look, status));
  if (status === 'waiting') return newestWaiting(look);
  if (isEnd(status)) return newestEnded(look, status);
  return sql`
        SELECT id
        FROM reservations
        WHERE ${statusIs(status)}
          AND ${isIn(span)}
          AND ${matches(attributes)}
        ORDER BY id DESC
        LIMIT ${limit}::integer`;
}

const isIn = ({ from, before }: IdSpan): Sql => sql`id >= ${from}::uuid AND id < ${before}::uuid`;

/**
 * Those of few, newest first, and then only those that fit. OFFSET 0 prevents the planner from reading all
 * holds, which it estimates to be few.
 */
export function amongFew({ attributes, status, span, limit }: Look, few: Sql): Sql {
  return sql`
        SELECT id
        FROM ${rowsOf(few, isIn(span))}
        WHERE ${statusIs(status)}
          AND ${matches(attributes)}
        ORDER BY id DESC
        LIMIT ${limit}::integer`;
}

export const rowsOf = (few: Sql, span: Sql): Sql => sql`(
          SELECT id, status, expires_at, waiting_until, store_id, source, created_at
          FROM reservations
          WHERE ${few}
            AND ${span}
          ORDER BY id DESC
          OFFSET 0
        ) reservations`;

/** Those whose ids do not say when they were created. */
export const amongOffIds = (look: Look): Sql =>
  amongFew(look, sql`id_time_is_off AND ${isOf(look.attributes)}`);

/** By the first line of the SKU in each reservation. */
export function ofSku({ attributes, status, span, limit }: Look, sku: string): Sql {
  const rest = attributes.location === null ? { ...attributes, sku: null } : attributes;
  return sql`
        SELECT found.id
        FROM reservation_lines line
        CROSS JOIN LATERAL (
          SELECT id
          FROM reservations
          WHERE id = line.reservation_id
            AND ${statusIs(status)}
            AND ${matches(rest)}
            AND NOT EXISTS (
              SELECT
              FROM reservation_lines earlier
              WHERE earlier.reservation_id = line.reservation_id
                AND earlier.line_no < line.line_no
                AND earlier.sku = line.sku
            )
          OFFSET 0
        ) found
        WHERE ${isOneValue(sql`line.sku COLLATE "C"`, sql`line.reservation_id`, sku, span)}
        ORDER BY line.sku COLLATE "C" DESC, line.reservation_id DESC
        LIMIT ${limit}::integer`;
}

/** By the first allocation at the location in each reservation. */
export function ofLocation({ attributes, status, span, limit }: Look, location: string): Sql {
  return sql`
        SELECT found.id
        FROM line_allocations a
        CROSS JOIN LATERAL (
          SELECT id
          FROM reservations
          WHERE id = a.reservation_id
            AND ${statusIs(status)}
            AND ${matches({ ...attributes, location: null })}
            AND NOT EXISTS (
              SELECT
              FROM line_allocations earlier
              WHERE earlier.reservation_id = a.reservation_id
                AND (earlier.line_no, earlier.position) < (a.line_no, a.position)
                AND earlier.location = a.location
            )
          OFFSET 0
        ) found
        WHERE ${isOneValue(sql`a.location COLLATE "C"`, sql`a.reservation_id`, location, span)}
        ORDER BY a.location COLLATE "C" DESC, a.reservation_id DESC
        LIMIT ${limit}::integer`;
}

const COLUMNS = { storeId: sql`store_id`, source: sql`source` } as const;

/** By the index on a column, the status and the id. */
export function ofColumn(look: StatusLook, name: keyof typeof COLUMNS, value: string): Sql {
  const { attributes, status, span, limit } = look;
  const column = COLUMNS[name];
  const found = sql`
        SELECT id
        FROM reservations
        WHERE ${column} <= ${value}
          AND (${column}, status, id) >= (${value}, ${status}, ${span.from}::uuid)
          AND (${column}, status, id) < (${value}, ${status}, ${span.before}::uuid)
          AND ${isNow(status)}
          AND ${matches({ ...attributes, [name]: null })}
        ORDER BY ${column} DESC, status DESC, id DESC
        LIMIT ${limit}::integer`;
  return status === 'expired' ? withDue(look, found) : found;
}

/** For rows with the stored status: whether a reader sees this status now. */
function isNow(status: ReservationStatus): Sql {
  if (status === 'held') return sql`(${isNotOver(NOW)}) IS TRUE`;
  return status === 'waiting' ? sql`(waiting_until > ${NOW}) IS TRUE` : sql`true`;
}

/** By the rows of the line. */
function newestWaiting({ attributes, span, limit }: Look): Sql {
  return sql`
        SELECT found.id
        FROM waiting_lines line
        CROSS JOIN LATERAL (
          SELECT id
          FROM reservations
          WHERE id = line.reservation_id
            AND ${statusIs('waiting')}
            AND ${matches(attributes)}
          OFFSET 0
        ) found
        WHERE ${IS_FIRST}
          AND line.reservation_id >= ${span.from}::uuid
          AND line.reservation_id < ${span.before}::uuid
        ORDER BY line.reservation_id DESC
        LIMIT ${limit}::integer`;
}

/**
 * The column has one value, said as a range. With `=` the planner would order the page by ids alone, and
 * could read millions of newer reservations. `<=` implies that it is not null, which the index requires.
 */
function isOneValue(column: Sql, id: Sql, value: string, { from, before }: IdSpan): Sql {
  return sql`${column} <= ${value}
          AND (${column}, ${id}) >= (${value}, ${from}::uuid)
          AND (${column}, ${id}) < (${value}, ${before}::uuid)`;
}

const ENDS = ['fulfilled', 'released', 'expired', 'cancelled'] as const;
type End = (typeof ENDS)[number];
const isEnd = (status: ReservationStatus | null): status is End => ENDS.some((end) => end === status);

function newestEnded({ attributes, span, limit }: Look, status: End): Sql {
  return sql`
        SELECT id
        FROM reservations
        WHERE status IN ('fulfilled', 'released', 'expired', 'cancelled')
          AND ${isOneValue(sql`status`, sql`id`, status, span)}
          AND ${matches(attributes)}
        ORDER BY status DESC, id DESC
        LIMIT ${limit}::integer`;
}

/** Due holds that are sorted by id for a page. There are more only when expiry has stood still. */
const DUE_SORTED_MAX = 10_000;

/**
 * Expired reservations are in two indexes: expired rows by id, and due holds by their end. Due holds are few
 * and sorted. When they are not, no worker expires them: then all holds are read, newest first.
 */
function withDue({ attributes, span, limit }: Look, swept: Sql): Sql {
  return sql`
        WITH due AS MATERIALIZED (
          SELECT id, store_id, source, created_at
          FROM reservations
          WHERE ${isDue(NOW)}
          ORDER BY expires_at
          LIMIT ${DUE_SORTED_MAX}::integer
        ),
        waited AS (
          SELECT r.id, r.store_id, r.source, r.created_at
          FROM (
            SELECT reservation_id
            FROM waiting_lines
            WHERE ${hasWaited(NOW)}
            ORDER BY waiting_until
            LIMIT ${DUE_SORTED_MAX}::integer
          ) overdue
          JOIN reservations r ON r.id = overdue.reservation_id
        )
        (${swept})
        UNION
        SELECT id
        FROM (SELECT * FROM due UNION ALL SELECT * FROM waited) reservations
        WHERE ${isIn(span)}
          AND ${matches(attributes)}
        UNION
        (
          SELECT id
          FROM reservations
          WHERE status = 'held'
            AND (${isOver(NOW)}) IS TRUE -- as above, read by id
            AND (SELECT count(*) FROM due) = ${DUE_SORTED_MAX}::integer
            AND ${isIn(span)}
            AND ${matches(attributes)}
          ORDER BY id DESC
          LIMIT ${limit}::integer
        )
        ORDER BY id DESC
        LIMIT ${limit}::integer`;
}
