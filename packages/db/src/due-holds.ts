import { databaseNow } from './reservation-rows.ts';
import type { Queryable } from './client.ts';

/** Holds whose time has come, oldest first, and the database's time of the read (epoch milliseconds). */
export async function readDueHolds(
  db: Queryable,
  limit: number,
): Promise<{ now: number; ids: readonly string[] }> {
  const [row] = await db.$queryRaw<{ now: number; ids: string[] }[]>`
    SELECT
      ${databaseNow} AS now,
      (
        SELECT coalesce(json_agg(id), '[]')
        FROM (
          SELECT id
          FROM reservations
          WHERE status = 'held'
            AND expires_at <= statement_timestamp()
          ORDER BY expires_at
          LIMIT ${limit}::integer
        ) due
      ) AS ids`;
  if (!row) throw new Error('a read of due holds answered nothing');
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
  if (!row) throw new Error('a read of the next due time answered nothing');
  return row;
}
