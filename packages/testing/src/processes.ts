import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DEADLINE_MS, scaled } from './patience.ts';

const ROOT = join(__dirname, '../../..');
const READY_WITHIN_MS = scaled(DEADLINE_MS);
const STOP_WITHIN_MS = scaled(DEADLINE_MS);
const LAST_LINES = 200;

export type AppName = 'api' | 'worker' | 'gateway-sim';

/**
 * A test run has the apps compiled once (scripts/test-services/compiled-apps.ts), which saves three quarters
 * of the processor time of a start. Without that they run from their sources, as under `npm start`.
 */
function programOf(app: AppName): string[] {
  const compiled = process.env['HOLDFAST_TEST_APPS'];
  if (compiled) return ['--enable-source-maps', join(compiled, `${app}.cjs`)];
  return ['--require', require.resolve('tsx/cjs'), join(ROOT, 'apps', app, 'src/main.ts')];
}

/** One app in a process of its own. */
export type TestProcess = Awaited<ReturnType<typeof startProcess>>;

/**
 * Starts an app with the settings of `env` on top of the test run's own, on free ports where
 * `env` names none, and waits until it says that it is ready. It ends at the latest with this process.
 *
 * @throws {Error} with its last lines, when it ends or stays silent instead
 */
export async function startProcess(app: AppName, env: Record<string, string>) {
  const child = spawn(process.execPath, programOf(app), {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      WORKER_PORT: '0',
      GATEWAY_SIM_PORT: '0',
      DRAIN_SECONDS: '0', // no balancer
      // The run's own (docs/testing.md) is for those that have a Redis.
      HOT_PATH: env['REDIS_URL'] ? process.env['HOT_PATH'] : undefined,
      ...env,
    },
  });
  const { lastLines, keepLines } = linesOf(child);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const failed = (what: string) => new Error(`${app} ${what}:\n${lastLines.join('\n')}`);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };

  const url = await readyUrl(child, failed);
  return {
    url,
    pid: child.pid ?? 0,
    /** Its last log lines, oldest first. */
    lastLines: lastLines as readonly string[],
    keepLines,
    /** Sends the signal and waits for the end. */
    kill: async (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => void (await end(signal)),
    /** Stops it in order. @throws when it has to be killed, or ends with another exit code than 0 */
    async stop(): Promise<void> {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      const how = await end('SIGTERM');
      clearTimeout(timer);
      if (how !== 'exit code 0') throw failed(`did not stop in order (${how})`);
    },
  };
}

function linesOf(child: ChildProcess) {
  const lastLines: string[] = [];
  const kept: string[][] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      for (const lines of kept) lines.push(line);
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
    });
  }
  return {
    lastLines,
    /** Its last log lines and, as they come, all that it writes from now on. */
    keepLines: (): readonly string[] => {
      const lines = [...lastLines];
      kept.push(lines);
      return lines;
    },
  };
}

/** Where the app answers, once it says that it is ready. A process that is not ready in time is killed. */
function readyUrl(child: ChildProcess, failed: (what: string) => Error): Promise<string> {
  return new Promise((ready, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(failed(`is not ready after ${READY_WITHIN_MS} ms`));
    }, READY_WITHIN_MS);
    child.once('message', (message: { ready: string }) => {
      clearTimeout(timer);
      ready(message.ready);
    });
    child.once('close', () => {
      clearTimeout(timer);
      reject(failed('ended before it was ready'));
    });
  });
}
