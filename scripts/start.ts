/**
 * `npm start`: the whole of Holdfast on one machine. PostgreSQL (unless DATABASE_URL names one), then the tables and
 * the first stock, then gateway-sim (unless GATEWAY_URL names a real one), API and worker, each a process of its own.
 */
import { join } from 'node:path';
import { migrate } from '@holdfast/db';
import { explainStartFailure, readConfig } from '@holdfast/runtime';
import { apiEnvironment } from '../apps/api/src/config.ts';
import { readSimConfig } from '../apps/gateway-sim/src/config.ts';
import { workerEnvironment } from '../apps/worker/src/config.ts';
import { seedIfEmpty } from '../prisma/seed.ts';
import { withProgress } from './bootstrap/progress.mjs';
import { homeIn } from './embedded-postgres/data-dir.ts';
import { type AppOptions, startApp } from './start/app.ts';
import { describeRoom, DiskError, requireWritable, saysNoRoom } from './start/data-disk.ts';
import { requireFreePorts } from './start/free-ports.ts';
import { isWarningOrError, openLogFile } from './start/log-file.ts';
import { runPostgres } from './start/postgres.ts';
import { readStartSettings, type StartSettings } from './start/settings.ts';
import { Supervisor } from './start/supervisor.ts';
import { welcome } from './start/welcome.ts';

/** The size of a new database with its logs, before anything is stored in it. */
const NEW_DATABASE_MB = 64;

const say = (text: string) => process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  // Each app reads its settings by its own schema: nothing is kept in sync by hand.
  const settings = readStartSettings(process.env, [
    (env) => readConfig(apiEnvironment, env),
    (env) => readConfig(workerEnvironment, env),
    readSimConfig,
  ]);
  await requireFreePorts(settings);
  const supervisor = new Supervisor();
  supervisor.listenForSignals();
  startAll(settings, supervisor).catch((error: unknown) =>
    supervisor.end({ failure: explain(error, settings) }),
  );
  const ending = await supervisor.ending;
  if ('failure' in ending) process.stderr.write(`\n${ending.failure}\n\n`);
  await supervisor.stopAll((part) => say(`Stopping ${part.name}`));
  say('Everything has stopped.');
  return 'failure' in ending ? 1 : 0;
}

async function startAll(settings: StartSettings, supervisor: Supervisor): Promise<void> {
  requireWritable(settings.DATA_DIR);
  const logsDir = join(settings.DATA_DIR, 'logs');
  const drainSeconds = settings.DRAIN_SECONDS;
  const env: NodeJS.ProcessEnv = { ...process.env, DRAIN_SECONDS: String(drainSeconds) };
  // What an app warns of while everything stops is a consequence; the file has it.
  const isShown = (line: string) => !supervisor.isEnding && isWarningOrError(line);
  const start = (name: AppOptions['name'], readyPath: string) =>
    startApp({ name, readyPath, env, drainSeconds, log: openLogFile(logsDir, name, isShown) }, supervisor);

  const startPostgres = () =>
    withProgress(
      'Starting PostgreSQL',
      () => {
        const log = openLogFile(logsDir, 'postgres', () => false);
        return runPostgres({ dataDir: settings.DATA_DIR, log, say }, supervisor);
      },
      process.stdout,
    );
  const databaseUrl = settings.DATABASE_URL ?? (await startPostgres());
  env['DATABASE_URL'] = databaseUrl;
  if (settings.PORT !== 0) env['PUBLIC_URL'] ||= `http://127.0.0.1:${settings.PORT}`;
  const { applied } = await withProgress('Migrating', () => migrate(databaseUrl), process.stdout);
  for (const migration of applied) say(`  applied ${migration}`);
  if (await seedIfEmpty(databaseUrl))
    say('The database was empty: put three locations and twenty SKUs into it');

  const [apiUrl, workerUrl] = await withProgress(
    `Starting ${settings.GATEWAY_URL ? '' : 'gateway-sim, '}API and worker`,
    async () => {
      env['GATEWAY_URL'] = settings.GATEWAY_URL ?? (await start('gateway-sim', '/healthz'));
      return Promise.all([start('api', '/readyz'), start('worker', '/readyz')]);
    },
    process.stdout,
  );
  say(
    welcome({
      apiUrl,
      workerUrl,
      gatewayUrl: env['GATEWAY_URL'] ?? '',
      isGatewaySimulated: !settings.GATEWAY_URL,
      databaseUrl,
      passwordFile: settings.DATABASE_URL ? null : homeIn(settings.DATA_DIR).password,
      redisUrl: settings.REDIS_URL,
      hasKeys: Boolean(env['API_KEYS']),
      logsDir,
      seconds: process.uptime(),
    }),
  );
}

/** One sentence that says what is wrong and what to do. */
function explain(error: unknown, { DATA_DIR, DATABASE_URL }: StartSettings): string {
  if (error instanceof DiskError) return `Cannot start: ${error.message}`;
  if (!(error instanceof Error)) return explainStartFailure(error);
  const { code = '', message }: NodeJS.ErrnoException = error;
  // A PostgreSQL that DATABASE_URL names has a disk of its own.
  const isOurs = saysNoRoom(code) || (DATABASE_URL === undefined && saysNoRoom(message));
  if (!isOurs) return explainStartFailure(error);
  return `Cannot start: ${describeRoom(DATA_DIR)}. A new database takes ${NEW_DATABASE_MB} MB. Make room, or choose another DATA_DIR.`;
}

// A terminal that was closed, or a pipe that is not read, must not keep us from stopping in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${explainStartFailure(error)}\n`);
    process.exit(1);
  },
);
