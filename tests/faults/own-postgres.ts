import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '@holdfast/db';
import { eventually, type TestDatabase } from '@holdfast/testing';
import { homeIn, postmasterPid } from '../../scripts/embedded-postgres/data-dir.ts';
import { startEmbeddedPostgres } from '../../scripts/embedded-postgres/start.ts';

/** A PostgreSQL of one round's own, as durable as under `npm start`, that may be stopped and killed. */
export interface OwnPostgres extends TestDatabase {
  /** In order: its clients are cut off, and all that was committed is on the disk. On the same port afterwards. */
  restart(): Promise<void>;
  /** SIGKILL, for all its processes as by a power cut. It recovers from its log. */
  crash(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-faults-'));
  let postgres = await startEmbeddedPostgres({ dataDir });
  const { url } = postgres;
  const port = Number(new URL(url).port);
  const startAgain = async () => {
    postgres = await startEmbeddedPostgres({ dataDir, port });
  };
  await migrate(url);
  return {
    url,
    async restart() {
      await postgres.stop();
      await startAgain();
    },
    async crash() {
      const postmaster = postmasterPid(homeIn(dataDir));
      if (postmaster === undefined) throw new Error('PostgreSQL does not run');
      const all = [postmaster, ...childrenOf(postmaster)];
      for (const pid of all) killed(pid);
      await eventually(() => postgres.child.exitCode !== null && !all.some(isAlive));
      await startAgain();
    },
    async drop() {
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

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
