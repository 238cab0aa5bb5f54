import { sql, type Sql } from './database.ts';

/** A time as the contract writes it: ISO 8601, UTC, to the millisecond. Null stays null. */
export function isoTime(time: Sql): Sql {
  return sql`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
