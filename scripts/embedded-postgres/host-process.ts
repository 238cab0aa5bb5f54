import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HostOrder, HostReply } from './host.ts';
import { type Account, asAccount } from './account.ts';
import { type PostgresHome, postmasterPid } from './data-dir.ts';

/** A private PostgreSQL in processes of its own, out of reach of the terminal's Ctrl-C. */
export type EmbeddedPostgresProcess = PostgresHost['process'];

export type PostgresHost = ReturnType<typeof spawnPostgresHost>;

interface HostOptions {
  readonly home: PostgresHome;
  readonly account: Account | undefined;
  readonly removeWhenStopped: string | undefined;
  /** Where the host may write short-lived files of its own. */
  readonly temporaryDir: string | undefined;
  readonly onLog: ((line: string) => void) | undefined;
}

const LAST_LINES = 15;
const STOP_WITHIN_MS = 15_000;

/** Starts the host process (host.ts), which does nothing until it is told to. */
export function spawnPostgresHost(options: HostOptions) {
  const { home, account } = options;
  const script = join(__dirname, 'host.ts');
  const node = [process.execPath, '--require', require.resolve('tsx/cjs'), script];
  const [command = '', ...args] = account ? asAccount(account, node) : node;
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: hostEnvironment(options),
  });
  const lastLines = keepLastLines(child, options.onLog);
  // A host that was killed could not stop PostgreSQL.
  child.once('exit', () => signalPostmaster(home, 'SIGINT'));
  return {
    process: {
      child,
      /** Stops in order; kills processes that have not stopped after 15 s. */
      stop: () => stopHost(child, home),
      /** Stops at once. The next start recovers the data from PostgreSQL's own log. */
      kill: () => killHost(child, home),
    },
    /** @throws {Error} with PostgreSQL's last lines when the order could not be carried out */
    order: (order: HostOrder) => sendOrder(child, order, lastLines),
  };
}

/** Nothing of the caller's may steer PostgreSQL: no PG* variables, no language, no directory that is not ours. */
function hostEnvironment({ removeWhenStopped, temporaryDir }: HostOptions): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|NODE_OPTIONS)/.test(name));
  return {
    ...Object.fromEntries(own),
    LC_ALL: 'C',
    TSX_DISABLE_CACHE: '1',
    ...(temporaryDir ? { TMPDIR: temporaryDir } : {}),
    ...(removeWhenStopped ? { HOLDFAST_THROWAWAY_DIR: removeWhenStopped } : {}),
  };
}

function keepLastLines(child: ChildProcess, onLog: HostOptions['onLog']): string[] {
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      onLog?.(line);
    });
  }
  return lastLines;
}

function sendOrder(child: ChildProcess, order: HostOrder, lastLines: string[]): Promise<HostReply> {
  lastLines.length = 0;
  return new Promise((done, reject) => {
    const fail = () => {
      child.off('message', take);
      child.off('close', fail);
      reject(new Error(`PostgreSQL says:\n  ${lastLines.join('\n  ')}`));
    };
    const take = (answer: HostReply) => {
      // Its output comes through another pipe than its answer, and may be a little behind.
      if ('failed' in answer) setTimeout(fail, 100);
      else {
        child.off('message', take);
        child.off('close', fail);
        done(answer);
      }
    };
    child.on('message', take);
    child.once('close', fail);
    child.once('error', reject);
    if (child.connected) child.send(order);
  });
}

async function stopHost(child: ChildProcess, home: PostgresHome): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const timer = setTimeout(() => killHost(child, home), STOP_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

function killHost(child: ChildProcess, home: PostgresHome): void {
  if (hasEnded(child)) return;
  // SIGQUIT is PostgreSQL's "at once": it takes its own children with it, SIGKILL would not.
  signalPostmaster(home, 'SIGQUIT');
  child.kill('SIGKILL');
}

const hasEnded = (child: ChildProcess) =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

function signalPostmaster(home: PostgresHome, signal: NodeJS.Signals): void {
  const pid = postmasterPid(home);
  try {
    if (pid !== undefined) process.kill(pid, signal);
  } catch {
    // It has just ended, as requested.
  }
}
