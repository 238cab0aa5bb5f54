import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { checksumOf, type MigrationFile } from './migration-files.ts';

/** A row of `_prisma_migrations` that counts: one not marked as rolled back. */
export interface RecordedMigration {
  migration_name: string;
  checksum: string;
  started_at: Date;
  finished_at: Date | null;
}

/**
 * The table as Prisma creates it, word for word (prisma-engines, sql-schema-connector,
 * `create_migrations_table`). Looked for first, because CREATE TABLE IF NOT EXISTS needs the CREATE privilege
 * even when the table is there.
 */
export async function ensureBookkeeping(client: Client): Promise<void> {
  const { rows } = await client.query<{ present: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`,
  );
  if (rows[0]?.present) return;
  await client.query(`
    CREATE TABLE _prisma_migrations (
      id                  VARCHAR(36) PRIMARY KEY NOT NULL,
      checksum            VARCHAR(64) NOT NULL,
      finished_at         TIMESTAMPTZ,
      migration_name      VARCHAR(255) NOT NULL,
      logs                TEXT,
      rolled_back_at      TIMESTAMPTZ,
      started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
      applied_steps_count INTEGER NOT NULL DEFAULT 0
    )`);
}

/** What was applied or begun. Rolled back ones are left out: Prisma applies them again, and so do we. */
export async function recordedMigrations(client: Client): Promise<RecordedMigration[]> {
  const { rows } = await client.query<RecordedMigration>(`
    SELECT migration_name, checksum, started_at, finished_at
    FROM _prisma_migrations
    WHERE rolled_back_at IS NULL
    ORDER BY started_at, migration_name`);
  return rows;
}

/** Opens the row as Prisma does, before the first statement of the migration. Answers the row's id. */
export async function recordStarted(client: Client, migration: MigrationFile): Promise<string> {
  const id = randomUUID();
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, started_at, migration_name)
     VALUES ($1, $2, clock_timestamp(), $3)`,
    [id, checksumOf(migration.sql), migration.name],
  );
  return id;
}

/** Closes the row. Prisma counts the whole file as one step. */
export async function recordFinished(client: Client, id: string): Promise<void> {
  await client.query(
    `UPDATE _prisma_migrations
     SET applied_steps_count = applied_steps_count + 1, finished_at = clock_timestamp()
     WHERE id = $1`,
    [id],
  );
}
