import { setTimeout as pause } from 'node:timers/promises';
import { eventually, startProcess, type AppName } from '@holdfast/testing';
import { homeIn, postmasterPid } from '../../scripts/embedded-postgres/data-dir.ts';
import { startEmbeddedPostgres } from '../../scripts/embedded-postgres/start.ts';
import type { Supervisor } from '../../scripts/start/supervisor.ts';
import { createDatabase, type BenchDatabase } from './bench-database.ts';
import { startBenchProcess, type BenchProcess } from './bench-process.ts';
import { startLoadGenerator, type LoadGenerator } from './load/load-generator.ts';
import {
  API,
  GENERATOR,
  meterCpu,
  POSTGRES,
  WORKER,
  type CpuSeconds,
  type Metered,
} from './process-usage.ts';

/** A process that serves, or works beside those that do. */
export interface Running {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The processes that take part in a load. */
export interface Involved {
  readonly server: Metered;
  readonly worker?: Metered | null;
  /** The others, by name. */
  readonly others?: Readonly<Record<string, Metered>>;
}

/** What all benchmarks run on: one PostgreSQL, one load generator, and what each of them starts. */
export interface Testbed {
  readonly postgresUrl: string;
  readonly generator: LoadGenerator;
  createDatabase(name: string): Promise<BenchDatabase>;
  startApp(name: AppName, settings: Readonly<Record<string, string>>): Promise<Running>;
  /** A script of this directory. */
  startScript(name: string, script: string): Promise<BenchProcess>;
  /** Counts what these processes, PostgreSQL and the generator use from now on. */
  meterCpu(involved: Involved): () => CpuSeconds;
  /** Stops all apps and scripts, and drops all databases, the newest first. */
  clear(): Promise<void>;
}

/** Of every process that serves or works. */
export const SETTINGS = {
  REDIS_URL: '',
  API_KEYS: '',
  LOG_LEVEL: 'warn',
  // No hold of the first round falls due in the last.
  RESERVATION_TTL_SECONDS: '3600',
  RESERVATION_MAX_HOLD_SECONDS: '3600',
};

/** A worker that has just started or ended keeps a core busy with itself. */
const SETTLE_MS = 2_000;

export const settle = (): Promise<void> => pause(SETTLE_MS);

/** An address at which nothing listens. */
export const NOWHERE = 'http://127.0.0.1:1';

export async function openTestbed(supervisor: Supervisor, dataDir: string): Promise<Testbed> {
  // As durable as under `npm start`: every commit is on the disk before it is answered.
  const postgres = await startEmbeddedPostgres({
    dataDir,
    onSpawn: (it) => supervisor.add({ name: POSTGRES, stop: () => it.stop(), kill: () => it.kill() }),
  });
  const supervised = <Part extends { pid: number; stop(): Promise<void> }>(
    name: string,
    part: Part,
  ): Part => {
    // One that has failed must not keep the others from stopping.
    const stop = () => part.stop().catch((error: unknown) => console.error(error));
    supervisor.add({ name, stop, kill: () => void process.kill(part.pid, 'SIGKILL') });
    return part;
  };
  const opened = new Set<() => Promise<void>>();
  /** Ends it once: when it is called, or when the testbed is cleared. */
  const untilCleared = (end: () => Promise<void>) => {
    const endOnce = async () => {
      if (opened.delete(endOnce)) await end();
    };
    opened.add(endOnce);
    return endOnce;
  };
  const started = <Part extends Running>(name: string, part: Part): Part => ({
    ...supervised(name, part),
    stop: untilCleared(() => part.stop()),
  });
  const generator = supervised(GENERATOR, await startLoadGenerator());
  return {
    postgresUrl: postgres.url,
    generator,
    async createDatabase(name) {
      const database = await createDatabase(postgres.url, name);
      return { ...database, drop: untilCleared(() => database.drop()) };
    },
    startApp: async (name, settings) => started(name, await startProcess(name, { ...SETTINGS, ...settings })),
    startScript: async (name, script) => started(name, await startBenchProcess(script)),
    meterCpu: ({ server, worker, others }) =>
      meterCpu({
        ...others,
        [API]: server,
        [POSTGRES]: { pid: postmasterPid(homeIn(dataDir)) ?? 0, withChildren: true },
        [GENERATOR]: generator,
        ...(worker && { [WORKER]: worker }),
      }),
    async clear() {
      for (const end of [...opened].toReversed()) await end();
    },
  };
}

const LOOK_EVERY_MS = 50;

/** Looks again and again until `check` is true or the time is over; a look that fails (a server restarts) is one more look. */
export async function until(check: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  await eventually(check, { timeoutMs, everyMs: LOOK_EVERY_MS }).catch(() => undefined);
}
