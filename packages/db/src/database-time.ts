import { openDatabase, sql, type Queryable, type Sql } from './database.ts';

/**
 * The time by the database's clock, in epoch milliseconds with their fractions.
 * @throws when the database is away
 */
export async function readDatabaseTime(db: Queryable): Promise<number> {
  const [row] = await db.$queryRaw<{ ms: number }[]>`
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms`;
  if (!row) throw new Error('the read of the time returned no row');
  return row.ms;
}

/** The same, over a connection of its own, for the start of a process. @throws when the database is away */
export async function readTimeOf(url: string, applicationName: string): Promise<number> {
  const database = openDatabase(url, { poolMax: 1, applicationName });
  try {
    return await readDatabaseTime(database.prisma);
  } finally {
    await database.close();
  }
}

/** A time as the contract writes it: ISO 8601, UTC, to the millisecond. Null stays null. */
export function isoTime(time: Sql): Sql {
  return sql`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** The smallest UUIDv7 of the millisecond of a time. There are none from before 1970. */
export const firstIdAt = (time: Sql): Sql =>
  sql`rpad(lpad(to_hex(greatest(0, extract(epoch FROM ${time}) * 1000)::bigint), 12, '0'), 32, '0')::uuid`;
