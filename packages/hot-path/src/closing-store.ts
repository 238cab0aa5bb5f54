import { only, sql, type Database, type Queryable, type Sql } from '@holdfast/db';

// By the row `hot_path`, no process may answer from Redis: one has to commit and cannot mark its changes
// there.

/** Part of a statement: how often the hot path was closed, and whether it is closed now. */
export const CLOSINGS: Sql = sql`(SELECT closings::float8 FROM hot_path)`;
export const IS_CLOSED: Sql = sql`(SELECT closed_until > statement_timestamp() FROM hot_path)`;

/** Also shortly before its end: until the commit of a longer one, others may find that it has ended. */
const HAS_ENDED: Sql = sql`closed_until < clock_timestamp() + interval '1 second'`;

/** Epoch milliseconds, by the database's clock. */
export interface Closing {
  readonly since: number;
  readonly until: number;
  readonly now: number;
}

/** Closes the hot path of all processes for so long, or keeps it closed. */
export async function closeHotPath({ prisma }: Pick<Database, 'prisma'>, forMs: number): Promise<Closing> {
  return only(
    await prisma.$queryRaw<Closing[]>`
      UPDATE hot_path
      SET
        closings = closings + CASE WHEN ${HAS_ENDED} THEN 1 ELSE 0 END,
        closed_since = CASE WHEN ${HAS_ENDED} THEN clock_timestamp() ELSE closed_since END,
        closed_until = GREATEST(closed_until, clock_timestamp() + ${forMs}::integer * interval '1 millisecond')
      RETURNING
        (extract(epoch FROM closed_since) * 1000)::float8 AS since,
        (extract(epoch FROM closed_until) * 1000)::float8 AS until,
        (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`,
  );
}

/** A name of the database that all processes agree on, however they reach it, and no other database has. */
export async function readDatabaseName(db: Queryable): Promise<string> {
  const { name } = only(
    await db.$queryRaw<{ name: string }[]>`
      SELECT (SELECT system_identifier FROM pg_control_system()) || '.' || oid AS name
      FROM pg_database
      WHERE datname = current_database()`,
  );
  return name;
}
