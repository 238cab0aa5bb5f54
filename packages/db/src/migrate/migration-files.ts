import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { MigrationError } from './migration-error.ts';

export interface MigrationFile {
  name: string;
  sql: string;
}

const NAME = /^\d{14}_[a-z0-9_]+$/;

/**
 * Reads Prisma's layout, `<directory>/<time>_<name>/migration.sql`, in the order of the names. Files beside
 * the directories (migration_lock.toml) are Prisma's own.
 *
 * @throws {MigrationError} `invalid_files`, when a directory has another name or no migration.sql: a
 *   migration that is silently skipped would be found much later, as a missing table
 */
export async function readMigrationFiles(directory: string): Promise<MigrationFile[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    throw new MigrationError('invalid_files', `There is no directory of migrations at ${directory}.`, {
      cause,
    });
  });
  const names = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted();
  return Promise.all(names.map((name) => readMigrationFile(directory, name)));
}

async function readMigrationFile(directory: string, name: string): Promise<MigrationFile> {
  if (!NAME.test(name)) {
    throw new MigrationError(
      'invalid_files',
      `"${name}" in ${directory} is no migration: its name must be like 20260131120000_add_skus.`,
    );
  }
  const file = path.join(directory, name, 'migration.sql');
  const sql = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new MigrationError('invalid_files', `Migration ${name} has no readable migration.sql.`, { cause });
  });
  return { name, sql };
}

/** What Prisma writes into `_prisma_migrations.checksum`. */
export function checksumOf(sql: string): string {
  return createHash('sha256').update(sql, 'utf8').digest('hex');
}

/**
 * Whether `sql` is what was applied as `checksum`. Line ends do not count, as in Prisma (prisma-engines,
 * schema-connector/src/checksum.rs): git changes them between Windows and Unix.
 */
export function matchesChecksum(sql: string, checksum: string): boolean {
  const spellings = [sql, sql.replaceAll('\r\n', '\n'), sql.replaceAll('\n', '\r\n')];
  return spellings.some((spelling) => checksumOf(spelling) === checksum);
}
