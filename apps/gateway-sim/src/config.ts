import { host, logLevel, port, readConfig } from '@holdfast/runtime';
import { z } from 'zod';

const schema = z.object({
  // A separate setting from HOST, as it needs no key: every client that reaches it can script its faults.
  GATEWAY_SIM_HOST: host(),
  GATEWAY_SIM_PORT: port().default(3002),
  LOG_LEVEL: logLevel(),
});

export type Config = z.infer<typeof schema>;

/** @throws {ConfigError} that names every setting that is wrong */
export const readSimConfig = (env: NodeJS.ProcessEnv): Config => readConfig(schema, env);
