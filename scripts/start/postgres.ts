import { setTimeout as pause } from 'node:timers/promises';
import type { EmbeddedPostgresProcess } from '../embedded-postgres/host-process.ts';
import { startEmbeddedPostgres } from '../embedded-postgres/start.ts';
import { describeRoom, saysNoRoom } from './data-disk.ts';
import type { LogFile } from './log-file.ts';
import type { Supervisor } from './supervisor.ts';

const PAUSE_FIRST_MS = 250;
const PAUSE_MAX_MS = 5_000;
/** Failed starts in a row. Those that fail because the disk is full do not count: they are repeated until there is room. */
const FAILED_STARTS_MAX = 8;
/** How often a full disk is reported, while PostgreSQL still reports it. */
const REPORT_AGAIN_AFTER_MS = 60_000;

export interface PostgresOptions {
  readonly dataDir: string;
  readonly log: LogFile;
  readonly say: (text: string) => void;
}

/**
 * Runs the embedded PostgreSQL until the supervisor stops it. When it ends, because it cannot write its log or was killed, it is
 * started again at the same port, after pauses that double, while API and worker stay up and answer 503. If it cannot be started
 * any more for a reason other than a full disk, everything stops.
 *
 * @returns its URL, when it has started for the first time
 */
export async function runPostgres(options: PostgresOptions, supervisor: Supervisor): Promise<string> {
  const { dataDir, log, say } = options;
  const stopping = new AbortController();
  let current: EmbeddedPostgresProcess | undefined;
  let hasStarted = false;
  supervisor.add({
    name: 'PostgreSQL',
    async stop() {
      stopping.abort();
      await current?.stop();
    },
    kill() {
      stopping.abort();
      current?.kill();
    },
  });
  const reportRoom = reporter(dataDir, say);
  const start = (port?: number) =>
    startEmbeddedPostgres({
      dataDir,
      ...(port === undefined ? {} : { port }),
      onLog(line) {
        log.write(line);
        if (hasStarted && saysNoRoom(line) && !supervisor.isEnding) reportRoom();
      },
      onSpawn(postgres) {
        current = postgres;
        if (stopping.signal.aborted) postgres.kill();
      },
    });
  const first = await start();
  hasStarted = true;
  const port = Number(new URL(first.url).port);
  keepRunning(first, () => start(port), { ...options, signal: stopping.signal }).catch((error: unknown) => {
    if (!stopping.signal.aborted)
      supervisor.end({ failure: `PostgreSQL cannot be started again. ${String(error)}` });
  });
  return first.url;
}

interface KeepOptions extends PostgresOptions {
  readonly signal: AbortSignal;
}

async function keepRunning(
  first: EmbeddedPostgresProcess,
  start: () => Promise<EmbeddedPostgresProcess>,
  { log, say, signal }: KeepOptions,
): Promise<void> {
  let running = first;
  for (;;) {
    await ended(running);
    if (signal.aborted) return;
    const endedAt = performance.now();
    say(`PostgreSQL has ended, and is started again. Until then the API answers 503.\n${log.describeEnd()}`);
    running = await startAgain(start, signal);
    say(`PostgreSQL runs again, after ${((performance.now() - endedAt) / 1_000).toFixed(1)} s.`);
  }
}

async function startAgain(
  start: () => Promise<EmbeddedPostgresProcess>,
  signal: AbortSignal,
): Promise<EmbeddedPostgresProcess> {
  let failed = 0;
  for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS)) {
    await pause(pauseMs, undefined, { signal });
    try {
      return await start();
    } catch (error) {
      failed = saysNoRoom(String(error)) ? 0 : failed + 1;
      if (signal.aborted || failed >= FAILED_STARTS_MAX) throw error;
    }
  }
}

function ended({ child }: EmbeddedPostgresProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once('close', () => done());
  });
}

/** Reports the full disk at once, and then once a minute. */
function reporter(dataDir: string, say: (text: string) => void): () => void {
  let nextAt = 0;
  return () => {
    if (performance.now() < nextAt) return;
    nextAt = performance.now() + REPORT_AGAIN_AFTER_MS;
    const consequence = 'Writes get 503 until there is space, and then succeed again.';
    say(`PostgreSQL: ${describeRoom(dataDir)}. ${consequence}`);
  };
}
