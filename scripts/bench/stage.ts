import { startProcess, type AppName } from '@holdfast/testing';
import { startEmbeddedPostgres } from '../embedded-postgres/start.ts';
import type { Supervisor } from '../start/supervisor.ts';
import { startChild, type BenchProcess } from './child-process.ts';
import { askServer, createDatabase, type BenchDatabase } from './database.ts';
import { startLoadGenerator, type LoadGenerator } from './load-generator.ts';

/** A process that serves, or works beside those that do. */
export interface Running {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** What every part of the bench plays on. What it starts ends with the bench at the latest. */
export interface Stage {
  readonly postgresVersion: string;
  readonly postmasterPid: number;
  readonly generator: LoadGenerator;
  createDatabase(name: string): Promise<BenchDatabase>;
  startApp(name: AppName, settings: Readonly<Record<string, string>>): Promise<Running>;
  /** The API without its storage. */
  startCeiling(): Promise<Running>;
  /** A script of this directory. */
  startChild(name: string, script: string): Promise<BenchProcess>;
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

export async function setStage(supervisor: Supervisor, dataDir: string): Promise<Stage> {
  // As durable as under `npm start`: every commit is on the disk before it is answered.
  const postgres = await startEmbeddedPostgres({
    dataDir,
    onSpawn: (it) => supervisor.add({ name: 'PostgreSQL', stop: () => it.stop(), kill: () => it.kill() }),
  });
  const { version, postmasterPid } = await askServer(postgres.url);
  const supervised = <Part extends { pid: number; stop(): Promise<void> }>(
    name: string,
    part: Part,
  ): Part => {
    // One that has failed must not keep the others from stopping.
    const stop = () => part.stop().catch((error: unknown) => console.error(error));
    supervisor.add({ name, stop, kill: () => void process.kill(part.pid, 'SIGKILL') });
    return part;
  };
  return {
    postgresVersion: version,
    postmasterPid,
    generator: supervised('load generator', await startLoadGenerator()),
    createDatabase: (name) => createDatabase(postgres.url, name),
    startApp: async (name, settings) =>
      supervised(name, await startProcess(name, { ...SETTINGS, ...settings })),
    startCeiling: async () => supervised('ceiling', await startChild('ceiling-server.ts')),
    startChild: async (name, script) => supervised(name, await startChild(script)),
  };
}
