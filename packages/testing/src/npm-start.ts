import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const ROOT = join(__dirname, '../../..');

/** A running `npm start`. */
export type NpmStart = ReturnType<typeof npmStart>;

/**
 * Runs `npm start` with the caller's DATA_DIR, on free ports unless `env` sets them. Settings of databases
 * and gateways in the caller's own environment are ignored.
 */
export function npmStart(env: Readonly<Record<string, string>> & { readonly DATA_DIR: string }) {
  const nothing = { DATABASE_URL: '', REDIS_URL: '', GATEWAY_URL: '', LOG_LEVEL: '', HOST: '' };
  // Silent is npm, not Holdfast: its banner depends on the npm settings of the user.
  const child = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...nothing, PORT: '0', WORKER_PORT: '0', GATEWAY_SIM_PORT: '0', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  let hasEnded = false;
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      hasEnded = true;
      resolve(signal ?? code ?? 1);
    });
  });
  const found = (pattern: RegExp) => pattern.exec(output)?.[1];
  return {
    pid: child.pid ?? 0,
    /** Everything it has printed so far, both streams. */
    output: () => output,
    /** npm's exit code, or the signal that killed npm. */
    ended,
    /** Signals npm alone, as a process manager would. */
    kill: (signal: NodeJS.Signals): void => void child.kill(signal),
    /** Waits for the `curl` that it prints when all is ready. @throws when it ends instead */
    async ready() {
      const curl = await eventually(() => hasEnded || (found(/^ {2}(curl .+)$/m) ?? false));
      if (curl === true) throw new Error(`npm start has ended:\n${output}`);
      return {
        curl,
        apiUrl: found(/^ {2}API +(\S+)$/m) ?? '',
        gatewayUrl: found(/^ {2}gateway +(\S+)/m) ?? '',
      };
    },
  };
}

/**
 * The pids of all processes that have this text in their environment, such as a DATA_DIR that only one run
 * has.
 */
export function processesWith(text: string): number[] {
  if (existsSync('/proc/self/environ')) {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && pid !== process.pid && environmentOf(pid).includes(text));
  }
  return execFileSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text))
    .map((line) => Number.parseInt(line, 10));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
