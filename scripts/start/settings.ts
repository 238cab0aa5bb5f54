import { resolve } from 'node:path';
import {
  caFile,
  ConfigError,
  host,
  httpUrl,
  logLevel,
  port,
  postgresUrl,
  readConfig,
  redisUrl,
  wholeNumber,
} from '@holdfast/runtime';
import { z } from 'zod';

const Settings = z.object({
  HOST: host(),
  PORT: port().default(3000),
  WORKER_PORT: port().default(3001),
  GATEWAY_SIM_HOST: host(),
  GATEWAY_SIM_PORT: port().default(3002),
  DATABASE_URL: postgresUrl().optional(),
  REDIS_URL: redisUrl().optional(),
  REDIS_CA_FILE: caFile().optional(),
  GATEWAY_URL: httpUrl().optional(),
  DATA_DIR: z
    .string()
    .default('.data')
    .transform((dir) => resolve(dir)),
  DRAIN_SECONDS: wholeNumber(0, 60).default(0), // there is no balancer in this house
  LOG_LEVEL: logLevel(),
});

export type StartSettings = z.infer<typeof Settings>;

type Environment = Record<string, string | undefined>;

/**
 * Reads what `npm start` itself needs, and lets each app read its own, so that every broken setting of the whole
 * house is told at once, before anything has started.
 *
 * @throws {ConfigError} that lists every problem once
 */
export function readStartSettings(
  env: Environment,
  apps: readonly ((env: Environment) => unknown)[],
): StartSettings {
  const problems = new Set<string>();
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const line of error.message.split('\n').slice(1)) problems.add(line);
      return undefined;
    }
  };
  const settings = attempt(() => readConfig(Settings, env));
  // The apps get these two from us when the environment has none.
  const filledIn = {
    ...env,
    DATABASE_URL: env['DATABASE_URL'] || 'postgresql://embedded',
    GATEWAY_URL: env['GATEWAY_URL'] || 'http://127.0.0.1',
  };
  for (const read of apps) attempt(() => read(filledIn));
  for (const line of settings ? samePorts(settings) : []) problems.add(line);
  if (settings && problems.size === 0) return settings;
  throw new ConfigError(`These settings are wrong (see .env.example):\n${[...problems].join('\n')}`);
}

function samePorts(settings: StartSettings): string[] {
  const names = portsOf(settings).filter(({ number }) => number !== 0);
  return names.flatMap(({ name, number }, index) =>
    names
      .slice(index + 1)
      .filter((other) => other.number === number)
      .map((other) => `  ${other.name}: must not be ${number}, which is ${name} already`),
  );
}

/** The ports that `npm start` listens on. 0 means any free one. */
export function portsOf(settings: StartSettings): Port[] {
  const ours = { hostName: 'HOST', host: settings.HOST };
  const sims = { hostName: 'GATEWAY_SIM_HOST', host: settings.GATEWAY_SIM_HOST };
  return [
    { name: 'PORT', number: settings.PORT, ...ours },
    { name: 'WORKER_PORT', number: settings.WORKER_PORT, ...ours },
    ...(settings.GATEWAY_URL
      ? []
      : [{ name: 'GATEWAY_SIM_PORT', number: settings.GATEWAY_SIM_PORT, ...sims }]),
  ];
}

/** A port to listen on, and the settings that say where. */
export interface Port {
  readonly name: string;
  readonly number: number;
  readonly hostName: string;
  readonly host: string;
}
