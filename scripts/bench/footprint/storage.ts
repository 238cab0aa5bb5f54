import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

/** What a table has, or has got since. */
export interface TableUse {
  /** Rows and what is too long for them. */
  readonly heapBytes: number;
  readonly indexBytes: number;
  readonly inserted: number;
  readonly updated: number;
  /** Of the updated ones, those that no index had to hear of (HOT). */
  readonly updatedInPlace: number;
}

/** What a server has written, and one database has. */
export interface Storage {
  /** Of the whole server. */
  readonly walBytes: number;
  /** Of that: pages that were written whole, for the first time after a checkpoint. */
  readonly walPages: number;
  /** Of the whole server. */
  readonly walSyncs: number;
  readonly commits: number;
  /** By name, of the schema `public`. */
  readonly tables: Readonly<Record<string, TableUse>>;
}

/** Whoever asks is told when the connection has broken; when nobody does, the bench is being stopped. */
export async function openClient(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** A busy backend tells what it has done once a second; the rest when it has been idle for 10 s (PGSTAT_IDLE_INTERVAL). */
const TOLD_AFTER_MS = 10_500;

/** Once nobody has worked for so long, all figures are there. */
export const allTold = (): Promise<void> => pause(TOLD_AFTER_MS);

/** What was done so far belongs to no step: it is told, and what it has left dead is free. */
export async function settle(client: Client): Promise<void> {
  await allTold();
  await client.query('VACUUM');
}

/** As far as it has been told. */
export async function readStorage(client: Client): Promise<Storage> {
  const { rows } = await client.query<Omit<Storage, 'tables'>>(`
    SELECT
      pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS "walBytes",
      (SELECT wal_fpi FROM pg_stat_wal)::float8 AS "walPages",
      (SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal')::float8 AS "walSyncs",
      (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::float8 AS commits`);
  const [written] = rows;
  if (!written) throw new Error('PostgreSQL does not say what it has written');
  const tables = await client.query<TableUse & { name: string }>(`
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
  const changes = Object.entries(now.tables).map(([name, use]) => {
    const was = before.tables[name] ?? NOTHING;
    const change: TableUse = {
      heapBytes: use.heapBytes - was.heapBytes,
      indexBytes: use.indexBytes - was.indexBytes,
      inserted: use.inserted - was.inserted,
      updated: use.updated - was.updated,
      updatedInPlace: use.updatedInPlace - was.updatedInPlace,
    };
    return [name, change] as const;
  });
  return {
    walBytes: now.walBytes - before.walBytes,
    walPages: now.walPages - before.walPages,
    walSyncs: now.walSyncs - before.walSyncs,
    commits: now.commits - before.commits,
    tables: Object.fromEntries(
      changes.filter(([, change]) => Object.values(change).some((each) => each !== 0)),
    ),
  };
}

const NOTHING: TableUse = { heapBytes: 0, indexBytes: 0, inserted: 0, updated: 0, updatedInPlace: 0 };
