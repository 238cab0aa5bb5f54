import { DatabaseError, type Client } from 'pg';
import { MigrationError } from './migration-error.ts';

/** The number that Prisma Migrate locks on PostgreSQL, so that `prisma migrate` and we exclude each other. */
const PRISMA_MIGRATE_LOCK = 72_707_369;

const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Takes the lock for as long as the session lives, waiting at most `waitMs`.
 *
 * @throws {MigrationError} `lock_timeout`, that names the session which holds it
 */
export async function lockMigrations(client: Client, waitMs: number): Promise<void> {
  // PostgreSQL reads a lock_timeout of 0 as "for ever".
  await client.query(`SELECT set_config('lock_timeout', $1, false)`, [`${Math.max(1, waitMs)}ms`]);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_MIGRATE_LOCK]);
  } catch (cause) {
    if (!(cause instanceof DatabaseError) || cause.code !== LOCK_NOT_AVAILABLE) throw cause;
    throw new MigrationError(
      'lock_timeout',
      `Another session is migrating this database: ${await describeHolder(client)} ` +
        `still holds the migration lock after ${waitMs} ms. Start again when it is done.`,
      { cause },
    );
  }
  await client.query('RESET lock_timeout');
}

async function describeHolder(client: Client): Promise<string> {
  const { rows } = await client.query<{ pid: number; application_name: string | null }>(
    `SELECT l.pid, a.application_name
     FROM pg_locks l
     LEFT JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory'
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND l.classid = 0
       AND l.objid = $1
       AND l.objsubid = 1
       AND l.granted`,
    [PRISMA_MIGRATE_LOCK],
  );
  const holder = rows[0];
  return holder ? `pid ${holder.pid} (${holder.application_name || 'no application name'})` : 'it';
}
