import { only, sql, type Queryable, type Sql } from '@holdfast/db';
import { isDue, isNotOver, isOver } from './hold-lifetime-store.ts';
import { databaseNow } from './reservation-rows-store.ts';
import { hasWaited, IS_FIRST } from './waiting-line-store.ts';

/** A place among due holds, to read on from. */
export interface DueHold {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/**
 * Due holds and waiting reservations whose wait has ended, oldest first, behind `after`, and the time of the
 * read (database, epoch milliseconds).
 */
export async function readDueHolds(
  db: Queryable,
  limit: number,
  after: DueHold | null = null,
): Promise<{ now: number; holds: readonly DueHold[] }> {
  const behind = (end: Sql, id: Sql) =>
    after
      ? sql`AND (${end}, ${id}) > (to_timestamp(${after.expiresAt}::float8 / 1000), ${after.id}::uuid)`
      : sql``;
  const rows = await db.$queryRaw<{ now: number; holds: DueHold[] }[]>`
    SELECT
      ${databaseNow} AS now,
      (
        SELECT coalesce(json_agg(json_build_object(
          'id', id,
          'expiresAt', (extract(epoch FROM expires_at) * 1000)::bigint
        ) ORDER BY expires_at, id), '[]')
        FROM (
          (
            SELECT id, expires_at
            FROM reservations
            WHERE ${isDue()}
              ${behind(sql`expires_at`, sql`id`)}
            ORDER BY expires_at, id
            LIMIT ${limit}::integer
          )
          UNION ALL
          (
            SELECT reservation_id, waiting_until
            FROM waiting_lines
            WHERE ${hasWaited()}
              ${behind(sql`waiting_until`, sql`reservation_id`)}
            ORDER BY waiting_until, reservation_id
            LIMIT ${limit}::integer
          )
          ORDER BY expires_at, id
          LIMIT ${limit}::integer
        ) due
      ) AS holds`;
  return only(rows);
}

/**
 * When the next hold falls due or is to be announced as expiring, or the waiting for one ends, if there is
 * any, and the database's time now (epoch milliseconds).
 */
export async function readNextDueTime(db: Queryable): Promise<{ now: number; dueAt: number | null }> {
  const rows = await db.$queryRaw<{ now: number; dueAt: number | null }[]>`
    SELECT
      ${databaseNow} AS now,
      (
        SELECT (extract(epoch FROM LEAST(
          (SELECT min(expires_at) FROM reservations WHERE status = 'held'),
          (SELECT min(notify_at) FROM expiry_notices),
          (SELECT min(waiting_until) FROM waiting_lines WHERE ${IS_FIRST})
        )) * 1000)::float8
      ) AS "dueAt"`;
  return only(rows);
}

export interface HoldCounts {
  /** Holds whose time has not come. */
  readonly active: number;
  /** The holds of these that end within a minute. */
  readonly dueWithinAMinute: number;
  /** Due holds whose stock was not given back yet. */
  readonly overdue: number;
  /** For how long the oldest of those has been due; 0 if there is none. */
  readonly oldestOverdueSeconds: number;
}

/** How many holds there are. For 1,000,000, one pass over their index takes 50 to 130 ms. */
export async function countHolds(db: Queryable): Promise<HoldCounts> {
  const counts = await db.$queryRaw<HoldCounts[]>`
    SELECT
      count(*) FILTER (WHERE ${isNotOver()})::integer AS active,
      count(*) FILTER (
        WHERE ${isNotOver()} AND expires_at <= statement_timestamp() + interval '1 minute'
      )::integer AS "dueWithinAMinute",
      count(*) FILTER (WHERE ${isOver()})::integer AS overdue,
      greatest(0, coalesce(extract(epoch FROM statement_timestamp() - min(expires_at)), 0))::float8
        AS "oldestOverdueSeconds"
    FROM reservations
    WHERE status = 'held'`;
  return only(counts);
}
