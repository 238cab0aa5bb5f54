import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@holdfast/db';
import { eventually, freePort, withSession } from '@holdfast/testing';
import { homeIn, postmasterPid } from '../../scripts/embedded-postgres/data-dir.ts';
import { startEmbeddedPostgres } from '../../scripts/embedded-postgres/start.ts';
import { hasSmallDisks, mountSmallDisk, type SmallDisk } from '../small-disk.ts';
import { startStandby } from './standby.ts';

export type OwnPostgres = Awaited<ReturnType<typeof startOwnPostgres>>;

/** A round fills a tenth of it, and a longer one half: PostgreSQL keeps up to 1 GB of WAL. */
const DISK_MB = 1_024;
/** By default 100; a round needs 60, and twice as many after its links have gone silent. */
const CONNECTIONS_MAX = 300;

/** A server that runs, or has just ended. */
interface Server {
  readonly url: string;
  readonly place: Place;
  readonly hasEnded: () => boolean;
  readonly stop: () => Promise<void>;
}

interface Place {
  readonly dataDir: string;
  readonly disk: SmallDisk | undefined;
  remove(): void;
}

/** A PostgreSQL of one round's own, as durable as under `npm start`, that may be stopped and killed. */
export async function startOwnPostgres() {
  let server = await startServer(newPlace());
  const { url } = server;
  const other = Object.assign(new URL(url), { port: String(await freePort()) }).href;
  const startAgain = async () => {
    server = await startServer(server.place, server.url);
  };
  await configure(url);
  await server.stop();
  await startAgain();
  await migrate(url);
  const isUp = async () => {
    if (server.hasEnded()) await startAgain();
    return withSession(server.url, () => Promise.resolve(true));
  };
  let isDropped = false;
  return {
    get url(): string {
      return server.url;
    },
    /** The two places where it may be; `url` is the current one. */
    urls: [url, other] as const,
    /** Its disk; undefined if none can be mounted. */
    get disk(): SmallDisk | undefined {
      return server.place.disk;
    },
    /** Waits until it accepts connections, and starts it if it has ended by itself. */
    runAgain: async (): Promise<void> => void (await eventually(isUp)),
    /** In order: its clients are cut off, and all that was committed is on the disk. On the same port afterwards. */
    async restart(): Promise<void> {
      await server.stop();
      await startAgain();
    },
    /** SIGKILL, for all its processes as by a power cut. It recovers from its log. */
    async crash(): Promise<void> {
      await killAll(server);
      await startAgain();
    },
    /** As `crash`, for good: a standby with all acknowledged commits is promoted at the other place. */
    async failOver(): Promise<void> {
      server = await failOver(server, server.url === url ? other : url);
    },
    async drop(): Promise<void> {
      if (isDropped) return;
      isDropped = true;
      await server.stop();
      server.place.remove();
    },
  };
}

function newPlace(): Place {
  const disk = hasSmallDisks() ? mountSmallDisk(DISK_MB) : undefined;
  const dataDir = disk ? join(disk.dir, 'data') : mkdtempSync(join(tmpdir(), 'holdfast-faults-'));
  const remove = () => {
    rmSync(dataDir, { recursive: true, force: true });
    disk?.unmount();
  };
  return { dataDir, disk, remove };
}

async function startServer(place: Place, at?: string): Promise<Server> {
  const port = at === undefined ? {} : { port: Number(new URL(at).port) };
  const postgres = await startEmbeddedPostgres({ dataDir: place.dataDir, ...port });
  const { url, child } = postgres;
  return { url, place, stop: () => postgres.stop(), hasEnded: () => child.exitCode !== null };
}

async function failOver(primary: Server, toUrl: string): Promise<Server> {
  const place = newPlace();
  const { dataDir } = place;
  const standby = await startStandby({
    primaryUrl: primary.url,
    primaryDir: primary.place.dataDir,
    dataDir,
    port: Number(new URL(toUrl).port),
  });
  await killAll(primary);
  await standby.promote();
  primary.place.remove();
  const { url } = standby;
  return {
    url,
    place,
    stop: () => standby.stop(),
    hasEnded: () => postmasterPid(homeIn(dataDir)) === undefined,
  };
}

async function killAll({ place, hasEnded }: Server): Promise<void> {
  const postmaster = postmasterPid(homeIn(place.dataDir));
  if (postmaster === undefined) throw new Error('PostgreSQL does not run');
  const all = [postmaster, ...childrenOf(postmaster)];
  for (const pid of all) killed(pid);
  await eventually(() => hasEnded() && !all.some(isAlive));
}

/**
 * Sessions whose link is half-open stay open, in addition to their replacements. `deadlock_timeout` is less than the ledger's
 * lock_timeout (200 ms), which would otherwise end every wait before a deadlock is found.
 */
const configure = (url: string): Promise<void> =>
  withSession(url, async (session) => {
    await session.query(`ALTER SYSTEM SET max_connections = ${CONNECTIONS_MAX}`);
    await session.query(`ALTER DATABASE "${new URL(url).pathname.slice(1)}" SET deadlock_timeout = '100ms'`);
  });

/** Of a process, by /proc: "pid (name) state ppid". */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(statOf(pid)) ?? [];
  return parent === undefined ? undefined : Number(parent);
}

/** A zombie is dead, only not missed yet. */
const isAlive = (pid: number): boolean => /^\d+ \(.*\) [^ZX] /s.test(statOf(pid));

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with its parent.
  }
}
