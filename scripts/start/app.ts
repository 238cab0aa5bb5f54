import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { LogFile } from './log-file.ts';
import type { Part, Supervisor } from './supervisor.ts';

const ROOT = join(__dirname, '../..');
const READY_WITHIN_MS = 60_000;
const POLL_EVERY_MS = 50;
const STOP_WITHIN_MS = 10_000;

export interface AppOptions {
  readonly name: 'api' | 'worker' | 'gateway-sim';
  readonly env: Record<string, string | undefined>;
  readonly log: LogFile;
  /** Answers 200 when the app can do its work. */
  readonly readyPath: string;
  /** How long it takes until it begins to stop. */
  readonly drainSeconds: number;
}

/**
 * Starts one app as a process of its own, in a process group of its own: the terminal's Ctrl-C reaches only the
 * supervisor, which stops the apps in order.
 *
 * @returns its URL, when it says that it is ready and its ready path agrees
 * @throws {Error} when it is not ready in time. When it ends instead, `supervisor` learns of that.
 */
export async function startApp(options: AppOptions, supervisor: Supervisor): Promise<string> {
  const { name, log, drainSeconds } = options;
  const child = spawn(
    process.execPath,
    ['--require', require.resolve('tsx/cjs'), join(ROOT, 'apps', name, 'src/main.ts')],
    { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: options.env },
  );
  supervisor.add(asPart(name, child, STOP_WITHIN_MS + drainSeconds * 1_000));
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => log.write(line));
  }
  child.once('error', (error) => supervisor.end({ failure: `${name} cannot be run: ${error.message}` }));
  // `close`, not `exit`: only then its last words have been read.
  child.once('close', (code, signal) => {
    const how = signal ? `was killed by ${signal}` : `ended with exit code ${code}`;
    supervisor.end({ failure: `${name} ${how}.\n${log.describeEnd()}` });
  });
  const url = await firstMessage(child, name);
  await untilReady(name, new URL(options.readyPath, url));
  return url;
}

function asPart(name: string, child: ChildProcess, stopWithinMs: number): Part {
  return {
    name,
    kill: () => killGroup(child),
    async stop() {
      if (hasEnded(child)) return;
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      const timer = setTimeout(() => killGroup(child), stopWithinMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

const hasEnded = (child: ChildProcess) =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || hasEnded(child)) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended just now.
  }
}

function firstMessage(child: ChildProcess, name: string): Promise<string> {
  return new Promise((ready, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${name} has not started after ${READY_WITHIN_MS / 1_000} s.`)),
      READY_WITHIN_MS,
    );
    timer.unref();
    child.once('message', (message: { ready: string }) => {
      clearTimeout(timer);
      ready(message.ready);
    });
  });
}

async function untilReady(name: string, url: URL): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await ask(url);
    if (answer === '200') return;
    if (performance.now() > deadline) {
      throw new Error(
        `${name} is not ready after ${READY_WITHIN_MS / 1_000} s: GET ${url.href} answers ${answer}`,
      );
    }
    await pause(POLL_EVERY_MS);
  }
}

async function ask(url: URL): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    const body = await response.text();
    return response.status === 200 ? '200' : `${response.status} ${body}`;
  } catch (error) {
    return String(error);
  }
}
