import type { StoredTrace } from '@holdfast/contract';
import { isoTime, only, sql, type Queryable, type Sql } from '@holdfast/db';

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
  /** Null for what is about stock or an order only. */
  readonly reservationId: string | null;
  /** The thing as the contract shows it, after the change. */
  readonly data: unknown;
  /** What changed, beside that. */
  readonly changed: unknown;
}

/** Which events are wanted. */
export interface FeedPage {
  /** Read events after this position; 0: from the oldest that is kept. */
  readonly after: number;
  /** Null: all. */
  readonly types: readonly string[] | null;
  /** Most events that are answered. */
  readonly limit: number;
  /** Most that are looked at, where `types` leaves some out. */
  readonly lookedAtMax: number;
}

export interface FeedRead {
  readonly events: readonly StoredEvent[];
  /** The position up to which it was looked: from there a reader continues. */
  readonly lookedTo: number;
  /** The position of the newest event. */
  readonly newest: number;
}

/** Reads the next events, oldest first. */
export async function readEvents(db: Queryable, page: FeedPage): Promise<FeedRead> {
  const { events, scannedTo, newest } = only(
    await db.$queryRaw<{ events: StoredEvent[]; scannedTo: number | null; newest: number }[]>(
      eventPage(page),
    ),
  );
  // Where there are no places, all up to the newest are purged.
  const seenTo = scannedTo ?? Math.max(page.after, newest);
  // A full page may have ended before the last that was looked at.
  const lookedTo = events.length === page.limit ? (events.at(-1)?.position ?? seenTo) : seenTo;
  return { events, lookedTo, newest };
}

/**
 * So written that the planner has one way to read it, as the events are millions: positions along their key,
 * and each event by its own; OFFSET 0 keeps it from another join. The second read of the places, by index
 * only, says how far it went where nothing was wanted.
 */
export function eventPage({ after, types, limit, lookedAtMax }: FeedPage): Sql {
  const places = sql`
    SELECT position, event_id
    FROM event_positions
    WHERE position > ${after}::bigint
    ORDER BY position
    LIMIT ${types === null ? limit : lookedAtMax}::integer`;
  const isWanted = types === null ? sql`true` : sql`type = ANY(${types}::text[])`;
  return sql`
    SELECT
      (
        SELECT coalesce(json_agg(wanted ORDER BY wanted.position), '[]')
        FROM (
          SELECT place.position, event.*
          FROM (${places}) place
          CROSS JOIN LATERAL (
            SELECT
              id,
              type,
              subject,
              ${isoTime(sql`time`)} AS time,
              reservation_id AS "reservationId",
              data,
              changed,
              request_id AS "requestId",
              traceparent
            FROM events
            WHERE id = place.event_id
              AND ${isWanted}
            OFFSET 0
          ) event
          ORDER BY place.position
          LIMIT ${limit}::integer
        ) wanted
      ) AS events,
      (SELECT max(position)::float8 FROM (${places}) place) AS "scannedTo",
      last_position::float8 AS newest
    FROM event_sequencer`;
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
