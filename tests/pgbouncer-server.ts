import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, withSession } from '@holdfast/testing';
import { startGuarded } from './guarded.ts';

type PoolMode = 'session' | 'transaction' | 'statement';

/** Set at the start of the run (scripts/test-services/programs.ts). */
const program = process.env['HOLDFAST_TEST_PGBOUNCER'];
export const hasPgBouncer = program !== undefined;

/**
 * A pooler in front of one database, with Debian's default configuration, except for the mode.
 *
 * @param poolSize sessions to PostgreSQL at most
 * @returns the database's URL through the pooler, and how to kill the pooler
 */
export async function startPgBouncer(databaseUrl: string, mode: PoolMode, poolSize = 60) {
  if (program === undefined) throw new Error('there is no pgbouncer');
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  const database = pathname.slice(1);
  const listenPort = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-pgbouncer-'));
  chmodSync(directory, 0o755);
  const settings = join(directory, 'pgbouncer.ini');
  writeFileSync(
    settings,
    `[databases]
${database} = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${listenPort}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = ${poolSize}
`,
  );
  // It refuses to run as root.
  const account = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const stop = startGuarded(program, ['-q', ...account, settings]);
  const url = `postgresql://holdfast@127.0.0.1:${listenPort}/${database}`;
  const kill = async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  };
  await eventually(() => withSession(url, (session) => session.query('SELECT 1'))).catch(
    async (error: unknown) => {
      await kill();
      throw error;
    },
  );
  return { url, kill };
}
