import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';

/** What a table has, or has got since. */
export interface TableUse {
  /** Rows and what is too long for them. */
  readonly heapBytes: number;
  readonly indexBytes: number;
  readonly inserted: number;
  readonly updated: number;
  /** Of the updated ones, those for which no index was changed (HOT). */
  readonly updatedInPlace: number;
}

interface Written {
  /** Of the whole server. */
  readonly walBytes: number;
  /** Of that: pages that were written whole, for the first time after a checkpoint. */
  readonly walPages: number;
  /** Of the whole server. */
  readonly walSyncs: number;
  readonly commits: number;
}

/** What a server has written, and one database has. */
export interface Storage extends Written {
  /** By name, of the schema `public`. */
  readonly tables: Readonly<Record<string, TableUse>>;
}

/** A busy backend reports what it has done once a second; the rest when it has been idle for 10 s (PGSTAT_IDLE_INTERVAL). */
const REPORTED_AFTER_MS = 10_500;

/** When nothing has worked for so long, all figures are there. */
export const allReported = (): Promise<void> => pause(REPORTED_AFTER_MS);

/** What was done so far belongs to no step: it is reported, and what it has left dead is free. */
export async function settle(session: Client): Promise<void> {
  await allReported();
  await session.query('VACUUM');
}

/** As far as it has been reported. */
export async function readStorage(session: Client): Promise<Storage> {
  const { rows } = await session.query<Written>(`
    SELECT
      pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS "walBytes",
      (SELECT wal_fpi FROM pg_stat_wal)::float8 AS "walPages",
      (SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal')::float8 AS "walSyncs",
      (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::float8 AS commits`);
  const [written] = rows;
  if (!written) throw new Error('PostgreSQL does not say what it has written');
  const tables = await session.query<TableUse & { name: string }>(`
    SELECT
      relname AS name,
      pg_table_size(relid)::float8 AS "heapBytes",
      pg_indexes_size(relid)::float8 AS "indexBytes",
      n_tup_ins::float8 AS inserted,
      n_tup_upd::float8 AS updated,
      n_tup_hot_upd::float8 AS "updatedInPlace"
    FROM pg_stat_user_tables
    WHERE schemaname = 'public'`);
  return { ...written, tables: Object.fromEntries(tables.rows.map(({ name, ...use }) => [name, use])) };
}

/** What came since `before`; tables to which nothing came are left out. */
export function storageSince(before: Storage, now: Storage): Storage {
  const { tables: tablesBefore, ...writtenBefore } = before;
  const { tables, ...written } = now;
  const changes = Object.entries(tables)
    .map(([name, use]) => [name, difference(use, tablesBefore[name])] as const)
    .filter(([, change]) => Object.values(change).some((each) => each !== 0));
  return { ...difference(written, writtenBefore), tables: Object.fromEntries(changes) };
}

function difference<Name extends string>(
  now: Readonly<Record<Name, number>>,
  before: Readonly<Record<Name, number>> | undefined,
): Record<Name, number> {
  const changes = Object.entries<number>(now).map(([name, count]) => [
    name,
    count - (before?.[name as Name] ?? 0),
  ]);
  return Object.fromEntries(changes) as Record<Name, number>;
}
