import { migrate } from '@holdfast/db';
import { withSession } from '@holdfast/testing';
import { type Client, escapeIdentifier } from 'pg';

/** A database of one benchmark, in the one PostgreSQL. */
export interface BenchDatabase {
  readonly url: string;
  /** With every connection that is still open to it, so that it leaves nothing to vacuum behind. */
  drop(): Promise<void>;
}

/** With all tables, and nothing in them. */
export async function createDatabase(postgresUrl: string, name: string): Promise<BenchDatabase> {
  const administer = (statement: string) =>
    withSession(postgresUrl, async (session) => void (await session.query(statement)));
  await administer(`CREATE DATABASE ${escapeIdentifier(name)}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return {
    url: url.href,
    drop: () => administer(`DROP DATABASE ${escapeIdentifier(name)} WITH (FORCE)`),
  };
}

type Values = Readonly<Record<string, number | string | readonly string[]>>;

/** Runs statements in one transaction. `:name` in one of them is the value of that name. */
export async function runStatements(
  session: Client,
  statements: readonly string[],
  given: Values,
): Promise<void> {
  await session.query('BEGIN');
  for (const statement of statements) {
    const values: unknown[] = [];
    const sql = statement.replaceAll(
      /(?<!:):([a-z]\w*)/gi,
      (_, name: string) => `$${values.push(given[name])}`,
    );
    await session.query(sql, values);
  }
  await session.query('COMMIT');
}

/**
 * Fills a database in chunks of one transaction each, not made durable until `settleDatabase`.
 *
 * @param onProgress called after each chunk with how many are done
 */
export async function fillInChunks(
  session: Client,
  { total, chunk, onProgress }: { total: number; chunk: number; onProgress: (done: number) => void },
  fill: (first: number, last: number) => Promise<void>,
): Promise<void> {
  await session.query('SET synchronous_commit = off');
  for (let done = 0; done < total;) {
    const last = Math.min(done + chunk, total);
    await fill(done + 1, last);
    done = last;
    onProgress(done);
  }
}

/** What lies in the database before a benchmark begins. */
export interface Filled {
  readonly reservations: number;
  readonly movements: number;
  readonly events: number;
  readonly gigabytes: number;
}

/** Vacuums, analyses and writes to disk what autovacuum and checkpoints would have long before a database is so old. */
export function settleDatabase(databaseUrl: string): Promise<Filled> {
  return withSession(databaseUrl, async (session) => {
    await session.query('VACUUM (ANALYZE)');
    await session.query('CHECKPOINT');
    const { rows } = await session.query<Filled>(`
      SELECT
        (SELECT count(*) FROM reservations)::float8 AS reservations,
        (SELECT count(*) FROM stock_movements)::float8 AS movements,
        (SELECT count(*) FROM events)::float8 AS events,
        pg_database_size(current_database()) / 1e9::float8 AS gigabytes`);
    const [filled] = rows;
    if (!filled) throw new Error('PostgreSQL counts no rows');
    return filled;
  });
}
