import type { StoredTrace } from '@holdfast/contract';
import { isoTime, only, searchIds, sql, type Found, type Queryable, type Sql } from '@holdfast/db';
import { isWanted, subjectsOf, type EventFilter } from './event-filter.ts';

/** An event as it stands in the database, with its place among all. */
export interface StoredEvent extends Partial<StoredTrace> {
  /** From 1, without gaps, in the order in which readers get events. */
  readonly position: number;
  /** Stable: the CloudEvent's `id`, and the webhook's. */
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  /** ISO 8601, when it was decided, by the database's clock. */
  readonly time: string;
  /** Null for events about stock or an order only. */
  readonly reservationId: string | null;
  /** The thing as the contract shows it, after the change. */
  readonly data: unknown;
  /** The changes of the transition. */
  readonly changed: unknown;
}

/** Which events are wanted. */
export interface FeedPage {
  /** Read events after this position; 0: from the oldest that is kept. */
  readonly after: number;
  readonly filter: EventFilter;
  /** Most events that are answered. */
  readonly limit: number;
}

/**
 * How many positions one read checks, by kind of filter: each read takes some 10 to 30 ms. A read that finds
 * nothing there says how far it looked, and the next one continues.
 */
export const LOOKED_AT_MAX = {
  /** The events of a reservation are known by index, so only positions are read. */
  reservation: 100_000,
  /** Columns of each event. */
  columns: 5_000,
  /** The text of each event. */
  text: 2_000,
} as const;

export interface FeedRead {
  readonly events: readonly StoredEvent[];
  /** The position up to which it was looked: from there a reader continues. */
  readonly lookedTo: number;
  /** The position of the newest event. */
  readonly newest: number;
}

const STORED: Sql = sql`id, type, subject, ${isoTime(sql`time`)} AS time, reservation_id AS "reservationId", data,
              changed, request_id AS "requestId", traceparent`;

/** One event, also if it has no place in the feed yet. Null: there is none, or none any more. */
export async function readEvent(db: Queryable, id: string): Promise<Omit<StoredEvent, 'position'> | null> {
  const [event] = await db.$queryRaw<(Omit<StoredEvent, 'position' | keyof StoredTrace> & StoredTrace)[]>`
    SELECT ${STORED}
    FROM events
    WHERE id = ${id}::uuid`;
  return event ?? null;
}

/** Reads the next events, oldest first. */
export async function readEvents(db: Queryable, page: FeedPage): Promise<FeedRead> {
  const { events, scannedTo, newest } = only(
    await db.$queryRaw<{ events: StoredEvent[]; scannedTo: number | null; newest: number }[]>(
      eventPage(page),
    ),
  );
  // If no event has a position, all up to the newest one are purged.
  const seenTo = scannedTo ?? Math.max(page.after, newest);
  // A full page may have ended before the last that was looked at.
  const lookedTo = events.length === page.limit ? (events.at(-1)?.position ?? seenTo) : seenTo;
  const { sku, orderId } = page.filter;
  const isExact = sku === null && orderId === null;
  return {
    events: isExact ? events : events.filter((event) => isWanted(subjectsOf(event), page.filter)),
    lookedTo,
    newest,
  };
}

function lookedAtMax({ filter, limit }: FeedPage): number {
  if (filter.reservationId !== null) return LOOKED_AT_MAX.reservation;
  if (filter.sku !== null) return LOOKED_AT_MAX.text;
  return filter.types === null && filter.orderId === null ? limit : LOOKED_AT_MAX.columns;
}

/**
 * Written so that the planner has only one plan, as there are millions of events: positions by their key, and
 * each event by its key. OFFSET 0 prevents another join. The second read of the places, by index only, says
 * how far it went where nothing was wanted.
 */
export function eventPage(page: FeedPage): Sql {
  const { after, filter, limit } = page;
  const places = sql`
    SELECT position, event_id
    FROM event_positions
    WHERE position > ${after}::bigint
    ORDER BY position
    LIMIT ${lookedAtMax(page)}::integer`;
  return sql`
    SELECT
      (
        SELECT coalesce(json_agg(wanted ORDER BY wanted.position), '[]')
        FROM (
          SELECT place.position, event.*
          FROM (${places}) place
          CROSS JOIN LATERAL (
            SELECT ${STORED}
            FROM events
            WHERE id = place.event_id
              ${conditionsOn(filter)}
            OFFSET 0
          ) event
          WHERE ${isPlaceOf(filter)}
          ORDER BY place.position
          LIMIT ${limit}::integer
        ) wanted
      ) AS events,
      ${scannedTo(places, filter)} AS "scannedTo",
      last_position::float8 AS newest
    FROM event_sequencer`;
}

/** A reservation without events has none at any position. */
function scannedTo(places: Sql, { reservationId }: EventFilter): Sql {
  const last = sql`(SELECT max(position)::float8 FROM (${places}) place)`;
  if (reservationId === null) return last;
  return sql`CASE
        WHEN EXISTS (SELECT FROM events WHERE reservation_id = ${reservationId}::uuid) THEN ${last}
        ELSE last_position::float8
      END`;
}

/** Leaves out most unwanted events, and no wanted one: `isWanted` decides on the rest. */
function conditionsOn({ types, sku, orderId }: EventFilter): Sql {
  const ofTypes = types === null ? sql`` : sql`AND type = ANY(${types}::text[])`;
  const ofOrder = orderId === null ? sql`` : sql`AND ${isOfOrder(orderId)}`;
  const ofSku = sku === null ? sql`` : sql`AND ${namesSku(JSON.stringify(sku))}`;
  return sql`${ofTypes} ${ofOrder} ${ofSku}`;
}

/** Searches the text of JSON.stringify or PostgreSQL, so that most events need not be parsed. */
function namesSku(sku: string): Sql {
  const isIn = (text: Sql) =>
    sql`strpos(${text}, ${`"sku":${sku}`}::text) > 0 OR strpos(${text}, ${`"sku" : ${sku}`}::text) > 0`;
  return sql`(${isIn(sql`data::text`)} OR ${isIn(sql`changed::text`)})`;
}

/** A refused order has no reservation: it is the event's subject. */
function isOfOrder(orderId: string): Sql {
  return sql`CASE
                WHEN reservation_id IS NULL THEN subject = ${orderId}::text
                ELSE reservation_id = ANY(ARRAY(SELECT id FROM reservations WHERE order_id = ${orderId}::text))
              END`;
}

/** Before an event is read: whether it is one of the reservation's. */
function isPlaceOf({ reservationId }: EventFilter): Sql {
  if (reservationId === null) return sql`true`;
  return sql`place.event_id = ANY(ARRAY(
            SELECT id FROM events WHERE reservation_id = ${reservationId}::uuid
          ))`;
}

/** The position of the newest event that has one; 0 before the first. */
export async function readNewestPosition(db: Queryable): Promise<number> {
  const { position } = only(
    await db.$queryRaw<{ position: number }[]>`
      SELECT last_position::float8 AS position
      FROM event_sequencer`,
  );
  return position;
}

/** Events whose id is `text` or begins with it, oldest first. */
export const searchEvents = (db: Queryable, text: string, limit: number): Promise<readonly Found[]> =>
  searchIds(db, text, {
    table: sql`events`,
    label: sql`type || coalesce(', reservation ' || reservation_id, '')`,
    limit,
  });
