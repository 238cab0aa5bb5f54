import { sql, type Queryable } from '@holdfast/db';
import { isDue } from './hold-lifetime-store.ts';
import { databaseNow } from './reservation-rows-store.ts';

/** A place among due holds, to read on from. */
export interface DueHold {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/**
 * Holds whose time has come, oldest first, and the database's time of the read (epoch milliseconds).
 *
 * @param after read on behind this one
 */
export async function readDueHolds(
  db: Queryable,
  limit: number,
  after: DueHold | null = null,
): Promise<{ now: number; holds: readonly DueHold[] }> {
  const behind = after
    ? sql`AND (expires_at, id) > (to_timestamp(${after.expiresAt}::float8 / 1000), ${after.id}::uuid)`
    : sql``;
  const [row] = await db.$queryRaw<{ now: number; holds: DueHold[] }[]>`
    SELECT
      ${databaseNow} AS now,
      (
        SELECT coalesce(json_agg(json_build_object(
          'id', id,
          'expiresAt', (extract(epoch FROM expires_at) * 1000)::bigint
        ) ORDER BY expires_at, id), '[]')
        FROM (
          SELECT id, expires_at
          FROM reservations
          WHERE ${isDue()}
            ${behind}
          ORDER BY expires_at, id
          LIMIT ${limit}::integer
        ) due
      ) AS holds`;
  if (!row) throw new Error('a read of due holds returned no row');
  return row;
}

/** When the next hold falls due, if there is any, and the database's time now (epoch milliseconds). */
export async function readNextDueTime(db: Queryable): Promise<{ now: number; dueAt: number | null }> {
  const [row] = await db.$queryRaw<{ now: number; dueAt: number | null }[]>`
    SELECT
      ${databaseNow} AS now,
      (
        SELECT (extract(epoch FROM min(expires_at)) * 1000)::float8
        FROM reservations
        WHERE status = 'held'
      ) AS "dueAt"`;
  if (!row) throw new Error('a read of the next due time returned no row');
  return row;
}
