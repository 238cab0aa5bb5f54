import { openDatabase, type Queryable } from './database.ts';

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
