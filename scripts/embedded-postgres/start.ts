import { chownSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { type EmbeddedPostgresProcess, type PostgresHost, spawnPostgresHost } from './host-process.ts';
import { freePort } from '@holdfast/runtime/free-port';
import { postgresAccount } from './account.ts';
import { awaitUnused, homeIn, moveIn, newHome, type PostgresHome, readPassword } from './data-dir.ts';

export interface EmbeddedPostgresOptions {
  /** Made when it is missing. */
  readonly dataDir: string;
  /** For tests: fast instead of durable, and `dataDir` is removed when it stops for any reason. */
  readonly throwaway?: boolean;
  /** Where it must listen. Default: any free port. */
  readonly port?: number;
  readonly onLog?: (line: string) => void;
  /** Called as soon as there is something to stop, long before it is ready. */
  readonly onSpawn?: (postgres: EmbeddedPostgresProcess) => void;
}

const INITDB_FLAGS = ['--encoding=UTF8', '--locale=C', '--lc-messages=C', '--no-instructions'];
const SERVER_SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'lc_messages=C'];
const THROWAWAY_SETTINGS = [
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'max_connections=300',
  'deadlock_timeout=50ms', // so that PostgreSQL reports a deadlock of batches before the ledger's lock_timeout ends the wait
];
const PORT_TRIES = 5;

/**
 * Starts PostgreSQL on the data in `dataDir`, which is initialised if it is empty.
 *
 * @returns the process, and the URL of a database in it
 * @throws {DataDirError | AccountError | Error} with the reason
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgresProcess & { readonly url: string }> {
  const dataDir = resolve(options.dataDir);
  const throwaway = options.throwaway ?? false;
  const home = homeIn(dataDir);
  mkdirSync(dataDir, { recursive: true });
  const account = postgresAccount(home.data);
  if (throwaway && account) chownSync(dataDir, account.uid, account.gid);
  await awaitUnused(dataDir);
  const fresh = existsSync(home.dir) ? undefined : newHome(dataDir, account);
  let host: PostgresHost | undefined;
  try {
    host = spawnPostgresHost({
      home,
      account,
      removeWhenStopped: throwaway ? dataDir : undefined,
      temporaryDir: fresh?.temporary,
      onLog: options.onLog,
    });
    options.onSpawn?.(host.process);
    if (fresh) {
      await host.order({
        do: 'initialise',
        dataDir: fresh.data,
        password: readPassword(fresh),
        flags: throwaway ? [...INITDB_FLAGS, '--no-sync'] : INITDB_FLAGS,
      });
      moveIn(dataDir, fresh);
    }
    const settings = throwaway ? [...SERVER_SETTINGS, ...THROWAWAY_SETTINGS] : SERVER_SETTINGS;
    const url = await startOnPort(host, home, settings, options.port);
    return Object.assign(host.process, { url });
  } catch (error) {
    await host?.process.stop();
    if (fresh) rmSync(fresh.dir, { recursive: true, force: true });
    throw error;
  }
}

/** Between finding a free port and using it, another process may take it. */
async function startOnPort(
  host: PostgresHost,
  home: PostgresHome,
  settings: string[],
  wanted: number | undefined,
): Promise<string> {
  const password = readPassword(home);
  const flags = settings.flatMap((setting) => ['-c', setting]);
  for (let tries = 1; ; tries += 1) {
    const port = wanted ?? (await freePort());
    try {
      const answer = await host.order({ do: 'start', dataDir: home.data, password, port, flags });
      if ('ready' in answer) return answer.ready;
    } catch (error) {
      const isPortTaken = error instanceof Error && error.message.includes('could not bind');
      if (!isPortTaken || tries === PORT_TRIES) throw error;
    }
  }
}
