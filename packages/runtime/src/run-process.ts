import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { ConfigError } from './read-config.ts';
import { createLogger, logConsole, type Logger } from './logger.ts';
import { installSteadyClock, type SteadyClock } from './steady-clock.ts';

/**
 * By how many percent the old objects may grow before V8 collects them. Left alone it lets a small heap
 * become four times as large: the API then kept 110 MB without need, after it had read a file of 500,000
 * rows. With this it keeps 30 MB, and pauses for some 7 ms every other second while the file arrives.
 */
const HEAP_GROWTH_PERCENT = 50;

/** A process that has started, and how it stops (shutdown.ts has the times). */
export interface RunningProcess {
  readonly log: Logger;
  /** Where it listens, for the parent process and the log. */
  readonly url: string;
  /** What it does between SIGTERM and `stop`, behind a balancer. */
  readonly drain?: Drain;
  stop(): Promise<void>;
}

export interface Drain {
  /** How long it continues to work after that, for clients that have not noticed yet. */
  readonly ms: number;
  /** From now on it says that it is not ready. */
  begin(): void;
}

/** One signal can arrive several times: from npm, its shell and the terminal's process group. */
const SAME_SIGNAL_MS = 500;

/**
 * Runs one app from start to exit code: 0 after SIGINT, SIGTERM or the loss of the parent that started it
 * over IPC; 1, with one clear message, when it cannot start.
 *
 * SIGTERM comes from the supervisor of a fleet, so the process drains first. Another signal ends the drain. A
 * person at a keyboard (SIGINT), and a parent that is gone, do not wait.
 */
export async function runProcess(
  app: string,
  start: (clock: SteadyClock) => Promise<RunningProcess>,
): Promise<void> {
  const clock = installSteadyClock();
  const log = createLogger(app, 'info');
  logConsole(log);
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  // A parent that was killed takes the other end of our pipes with it. The last log lines are lost then, but
  // a write that fails must not keep us from stopping in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  // Until there is something to stop, the loss of the parent ends us on the spot.
  process.once('disconnect', endAtOnce);
  let running: RunningProcess;
  try {
    running = await start(clock);
  } catch (error) {
    process.stderr.write(`${explainStartFailure(error)}\n`);
    process.exit(1);
  }
  const hurry = new AbortController();
  let toldAt: number | undefined;
  const stop = async (reason: string) => {
    if (toldAt !== undefined) {
      if (reason !== 'SIGTERM' || performance.now() - toldAt > SAME_SIGNAL_MS) hurry.abort();
      return;
    }
    toldAt = performance.now();
    running.log.info('process.stopping', { reason });
    if (reason === 'SIGTERM' && running.drain) await beDrained(running.drain, hurry.signal);
    await running.stop();
    for (const each of [log, running.log]) each.flush();
    running.log.info('process.stopped');
    process.exit(0);
  };
  // Not `once`: a second signal would end the process immediately.
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.off('disconnect', endAtOnce);
  process.once('disconnect', () => void stop('parent is gone'));
  running.log.info('process.ready', { url: running.url });
  process.send?.({ ready: running.url });
}

async function beDrained(drain: Drain, hurry: AbortSignal): Promise<void> {
  drain.begin();
  await pause(drain.ms, undefined, { signal: hurry }).catch(() => undefined); // it was aborted
}

/** Where a listening server can be reached. @throws {Error} when it does not listen on a port */
export function urlOf(server: Server): string {
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('the server does not listen on a port');
  return `http://${at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}`;
}

export function explainStartFailure(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return `Cannot start: ${String(error)}`;
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') {
    return `Cannot start: port ${port} on ${address} is in use. Stop what runs there, or choose another port (see .env.example).`;
  }
  if (code === 'EACCES' && port !== undefined) {
    return `Cannot start: no permission to listen on port ${port}. Choose a port above 1023.`;
  }
  if (code === 'ECONNREFUSED') return `Cannot start: nothing answers at ${address}:${port}.`;
  return `Cannot start: ${error.message || error.stack}${becauseOf(error.cause)}`;
}

/** The error's own causes: the message of a failed connection seldom says why it failed. */
function becauseOf(cause: unknown): string {
  return cause instanceof Error && cause.message ? ` (${cause.message})` : '';
}

function endAtOnce(): never {
  process.exit(0);
}
