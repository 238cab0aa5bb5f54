import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Account } from './account.ts';

/** A data directory that cannot be used. `message` says why, and what to do. */
class DataDirError extends Error {
  override name = 'DataDirError';
}

/** The directory of one PostgreSQL: `data` is PostgreSQL's own, `password` is that of its only user. */
export interface PostgresHome {
  readonly dir: string;
  readonly data: string;
  readonly password: string;
  /** For files that live for a moment; exists in a new home only. */
  readonly temporary: string;
}

const UNUSED_WITHIN_MS = 5_000;
const CHOOSE = 'Run as the user who made DATA_DIR, or choose another DATA_DIR.';

export const homeIn = (dataDir: string): PostgresHome => homeAt(join(dataDir, 'postgres'));

const homeAt = (dir: string): PostgresHome => ({
  dir,
  data: join(dir, 'data'),
  password: join(dir, 'password'),
  temporary: join(dir, 'tmp'),
});

/**
 * A new home under a name of its own. It gets its real name by `moveIn`, in one step, when it is complete: an
 * initdb that is interrupted leaves nothing that the next start could take for a database.
 */
export function newHome(dataDir: string, account: Account | undefined): PostgresHome {
  for (const name of existsSync(dataDir) ? readdirSync(dataDir) : []) {
    const maker = /^postgres\.new-(\d+)$/.exec(name)?.[1];
    if (maker && !isAlive(Number(maker))) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
  const home = homeAt(join(dataDir, `postgres.new-${process.pid}`));
  rmSync(home.dir, { recursive: true, force: true });
  for (const dir of [home.data, home.temporary]) mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(home.password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  for (const path of Object.values(home)) if (account) chownSync(path, account.uid, account.gid);
  return home;
}

/** @throws {DataDirError} when another start was faster */
export function moveIn(dataDir: string, home: PostgresHome): void {
  rmSync(home.temporary, { recursive: true });
  try {
    renameSync(home.dir, homeIn(dataDir).dir);
  } catch (error) {
    rmSync(home.dir, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') throw inUse(dataDir);
    throw error;
  }
}

/** @throws {DataDirError} when it is lost: the database exists, but no login works */
export function readPassword(home: PostgresHome): string {
  try {
    return readFileSync(home.password, 'utf8').trim();
  } catch (error) {
    throw new DataDirError(
      `The password of its PostgreSQL cannot be read (${(error as Error).message}). ${CHOOSE}`,
    );
  }
}

/**
 * Waits until no PostgreSQL runs on this data. One whose supervisor was just killed needs a moment to stop.
 * A lock file that an earlier PostgreSQL left when it was killed is taken away, also when its pid has by now been
 * given to some other program, which PostgreSQL itself cannot detect.
 *
 * @throws {DataDirError} when it still runs after 5 s
 */
export async function awaitUnused(dataDir: string): Promise<void> {
  const home = homeIn(dataDir);
  const deadline = performance.now() + UNUSED_WITHIN_MS;
  if (!mayRead(home)) throw new DataDirError(`${home.dir} belongs to another user. ${CHOOSE}`);
  while (postmasterPid(home) !== undefined) {
    if (performance.now() > deadline) throw inUse(dataDir);
    await pause(50);
  }
  rmSync(join(home.data, 'postmaster.pid'), { force: true });
}

const inUse = (dataDir: string) =>
  new DataDirError(
    `The PostgreSQL in ${dataDir} is in use by another Holdfast. Stop that one, or choose another DATA_DIR.`,
  );

/** The pid of the PostgreSQL that runs on this data, if one does. */
export function postmasterPid(home: PostgresHome): number | undefined {
  const file = join(home.data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return pid > 0 && isAlive(pid) && isPostgres(pid) ? pid : undefined;
}

function mayRead(home: PostgresHome): boolean {
  try {
    if (existsSync(home.dir)) accessSync(home.dir, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Without /proc, a live pid is assumed to be PostgreSQL's. */
function isPostgres(pid: number): boolean {
  if (!existsSync('/proc/self/cmdline')) return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}
