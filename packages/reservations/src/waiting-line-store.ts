import { only, sql, type Queryable, type Sql } from '@holdfast/db';
import { STATEMENT_TIME } from './hold-lifetime-store.ts';

// Reads of those who wait in line. `waiting_lines` has a row for each line and location; the ledger writes
// it.

/** A condition: the first row of a reservation. */
export const IS_FIRST: Sql = sql`line_no = 1 AND units > 0`;

/** A condition: the first row of a reservation that has waited for too long, and has not been expired yet. */
export const hasWaited = (now: Sql = STATEMENT_TIME): Sql => sql`${IS_FIRST} AND waiting_until <= ${now}`;

/** A condition on a `level`: a waiting reservation is short of it. */
export const isBlocked = (now: Sql = STATEMENT_TIME): Sql => sql`EXISTS (
            SELECT
            FROM waiting_lines
            WHERE waiting_lines.sku = level.sku
              AND waiting_lines.location IN ('', level.location)
              AND is_short
              AND waiting_until > ${now}
          )`;

/** How many reservations wait, and not for too long. */
export async function countWaiting(db: Queryable): Promise<number> {
  const rows = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::integer AS count
    FROM waiting_lines
    WHERE ${IS_FIRST}
      AND waiting_until > ${STATEMENT_TIME}`;
  return only(rows).count;
}

/** How far a position is counted. */
const POSITION_MAX = 1_000;

/**
 * A reservation's position in line, from 1. Each of its short SKUs has a line: the position is the largest of
 * these. Lines of one reservation count as one each. Null: it does not wait.
 */
export async function readPosition(db: Queryable, reservationId: string): Promise<number | null> {
  const rows = await db.$queryRaw<{ position: number | null }[]>`
    SELECT LEAST(max(ahead.count) + 1, ${POSITION_MAX}::integer)::integer AS position
    FROM (
      SELECT DISTINCT sku, rank, arrival
      FROM waiting_lines
      WHERE reservation_id = ${reservationId}::uuid
        AND units > 0
    ) own
    CROSS JOIN LATERAL (
      SELECT count(*)
      FROM (
        SELECT
        FROM waiting_lines other
        WHERE other.sku = own.sku
          AND other.units > 0
          AND (other.rank, other.arrival) < (own.rank, own.arrival)
          AND other.waiting_until > ${STATEMENT_TIME}
        LIMIT ${POSITION_MAX}::integer
      ) counted
    ) ahead`;
  return only(rows).position;
}
