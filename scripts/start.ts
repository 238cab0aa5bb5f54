/**
 * `npm start`: the whole of Holdfast on one machine. PostgreSQL (unless DATABASE_URL names one), then the tables and
 * the first stock, then gateway-sim (unless GATEWAY_URL names a real one), API and worker, each a process of its own.
 */
import { join } from 'node:path';
import { migrate } from '@holdfast/db';
import { explainStartFailure } from '@holdfast/runtime';
import { seedIfEmpty } from '../prisma/seed.ts';
import { withProgress } from './bootstrap/progress.mjs';
import { startEmbeddedPostgres } from './embedded-postgres/start.ts';
import { type AppOptions, startApp } from './start/app.ts';
import { appConfigs } from './start/app-configs.ts';
import { requireFreePorts } from './start/free-ports.ts';
import { isWarningOrError, openLogFile } from './start/log-file.ts';
import { readStartSettings, type StartSettings } from './start/settings.ts';
import { Supervisor } from './start/supervisor.ts';
import { welcome } from './start/welcome.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  const settings = readStartSettings(process.env, appConfigs);
  await requireFreePorts(settings);
  const supervisor = new Supervisor();
  supervisor.listenForSignals();
  startAll(settings, supervisor).catch((error: unknown) =>
    supervisor.end({ failure: explainStartFailure(error) }),
  );
  const ending = await supervisor.ending;
  if ('failure' in ending) process.stderr.write(`\n${ending.failure}\n\n`);
  await supervisor.stopAll((part) => say(`Stopping ${part.name}`));
  say('Everything has stopped.');
  return 'failure' in ending ? 1 : 0;
}

async function startAll(settings: StartSettings, supervisor: Supervisor): Promise<void> {
  const logsDir = join(settings.DATA_DIR, 'logs');
  const drainSeconds = settings.DRAIN_SECONDS;
  const env: NodeJS.ProcessEnv = { ...process.env, DRAIN_SECONDS: String(drainSeconds) };
  // What an app warns of while everything stops is a consequence; the file has it.
  const isShown = (line: string) => !supervisor.isEnding && isWarningOrError(line);
  const start = (name: AppOptions['name'], readyPath: string) =>
    startApp({ name, readyPath, env, drainSeconds, log: openLogFile(logsDir, name, isShown) }, supervisor);

  const databaseUrl = settings.DATABASE_URL ?? (await startPostgres(settings, logsDir, supervisor));
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
      isDatabaseEmbedded: !settings.DATABASE_URL,
      redisUrl: settings.REDIS_URL,
      hasKeys: Boolean(env['API_KEYS']),
      logsDir,
      seconds: process.uptime(),
    }),
  );
}

async function startPostgres(
  settings: StartSettings,
  logsDir: string,
  supervisor: Supervisor,
): Promise<string> {
  const log = openLogFile(logsDir, 'postgres', () => false);
  const { url } = await withProgress(
    'Starting PostgreSQL',
    () =>
      startEmbeddedPostgres({
        dataDir: settings.DATA_DIR,
        onLog: (line) => log.write(line),
        onSpawn: (postgres) => {
          supervisor.add({ name: 'PostgreSQL', stop: () => postgres.stop(), kill: () => postgres.kill() });
          postgres.child.once('close', () =>
            supervisor.end({ failure: `PostgreSQL has ended.\n${log.describeEnd()}` }),
          );
        },
      }),
    process.stdout,
  );
  return url;
}

// A terminal that was closed, or a pipe that nobody reads, must not keep us from stopping in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${explainStartFailure(error)}\n`);
    process.exit(1);
  },
);
