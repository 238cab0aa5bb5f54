import path from 'node:path';
import { DatabaseError, type Client } from 'pg';
import { PostgresClient, PostgresServers, refuseTransactionPooling } from './connections/index.ts';
import {
  ensureBookkeeping,
  recordedMigrations,
  recordFinished,
  recordStarted,
  type RecordedMigration,
} from './migrate/bookkeeping.ts';
import { MigrationError } from './migrate/migration-error.ts';
import { matchesChecksum, readMigrationFiles, type MigrationFile } from './migrate/migration-files.ts';
import { lockMigrations } from './migrate/migration-lock.ts';

export type { MigrationErrorCode } from './migrate/migration-error.ts';

const DEFAULT_DIRECTORY = path.join(__dirname, '../../../prisma/migrations');
const CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_LOCK_WAIT_MS = 60_000;

/** How long a migration may take (an index over a large table) until its connection counts as lost. */
const MIGRATION_MAX_MS = 30 * 60_000;

/** Limit for the other statements, in addition to the wait for another process that migrates. */
const SILENCE_MARGIN_MS = 10_000;

/** How long a session keeps the migration lock after its process is gone. */
const IDLE_SESSION_MAX_MS = 60_000;

const SESSION_SETTINGS = {
  idle_session_timeout: String(IDLE_SESSION_MAX_MS),
  idle_in_transaction_session_timeout: String(IDLE_SESSION_MAX_MS),
};

export interface MigrateOptions {
  /** Default: prisma/migrations of this repository. */
  directory?: string;
  /** How long to wait for another migration of the same database. Default 60,000. */
  lockWaitMs?: number;
  log?: MigrationLog;
}

/** The part of a logger that is needed here; packages/runtime's fits. */
interface MigrationLog {
  info(event: string, fields: Record<string, unknown>): unknown;
  warn(event: string, fields: Record<string, unknown>): unknown;
}

/**
 * Brings the database to the newest migration and answers the names of those it applied, oldest first.
 *
 * It does what `prisma migrate deploy` does (same files, same lock, same `_prisma_migrations` rows;
 * prisma-engines, schema-engine/commands/src/commands/apply_migrations.rs), so the two can take turns on one
 * database, and differs in three points:
 *
 * - a migration and its row are one transaction, so a failed one leaves neither, and can be corrected and run
 *   again without `prisma migrate resolve`. Hence no statement that refuses a transaction (CREATE INDEX
 *   CONCURRENTLY);
 * - a file that was changed after it was applied is refused, before anything is applied. Prisma only warns;
 * - an applied migration that is not among the files is logged as a warning and no more, as in Prisma: during
 *   a rolling deploy an old process may restart beside the new code that has migrated already. So a migration
 *   must leave the schema usable for the release before it.
 *
 * Any number of processes may call it at once: one works, the others wait and then find nothing to do. The
 * lock belongs to the session, so a `databaseUrl` that leads through a pooler in transaction mode is refused.
 *
 * @throws {MigrationError} that names the migration and says what to do
 * @throws {TransactionPooling} that says what to change
 */
export async function migrate(
  databaseUrl: string,
  { directory = DEFAULT_DIRECTORY, lockWaitMs = DEFAULT_LOCK_WAIT_MS, log }: MigrateOptions = {},
): Promise<{ applied: string[] }> {
  const files = await readMigrationFiles(directory);
  const servers = new PostgresServers(databaseUrl);
  const silenceMaxMs = lockWaitMs + SILENCE_MARGIN_MS;
  const open = () => openSession(servers, silenceMaxMs);
  const client = open();
  try {
    await client.connect();
    await refuseTransactionPooling(client, () => open().connect());
    await lockMigrations(client, lockWaitMs);
    await ensureBookkeeping(client);
    const recorded = await recordedMigrations(client);
    refuseUnfinished(recorded);
    refuseChanged(files, recorded);
    warnOfUnknown(files, recorded, log);

    const names = new Set(recorded.map((row) => row.migration_name));
    const pending = files.filter((file) => !names.has(file.name));
    for (const migration of pending) {
      const startedMs = performance.now();
      await apply(client, migration);
      log?.info('migration.applied', {
        migration: migration.name,
        ms: Math.round(performance.now() - startedMs),
      });
    }
    return { applied: pending.map((migration) => migration.name) };
  } finally {
    await client.end();
  }
}

const openSession = (servers: PostgresServers, silenceMaxMs: number) =>
  new PostgresClient({
    servers,
    application_name: 'holdfast migrate',
    connectionTimeoutMillis: servers.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    settings: SESSION_SETTINGS,
    silenceMaxMs,
  });

/**
 * Prisma commits a row before it begins the migration, so a row without an end is a migration of Prisma's
 * that failed or was killed. Only a person can find out how much of it is in the database.
 */
function refuseUnfinished(recorded: RecordedMigration[]): void {
  const row = recorded.find(({ finished_at }) => finished_at === null);
  if (!row) return;
  const name = row.migration_name;
  throw new MigrationError(
    'unfinished',
    `Migration ${name} was begun at ${row.started_at.toISOString()} and never finished. See what it left in the ` +
      `database, then run "npx prisma migrate resolve --rolled-back ${name}" after undoing it, to have it applied ` +
      `again, or "npx prisma migrate resolve --applied ${name}" after completing it by hand.`,
  );
}

function refuseChanged(files: MigrationFile[], recorded: RecordedMigration[]): void {
  const checksums = new Map(recorded.map((row) => [row.migration_name, row.checksum]));
  const changed = files.filter(({ name, sql }) => {
    const checksum = checksums.get(name);
    return checksum !== undefined && !matchesChecksum(sql, checksum);
  });
  if (changed.length === 0) return;
  throw new MigrationError(
    'changed',
    `Changed after it was applied to this database: ${changed.map(({ name }) => name).join(', ')}. ` +
      'Restore the file and put the change into a new migration. Nothing was applied.',
  );
}

function warnOfUnknown(files: MigrationFile[], recorded: RecordedMigration[], log?: MigrationLog): void {
  const names = new Set(files.map(({ name }) => name));
  const unknown = recorded.map((row) => row.migration_name).filter((name) => !names.has(name));
  if (unknown.length > 0) log?.warn('migrations.newer_than_code', { migrations: unknown });
}

async function apply(client: PostgresClient, migration: MigrationFile): Promise<void> {
  try {
    await client.query('BEGIN');
    const id = await recordStarted(client, migration);
    const transaction = await currentTransaction(client);
    const { silenceMaxMs } = client;
    client.silenceMaxMs = MIGRATION_MAX_MS;
    await client.query(migration.sql);
    client.silenceMaxMs = silenceMaxMs;
    if ((await currentTransaction(client)) !== transaction) {
      throw new Error(
        'it ends its transaction itself: take out its COMMIT or ROLLBACK, and see what it left behind',
      );
    }
    // A search_path or timeout that one migration sets must not reach the bookkeeping or the next migration.
    await client.query('RESET ALL');
    await client.applySettings();
    await recordFinished(client, id);
    await client.query('COMMIT');
  } catch (cause) {
    // Fails only when the connection is gone, and then the server has rolled back by itself.
    await client.query('ROLLBACK').catch(() => undefined);
    const why = `Migration ${migration.name} failed: ${describe(cause, migration.sql)}`;
    throw new MigrationError('failed', why, { cause });
  }
}

async function currentTransaction(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
  return rows[0]?.id;
}

/** The server's words with its code and, where it gave a position (counted in characters), line and text. */
function describe(cause: unknown, sql: string): string {
  if (!(cause instanceof DatabaseError)) return cause instanceof Error ? cause.message : String(cause);
  const detail = cause.detail ? ` (${cause.detail})` : '';
  const message = `${cause.message}${detail}, SQLSTATE ${cause.code}`;
  if (!cause.position) return message;
  const characters = Array.from(sql).slice(0, Number(cause.position) - 1);
  const lineNumber = characters.filter((character) => character === '\n').length + 1;
  const line = sql.split('\n')[lineNumber - 1] ?? '';
  return `${message}\n  at line ${lineNumber}: ${line.trim()}`;
}
