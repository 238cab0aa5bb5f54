import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(__dirname, '../../..');
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 15_000;
const LAST_LINES = 40;

export type AppName = 'api' | 'worker' | 'gateway-sim';

/** One app in a process of its own. */
export interface TestProcess {
  readonly url: string;
  readonly pid: number;
  /** Its last log lines, oldest first. */
  readonly lastLines: readonly string[];
  /** Sends the signal (default SIGKILL) and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Stops it in order. @throws when it has to be killed, or ends with another exit code than 0 */
  stop(): Promise<void>;
}

/**
 * Starts an app as `npm start` does, with the settings of `env` on top of the test run's own, on free ports where
 * `env` names none, and waits until it says that it is ready. It ends at the latest with this process.
 *
 * @throws {Error} with its last lines, when it ends or stays silent instead
 */
export async function startProcess(app: AppName, env: Record<string, string>): Promise<TestProcess> {
  const child = spawn(
    process.execPath,
    ['--require', require.resolve('tsx/cjs'), join(ROOT, 'apps', app, 'src/main.ts')],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        PORT: '0',
        WORKER_PORT: '0',
        GATEWAY_SIM_PORT: '0',
        DRAIN_SECONDS: '0', // no balancer
        ...env,
      },
    },
  );
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
    });
  }
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  const failed = (what: string) => new Error(`${app} ${what}:\n${lastLines.join('\n')}`);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };

  const url = await new Promise<string>((ready, reject) => {
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
  return {
    url,
    pid: child.pid ?? 0,
    lastLines,
    kill: async (signal = 'SIGKILL') => void (await end(signal)),
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      const how = await end('SIGTERM');
      clearTimeout(timer);
      if (how !== 'exit code 0') throw failed(`did not stop in order (${how})`);
    },
  };
}
